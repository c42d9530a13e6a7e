"""The checker of histories is given bad ones, and names what is wrong with each (R13)."""

import pytest

from tests.market.reliability.anomalies import anomalies
from tests.market.reliability.history import (
    Append,
    Operation,
    Outcome,
    Read,
    from_lines,
    to_line,
)

REFUSED, UNKNOWN = Outcome.REFUSED, Outcome.UNKNOWN


def r(key, *values):
    return Read(key, values)


def a(key, value):
    return Append(key, value)


def at_once(*each, outcome=None):
    """Return operations of as many clients, all at the same time."""
    outcomes = outcome or {}
    return [
        Operation(n, 0, 100 + n, outcomes.get(n, Outcome.DONE), tuple(steps))
        for n, steps in enumerate(each)
    ]


def in_turn(*each):
    """Return operations of as many clients, one after another."""
    return [
        Operation(n, 10 * n, 10 * n + 5, Outcome.DONE, tuple(steps)) for n, steps in enumerate(each)
    ]


def named(history):
    return sorted({found.name.partition(":")[0] for found in anomalies(history)})


GOOD = {
    "nothing": [],
    "one after another": in_turn(
        [a("x", 1), r("x", 1)], [r("x", 1), a("x", 2)], [r("x", 1, 2), r("y")], [a("y", 1)]
    ),
    "at once, in another order": at_once([r("x", 1), a("x", 2)], [a("x", 1)], [r("x")]),
    "two writes of one": at_once([a("x", 1), a("x", 2), r("x", 1, 2)], [r("x", 1, 2)], [r("x")]),
    "refused": at_once([a("x", 1), r("x")], [r("x", 2)], [a("x", 2)], outcome={0: REFUSED}),
    "unknown and not seen": [
        *at_once([a("x", 1)], outcome={0: UNKNOWN}),
        Operation(1, 500, 600, Outcome.DONE, (r("x"),)),
    ],
    "unknown and seen later": [
        *at_once([a("x", 1)], [r("x")], outcome={0: UNKNOWN}),
        Operation(2, 500, 600, Outcome.DONE, (r("x", 1),)),
    ],
}
BAD = {
    "a lost update": at_once([r("x"), a("x", 1)], [r("x"), a("x", 2)], [r("x", 2)]),
    "G0": at_once([a("x", 1), a("y", 1)], [a("x", 2), a("y", 2)], [r("x", 1, 2)], [r("y", 2, 1)]),
    "G1a": at_once([a("x", 1)], [r("x", 1)], outcome={0: REFUSED}),
    "G1b": at_once([a("x", 1), a("x", 2)], [r("x", 1)], [r("x", 1, 2)]),
    "G1c": at_once([a("x", 1), r("y", 1)], [a("y", 1), r("x", 1)]),
    "G-single": at_once([r("x"), r("y", 1)], [a("x", 1), a("y", 1)], [r("x", 1)]),
    "G2": at_once([r("x"), a("y", 1)], [r("y"), a("x", 1)], [r("x", 1), r("y", 1)]),
    "G-single against time": in_turn([a("x", 1)], [r("x")], [r("x", 1)]),
    "G1c against time": in_turn([r("x", 1)], [a("x", 1)]),
    "G2 against time": [
        *at_once([r("x"), r("y", 1)], [a("y", 1)]),
        Operation(2, 0, 5, Outcome.DONE, (a("x", 1),)),
        Operation(3, 10, 15, Outcome.DONE, (r("y"),)),
        Operation(3, 200, 205, Outcome.DONE, (r("x", 1),)),
    ],
    "a doubled write": at_once([a("x", 1)], [r("x", 1, 1)]),
    "two writers": at_once([a("x", 1)], [a("x", 1)], [r("x", 1)]),
    "a write of nobody": at_once([r("x", 7)]),
    "lists that do not fit": at_once([a("x", 1)], [a("x", 2)], [r("x", 1)], [r("x", 2, 1)]),
    "a read that is not repeated": at_once([a("x", 1)], [r("x"), r("x", 1)]),
    "an operation that misses its own write": at_once([a("x", 1), r("x")]),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_good_history_has_no_anomaly(name):
    assert anomalies(GOOD[name]) == []


@pytest.mark.parametrize("name", BAD)
def test_a_bad_history_is_named(name):
    assert name in named(BAD[name])


def test_a_write_that_was_done_and_that_nobody_sees_afterwards_is_missed():
    history = in_turn([a("x", 1)], [r("x")])
    assert named(history) == ["G-single against time"]


def test_a_list_that_becomes_shorter_for_a_client_is_named():
    history = [
        Operation(0, 0, 5, Outcome.DONE, (a("x", 1),)),
        Operation(1, 0, 7, Outcome.DONE, (r("x", 1),)),
        Operation(1, 8, 9, Outcome.DONE, (r("x"),)),
    ]
    assert "a read that goes back" in named(history)


def test_three_who_each_miss_one_are_a_write_skew_and_nothing_graver():
    history = at_once(
        [r("x"), a("y", 1)],
        [r("y"), a("z", 1)],
        [r("z"), a("x", 1)],
        [r("x", 1), r("y", 1), r("z", 1)],
    )
    assert named(history) == ["G2"]
    [found] = anomalies(history)
    assert found.words.count(" rw ") == 3


def test_a_history_is_read_as_it_was_written(tmp_path):
    history = [*at_once(*[one.steps for one in BAD["G2"]], outcome={1: UNKNOWN})]
    path = tmp_path / "history"
    path.write_text("\n".join(map(to_line, history)), "utf-8")
    assert list(from_lines(path)) == history
