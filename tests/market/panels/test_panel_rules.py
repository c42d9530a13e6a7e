"""Seats: every state with every move; who is called next; what a timetable must keep."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.panels.rules import (
    FREEZE_TO_PHI,
    IllegalSeatMoveError,
    SeatMove,
    SeatState,
    advance_seat,
    answer_by,
    call_by,
    is_hopeless,
    next_rank,
    panel_times,
)

ALLOWED = {
    (SeatState.OFFERED, SeatMove.ACCEPT): SeatState.ACCEPTED,
    (SeatState.OFFERED, SeatMove.DECLINE): SeatState.DECLINED,
    (SeatState.OFFERED, SeatMove.LAPSE): SeatState.LAPSED,
    (SeatState.ACCEPTED, SeatMove.DECLINE): SeatState.DECLINED,
    (SeatState.OFFERED, SeatMove.STRIKE): SeatState.UNFIT,
    (SeatState.ACCEPTED, SeatMove.STRIKE): SeatState.UNFIT,
}
AT = datetime(2026, 3, 9, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(("state", "move"), list(product(SeatState, SeatMove)))
def test_every_state_with_every_move(state, move):
    if (state, move) in ALLOWED:
        assert advance_seat(state, move) is ALLOWED[state, move]
    else:
        with pytest.raises(IllegalSeatMoveError):
            advance_seat(state, move)


def test_ranks_are_called_in_order_and_none_twice():
    called = []
    while (rank := next_rank(called, 5)) is not None:
        called.append(rank)
    assert called == [1, 2, 3, 4, 5]


@given(st.integers(0, 2000), st.integers(0, 10_000))
def test_a_timetable_leaves_the_protocols_time(panel_minutes, scoring_minutes):
    times = panel_times(
        enrol_close_at=AT, panel_minutes=panel_minutes, scoring_minutes=scoring_minutes
    )
    assert times.enrol_close_at < times.freeze_by_at <= times.phi_at - FREEZE_TO_PHI
    assert times.phi_at >= AT + timedelta(minutes=panel_minutes)


def test_nobody_answers_after_scoring_is_over():
    end = AT + timedelta(minutes=30)
    assert answer_by(AT, minutes=1440, scoring_by_at=end) == end
    assert answer_by(AT, minutes=10, scoring_by_at=end) == AT + timedelta(minutes=10)


@given(st.integers(1, 5000))
def test_whoever_is_called_has_half_of_the_time_at_least(minutes):
    end = AT + timedelta(minutes=minutes)
    by_at = call_by(call_from_at=AT, scoring_by_at=end)
    assert by_at >= AT
    assert end - by_at == by_at - AT


def test_a_panel_is_hopeless_only_when_nobody_can_be_called_any_more():
    gone = [SeatState.DECLINED, SeatState.LAPSED]
    assert is_hopeless([*gone, SeatState.ACCEPTED, SeatState.OFFERED], seats=3, more=False)
    assert not is_hopeless([*gone, SeatState.ACCEPTED], seats=3, more=True)
    assert not is_hopeless([*gone, *[SeatState.ACCEPTED] * 3], seats=3, more=False)
