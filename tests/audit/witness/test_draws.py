"""The look through new entries, apart from any lottery."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from audit.witness.draws import (
    LOST_SECONDS,
    Arrived,
    Awaits,
    Fixes,
    Learned,
    Memory,
    scan,
)

NOW = 1000


class Reader:
    """Entries are written as Python: a key awaits a time, is fixed, or arrived."""

    def __init__(self) -> None:
        self.checks = Counter()

    def read(self, body):
        kind, key, number = body.decode().split()
        match kind:
            case "awaits":
                return (Awaits(key, int(number), f"source {number}"),)
            case "fixes":
                return (Fixes(key, f"FREEZE of {key}"),)
            case "lost":
                return (Fixes(key, f"VOID of {key}", stated_at=int(number)),)
            case "leaves":
                awaits = Awaits(key, int(number), f"source {number}")
                return (awaits, Fixes(key, f"DECLINE of {key}", awaits))
            case "arrived" | "shown":
                return (Arrived(key, number, proves_time=kind == "arrived"),)
            case _:
                return ()

    def learn(self, source, evidence):
        self.checks[source] += 1
        if evidence == "0":
            return None
        proven = int(source.split()[1])
        return Learned(is_shared=True, proven_at=None if evidence == "2" else proven)


def memory(proven_at: int = 0) -> Memory:
    return Memory(lambda key: (), lambda name: False, proven_at)


def late(*lines: str, now: int = NOW, proven_at: int = 0, reader=None) -> list[int]:
    entries = [(at, at.to_bytes(32, "big"), line.encode()) for at, line in enumerate(lines)]
    return [one.index for one in scan(reader or Reader(), memory(proven_at), entries, now)]


def test_late_is_at_or_after_its_time_by_the_clock():
    for time, expected in ((NOW + 1, []), (NOW, [1]), (NOW - 1, [1])):
        assert late(f"awaits a {time}", "fixes a -") == expected


def test_late_is_at_or_after_its_time_by_what_is_proven():
    for proven, expected in ((1999, []), (2000, [1])):
        assert late("awaits a 2000", "fixes a -", proven_at=proven) == expected


def test_a_value_under_the_same_checkpoint_makes_it_late_wherever_it_stands():
    assert late("awaits a 2000", "fixes a -", "arrived a 1") == [1]
    assert late("arrived a 1", "fixes a -", "awaits a 2000") == [1]
    assert late("awaits a 2000", "fixes a -", "shown a 2") == [1]


def test_evidence_that_proves_nothing_makes_nothing_late():
    assert late("awaits a 2000", "fixes a -", "arrived a 0") == []
    assert late("awaits a 2000", "fixes a -", "arrived other 1") == []


def test_an_unknown_draw_is_left_to_the_verifiers():
    assert late("fixes a -") == []


def test_a_shared_source_is_known_to_all_who_await_it():
    lines = ("awaits a 2000", "awaits b 2000", "awaits c 3000", "arrived a 1")
    assert late(*lines, "fixes b -", "fixes c -") == [4]
    assert late("awaits a 2000", "awaits b 2000", "shown a 2", "fixes b -") == [3]


def test_no_entry_takes_the_place_of_another():
    assert late("awaits a 500", "awaits a 5000", "fixes a -") == [2]
    assert late("awaits a 5000", "awaits a 500", "fixes a -") == [2]


def test_a_departure_is_judged_by_its_own_value():
    assert late("leaves a 5000", "leaves a 500") == [1]
    assert late("leaves a 500", "leaves a 5000") == [0]
    assert late("leaves a 5000", "leaves a 2000", "awaits b 2000", "shown b 2") == [1]


LOST = 2000 + LOST_SECONDS


def test_a_value_is_lost_seven_days_after_its_time_by_both_clocks():
    for stated, now, expected in (
        (1999, 1999, []),
        (1999, 2000, [1]),
        (LOST - 1, LOST, [1]),
        (LOST, 2000, [1]),
        (LOST, LOST - 61, [1]),
        (LOST, LOST - 60, []),
        (LOST + 99, LOST + 100, []),
    ):
        assert late("awaits a 2000", f"lost a {stated}", now=now) == expected


def test_a_value_that_was_shown_is_not_lost():
    now = LOST + 10
    assert late("awaits a 2000", f"lost a {LOST}", "shown a 2", now=now) == [1]
    assert late("awaits a 2000", "awaits b 2000", f"lost a {LOST}", "shown b 2", now=now) == [2]
    assert late("awaits a 2000", f"lost a {LOST}", "arrived a 1", now=now) == [1]
    assert late("awaits a 2000", f"lost a {LOST}", "arrived a 1", now=now, proven_at=now) == [1]
    assert late("awaits a 2000", f"lost a {LOST}", now=now, proven_at=now) == []


def test_many_past_draws_cost_one_check():
    reader = Reader()
    lines = [line for at in range(300) for line in (f"awaits k{at} {at}", f"arrived k{at} 1")]
    assert late(*lines, reader=reader) == []
    assert sum(reader.checks.values()) == 1


def test_a_false_value_does_not_stop_the_search_for_a_true_one():
    reader = Reader()
    lines = ("awaits a 3000", "arrived a 0", "awaits b 2000", "arrived b 1", "awaits c 1500")
    assert late(*lines, "fixes c -", reader=reader) == [5]
    assert sum(reader.checks.values()) == 2


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["awaits", "fixes", "arrived", "shown", "leaves"]),
            st.sampled_from("abc"),
            st.integers(0, 3),
        ),
        max_size=20,
    ),
    st.integers(0, 4),
)
def test_time_only_makes_more_late(statements, now):
    lines = [f"{kind} {key} {number}" for kind, key, number in statements]
    assert set(late(*lines, now=now)) <= set(late(*lines, now=now + 1))
    assert set(late(*lines, now=now)) <= set(late(*lines, now=now, proven_at=now))
