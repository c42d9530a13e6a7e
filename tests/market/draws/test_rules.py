"""The whole product of states and moves, and the minimum of a draw."""

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.clock import beijing
from market.draws.rules import (
    AWARD_MOVES,
    DRAW_MOVES,
    AwardMove,
    AwardState,
    DrawMode,
    DrawMove,
    DrawState,
    IllegalAwardMoveError,
    IllegalDrawMoveError,
    advance_award,
    advance_draw,
    is_brought,
    may_void_frozen,
    minimum_firms,
)
from market.needs.rules import MODES


@pytest.mark.parametrize(("state", "move"), list(product(DrawState, DrawMove)))
def test_every_move_of_a_draw_is_made_or_refused(state, move):
    if (state, move) in DRAW_MOVES:
        assert advance_draw(state, move) is DRAW_MOVES[state, move]
    else:
        with pytest.raises(IllegalDrawMoveError):
            advance_draw(state, move)


@pytest.mark.parametrize(("state", "move"), list(product(AwardState, AwardMove)))
def test_every_move_of_an_award_is_made_or_refused(state, move):
    if (state, move) in AWARD_MOVES:
        assert advance_award(state, move) is AWARD_MOVES[state, move]
    else:
        with pytest.raises(IllegalAwardMoveError):
            advance_award(state, move)


def test_nothing_leads_back_to_a_draw_that_could_be_drawn_again():
    reached = {DrawState.DRAWN}
    while more := {to for (at, _), to in DRAW_MOVES.items() if at in reached} - reached:
        reached |= more
    assert reached == {DrawState.DRAWN}


def test_a_frozen_list_can_be_drawn_or_called_off_and_nothing_else():
    moves = {move for state, move in DRAW_MOVES if state is DrawState.FROZEN}
    assert moves == {DrawMove.DRAW, DrawMove.VOID}


@given(st.integers(-2 * 86400, 9 * 86400))
def test_a_frozen_draw_is_called_off_before_its_value_or_when_that_is_lost(seconds):
    phi_at = beijing(date(2026, 3, 9), 10, 35)
    may = may_void_frozen(now=phi_at + timedelta(seconds=seconds), phi_at=phi_at)
    assert may == (seconds < -60 or seconds >= 7 * 86400)


def test_an_award_that_ended_stays_ended():
    ended = {
        AwardState.DECLINED,
        AwardState.LAPSED,
        AwardState.RELEASED,
        AwardState.DISQUALIFIED,
    }
    assert not [state for state, _ in AWARD_MOVES if state in ended]


def test_a_signed_award_only_stands_still_and_goes_back_to_where_it_stood():
    assert {move for state, move in AWARD_MOVES if state is AwardState.SIGNED} == {AwardMove.FREEZE}
    for state in AwardState:
        if (state, AwardMove.FREEZE) in AWARD_MOVES:
            back = {to for (at, _), to in AWARD_MOVES.items() if at is AwardState.FROZEN}
            assert state in back


@pytest.mark.parametrize(
    ("attempt", "scarce", "needed"), [(1, False, 3), (1, True, 2), (2, False, 2), (2, True, 2)]
)
def test_the_minimum_of_the_default_rules(attempt, scarce, needed):
    assert minimum_firms(attempt=attempt, scarce=scarce, usual=3, if_scarce=2, second=2) == needed


@given(st.integers(1, 9), st.booleans(), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))
def test_a_draw_never_has_fewer_than_two_firms(attempt, scarce, usual, if_scarce, second):
    least = minimum_firms(
        attempt=attempt, scarce=scarce, usual=usual, if_scarce=if_scarce, second=second
    )
    assert 2 <= least <= max(2, usual)


def test_what_an_owner_may_choose_is_what_can_be_drawn():
    """Needs lie below draws and cannot ask them: the two lists are one."""
    assert tuple(DrawMode) == MODES
    assert {mode for mode in DrawMode if is_brought(mode)} == {"B", "C", "D2"}
