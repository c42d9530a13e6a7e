from datetime import date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from market.clock import BEIJING, beijing
from market.credit.cases.errors import (
    FarHearingError,
    IllegalCaseMoveError,
    NoHearingDueError,
    NotLighterError,
    RepairEarlyError,
)
from market.credit.cases.rules import (
    HEARING_WITHIN,
    HOLDING,
    OPEN,
    CaseMove,
    CaseState,
    RepairTerms,
    advance,
    check_hearing_day,
    check_lighter,
    check_repair,
    effective_from,
    ends_at,
    is_hearing,
    may_ask_hearing,
    may_write,
    repair_from,
)

few = settings(max_examples=60)
instants = st.datetimes(datetime(2024, 1, 1), datetime(2032, 12, 31), timezones=st.just(BEIJING))  # noqa: DTZ001 - the strategy adds the zone
NOON = datetime(2026, 3, 2, 12, tzinfo=BEIJING)
SECOND = timedelta(seconds=1)

# Said once more, in full: what leads where. Whatever is not here is refused.
ALLOWED = {
    "proposed": {"notify": "notified", "drop": "dropped", "recall": "recalled"},
    "notified": {
        "extend": "notified",
        "reply": "replied",
        "reply-last": "heard",
        "ask-hearing": "hearing",
        "draft": "drafted",
    },
    "replied": {
        "extend": "replied",
        "reply": "replied",
        "reply-last": "heard",
        "ask-hearing": "hearing",
        "draft": "drafted",
    },
    "hearing": {"extend": "hearing", "reply": "hearing", "summon": "summoned"},
    "summoned": {
        "extend": "summoned",
        "reply": "summoned",
        "summon": "summoned",
        "record-hearing": "heard",
    },
    "heard": {"draft": "drafted"},
    "drafted": {
        "take-back": "heard",
        "send-back": "heard",
        "uphold": "decided",
        "dismiss": "dismissed",
    },
    "decided": {"correct": "decided", "repair": "repaired", "withdraw": "withdrawn"},
    "repaired": {"withdraw": "withdrawn"},
}


@pytest.mark.parametrize(("state", "move"), [*product(CaseState, CaseMove)])
def test_every_move_of_a_case_is_allowed_or_refused(state, move):
    to = ALLOWED.get(state.value, {}).get(move.value)
    if to is not None:
        assert advance(state, move) is CaseState(to)
    else:
        with pytest.raises(IllegalCaseMoveError):
            advance(state, move)


def test_whoever_was_not_told_is_never_decided_on():
    """Every way from the proposal to a decision passes the notice and two further people."""

    def ways(state, path):
        if state is CaseState.DECIDED:
            yield path
            return
        for move, to in ALLOWED.get(state.value, {}).items():
            if (state.value, move) not in path:
                yield from ways(CaseState(to), [*path, (state.value, move)])

    found = [*ways(CaseState.PROPOSED, [])]
    assert found
    for path in found:
        moves = [move for _, move in path]
        assert moves[0] == "notify"
        assert moves[-1] == "uphold"
        assert "draft" in moves
        if "ask-hearing" in moves:
            assert moves.index("record-hearing") > moves.index("ask-hearing")


def test_what_holds_a_breach_is_open_or_stands():
    freed = {CaseState.DISMISSED, CaseState.DROPPED, CaseState.RECALLED, CaseState.WITHDRAWN}
    assert set(HOLDING) == set(CaseState) - freed
    assert set(HOLDING) - set(OPEN) == {
        CaseState.PROPOSED,
        CaseState.DECIDED,
        CaseState.REPAIRED,
    }


@pytest.mark.parametrize(("state", "seconds"), [*product(CaseState, (-1, 0, 1))])
def test_nothing_is_decided_while_the_firm_may_still_be_heard(state, seconds):
    may_add = state in {CaseState.NOTIFIED, CaseState.REPLIED}
    waits = state in {CaseState.HEARING, CaseState.SUMMONED}
    now = NOON + timedelta(seconds=seconds)
    assert is_hearing(state, NOON, now) is (waits or (may_add and seconds < 0))
    assert may_write(state, NOON, now) is ((waits or may_add) and seconds < 0)
    assert may_ask_hearing(state, NOON, now) is (may_add and seconds < 0)


