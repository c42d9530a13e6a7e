"""The pure rules of a re-review: every state with every move, points, sheets, majorities."""

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.calendar import provisional_calendar
from market.clocks.counting import Ruler, Unit
from market.clocks.replay import Correction, accounts, elapsed, replay
from market.clocks.rules import Party
from market.rereview.rules import (
    CONCLUDED,
    MOVES,
    OPEN,
    WITH_EXPERTS,
    Finding,
    IllegalRereviewMoveError,
    Mark,
    NothingDisputedError,
    RereviewMove,
    RereviewState,
    ShortWordsError,
    UnfoundError,
    advance,
    check_sheet,
    disputed,
    document,
    heard_by,
    is_lost,
    majority,
    outcome,
    pays,
    points_of,
    read_document,
    seats_of,
)

S, M = RereviewState, RereviewMove
UN, FOUNDED = Finding.UNFOUNDED, Finding.FOUNDED
ALLOWED = {
    S.DRAWING: {M.CALL: S.REVIEWING, M.FAIL: S.FAILED, M.REFUSE: S.REFUSED},
    S.REVIEWING: {M.OVERTURN: S.OVERTURNED, M.UPHOLD: S.UPHELD, M.FAIL: S.FAILED},
    S.FAILED: {M.REFER: S.REFERRED, M.LAPSE: S.LAPSED, M.REFUSE: S.REFUSED},
    S.REFERRED: {M.OVERTURN: S.OVERTURNED, M.UPHOLD: S.UPHELD, M.REFUSE: S.REFUSED},
}
ALWAYS = {M.WITHDRAW: S.WITHDRAWN, M.CLOSE: S.CLOSED}


class Happened(NamedTuple):
    """What replaying needs of an event."""

    happened_at: datetime
    party: Party


def mark(finding, reason="按图纸复核，数量一致，没有差错。"):
    return Mark(finding=finding, clause="规范第4.1条", reason=reason)


@pytest.mark.parametrize(("state", "move"), list(product(S, M)))
def test_every_state_knows_its_moves_and_no_others(state, move):
    wanted = (ALLOWED.get(state, {}) | (ALWAYS if state in ALLOWED else {})).get(move)
    if wanted is None:
        with pytest.raises(IllegalRereviewMoveError):
            advance(state, move)
    else:
        assert advance(state, move) is wanted


def test_what_is_open_moves_and_what_is_over_does_not():
    assert {state for state, _ in MOVES} == OPEN
    assert WITH_EXPERTS < OPEN
    assert not CONCLUDED & OPEN


def test_an_authority_waits_for_the_last_of_those_who_may_speak():
    now = datetime(2026, 3, 2, 4, tzinfo=UTC)
    hour = timedelta(hours=1)
    assert heard_by(now) is None
    assert heard_by(now, None, now) is None
    assert heard_by(now, now - hour, now + hour, None) == now + hour
    assert heard_by(now, now + 2 * hour, now + hour) == now + 2 * hour


def test_a_dispute_is_lost_only_where_every_point_stands():
    assert is_lost(M.UPHOLD, [])
    assert is_lost(M.UPHOLD, [FOUNDED, None])
    assert not is_lost(M.UPHOLD, [FOUNDED, UN])
    assert not any(is_lost(move, []) for move in M if move is not M.UPHOLD)


@given(
    st.lists(st.tuples(st.integers(0, 40), st.booleans(), st.booleans()), max_size=12),
    st.integers(0, 3),
)
def test_disputes_that_are_lost_give_no_days_on_demand_and_lose_none(disputes, lost_free):
    """Any number of lost disputes leaves the judges the days of the first only, or late ones."""
    began = datetime(2026, 3, 2, 4, tzinfo=UTC)
    at, events, corrections, free, lost = began, [Happened(began, Party.FIRM)], [], 0, 0
    for days, is_lost_wholly, is_late in disputes:
        asked_at, at = at + timedelta(days=1), at + timedelta(days=1 + days)
        events += [Happened(asked_at, Party.REVIEWER), Happened(at, Party.FIRM)]
        if is_lost_wholly and pays(lost_before=lost, lost_free=lost_free, is_late=is_late):
            corrections.append(Correction(asked_at, at, Party.REVIEWER, Party.FIRM))
        elif is_lost_wholly and not is_late:
            free += 1
        lost += is_lost_wholly
    segments = replay(events, began, corrections)
    until_at = at + timedelta(days=1)
    ruler = Ruler(Unit.CALENDAR_DAY, provisional_calendar())
    used = accounts(segments, until_at, ruler)
    assert sum(used.values()) == elapsed(segments, until_at, ruler)
    assert free <= lost_free
    if all(is_lost_wholly and not is_late for _, is_lost_wholly, is_late in disputes):
        kept = sum(days for days, _, _ in disputes[:lost_free])
        assert used[Party.REVIEWER] == kept