@pytest.mark.parametrize("state", [*CaseState])
def test_without_a_term_nobody_writes_and_nobody_decides(state):
    asked = {CaseState.NOTIFIED, CaseState.REPLIED, CaseState.HEARING, CaseState.SUMMONED}
    assert is_hearing(state, None, NOON) is (state in asked)
    assert not may_write(state, None, NOON)
    assert not may_ask_hearing(state, None, NOON)


def test_a_hearing_is_on_the_first_day_allowed_or_later():
    day = date(2026, 3, 10)
    check_hearing_day(beijing(day), day, day)
    check_hearing_day(beijing(day, 17), day, day)
    check_hearing_day(beijing(day + HEARING_WITHIN, 17), day, day)
    with pytest.raises(NoHearingDueError):
        check_hearing_day(beijing(day) - SECOND, day, day)
    with pytest.raises(FarHearingError):
        check_hearing_day(beijing(day + HEARING_WITHIN + timedelta(days=1)), day, day)


@pytest.mark.parametrize(
    ("decided", "begins"),
    [
        (datetime(2026, 3, 2, 0, 0, tzinfo=BEIJING), date(2026, 3, 3)),
        (datetime(2026, 3, 2, 23, 59, 59, tzinfo=BEIJING), date(2026, 3, 3)),
        (datetime(2026, 12, 31, 12, tzinfo=BEIJING), date(2027, 1, 1)),
    ],
)
def test_a_decision_takes_effect_at_the_next_midnight(decided, begins):
    assert effective_from(decided) == beijing(begins)


@few
@given(instants, st.integers(1, 36))
def test_a_term_is_whole_days_from_midnight_to_midnight(decided, months):
    begins = effective_from(decided)
    over = ends_at(begins, months)
    assert timedelta(0) < begins - decided <= timedelta(days=1)
    assert over.astimezone(BEIJING).timetz() == begins.astimezone(BEIJING).timetz()
    assert 28 * months <= (over - begins).days <= 31 * months


@few
@given(instants, st.integers(1, 36))
def test_every_sanction_ends_and_begins_after_it_was_decided(decided, months):
    begins = effective_from(decided)
    assert decided < begins < ends_at(begins, months)


LIGHTER = [
    (5, "03", 6, "03", True),
    (6, "03", 6, "03 07", True),
    (6, "03 07", 6, "", True),
    (1, "", 6, "", True),
    (6, "03", 6, "03", False),
    (6, "07 03", 6, "03 07", False),
    (6, "", 6, "", False),
    (7, "03", 6, "03", False),
    (7, "03", 6, "03 07", False),
    (5, "", 6, "03", False),
    (5, "04", 6, "03", False),
    (5, "03 04", 6, "03", False),
    (0, "03", 6, "03", False),
]


@pytest.mark.parametrize(("months", "scope", "months_now", "scope_now", "fine"), LIGHTER)
def test_a_correction_is_only_ever_lighter(months, scope, months_now, scope_now, fine):
    if fine:
        check_lighter(months, scope, months_now=months_now, scope_now=scope_now)
    else:
        with pytest.raises(NotLighterError):
            check_lighter(months, scope, months_now=months_now, scope_now=scope_now)


def repair_terms(least: int, months: int) -> RepairTerms:
    begins = beijing(date(2026, 3, 3))
    return RepairTerms(least_months=least, effective_at=begins, ends_at=ends_at(begins, months))


def test_repair_opens_when_the_least_term_is_over_to_the_second():
    terms = repair_terms(3, 12)
    opens = beijing(date(2026, 6, 3))
    assert repair_from(terms) == opens
    check_repair(terms, opens)
    with pytest.raises(RepairEarlyError, match="2026-06-03"):
        check_repair(terms, opens - SECOND)


def test_what_has_ended_is_not_repaired():
    terms = repair_terms(3, 12)
    check_repair(terms, terms.ends_at - SECOND)
    with pytest.raises(IllegalCaseMoveError):
        check_repair(terms, terms.ends_at)


def test_a_corrected_term_below_the_least_one_simply_ends():
    terms = repair_terms(3, 2)
    assert repair_from(terms) == terms.ends_at
    with pytest.raises(RepairEarlyError):
        check_repair(terms, terms.ends_at - SECOND)
    with pytest.raises(IllegalCaseMoveError):
        check_repair(terms, terms.ends_at)