@pytest.mark.parametrize("number", range(12))
def test_a_panel_is_odd_and_has_three_at_least(number):
    seats = seats_of(number)
    assert seats >= 3
    assert seats % 2 == 1
    assert seats >= number


@given(st.text(alphabet="一二\n ", max_size=200))
def test_no_line_of_an_opinion_is_lost(comment):
    points = points_of(comment)
    said = [line.strip() for line in comment.splitlines() if line.strip()]
    assert "\n".join(points).split("\n") == (said or [""])
    assert len(points) <= 30


def test_only_points_with_words_are_disputed():
    points = ("甲", "乙", "丙")
    assert disputed({2: " 工程量已经逐项复核 ", 9: "没有这一条没有这一条"}, points, 5) == {
        2: "工程量已经逐项复核"
    }
    with pytest.raises(NothingDisputedError):
        disputed({1: "  "}, points, 5)
    with pytest.raises(ShortWordsError):
        disputed({1: "不对"}, points, 5)


def test_a_sheet_judges_each_point_with_clause_and_reason():
    check_sheet({1: mark(UN), 2: mark(FOUNDED)}, [1, 2], 10)
    with pytest.raises(UnfoundError):
        check_sheet({1: mark(UN)}, [1, 2], 10)
    with pytest.raises(UnfoundError):
        check_sheet({1: Mark(finding=UN, clause="4.1", reason="x" * 20)}, [1], 10)
    with pytest.raises(ShortWordsError):
        check_sheet({1: mark(UN, "不对")}, [1], 10)


@given(st.lists(st.sampled_from(Finding), max_size=9), st.sampled_from([3, 5, 7, 9]))
def test_a_majority_is_one_of_all_seats(findings, seats):
    findings = findings[:seats]
    found = majority(findings, seats)
    if len(findings) == seats:
        assert found is not None
    if found is None:
        assert all(findings.count(one) <= seats // 2 for one in Finding)
    else:
        # Whoever is silent could change nothing.
        others = seats - len(findings)
        other = UN if found is FOUNDED else FOUNDED
        assert findings.count(found) > findings.count(other) + others


@pytest.mark.parametrize(
    ("sheets", "points", "wanted"),
    [
        ([(UN, UN), (UN, UN), (FOUNDED, FOUNDED)], 2, M.OVERTURN),
        ([(UN, FOUNDED), (UN, FOUNDED), (UN, UN)], 2, M.UPHOLD),
        ([(UN, UN), (UN, UN), (UN, UN)], 3, M.UPHOLD),  # one point was not disputed
        ([(UN, UN), (UN, UN)], 2, M.OVERTURN),  # the third is silent
        ([(UN, UN), (FOUNDED, UN)], 2, None),
        ([], 2, None),
    ],
)
def test_a_return_falls_if_all_of_it_is_disputed_and_unfounded(sheets, points, wanted):
    said = [{1: mark(one), 2: mark(two)} for one, two in sheets]
    assert outcome(said, [1, 2], points=points, seats=3) is wanted


def test_a_sheet_is_read_as_it_was_written():
    sheet = {2: mark(FOUNDED), 1: mark(UN)}
    data = document(rereview="FP-2026-000001", panel="PS-2026-000001", expert="PX1", sheet=sheet)
    assert read_document(data) == sheet
    for other in (b"{}", b'{"format":"x"}', b"[]"):
        with pytest.raises(ValueError, match=r"sheet|format|indices"):
            read_document(other)
