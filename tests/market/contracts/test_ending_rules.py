"""Endings: every state with every move, who may give which cause, and what can be settled."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.contracts.ending.rules import (
    ENDED,
    MOVES,
    OPEN,
    AskedOftenError,
    AskedSoonError,
    EndingCause,
    EndingMove,
    EndingState,
    IllegalEndingMoveError,
    SettlementError,
    Sums,
    advance,
    causes_of,
    check_again,
    check_settlement,
)

S, M = EndingState, EndingMove
NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)


@pytest.mark.parametrize(("state", "move"), list(product(S, M)))
def test_every_state_with_every_move(state, move):
    if (state, move) in MOVES:
        assert advance(state, move) is MOVES[state, move]
    else:
        with pytest.raises(IllegalEndingMoveError):
            advance(state, move)


def test_nobody_ends_it_alone_and_time_ends_nothing():
    into = {(state, move) for (state, move), after in MOVES.items() if after in ENDED}
    assert into == {(S.ASKED, M.AGREE), (S.PROPOSED, M.UPHOLD)}
    assert {after for (_, move), after in MOVES.items() if move is M.EXPIRE} == {
        S.LAPSED,
        S.TO_DECIDE,
    }
    assert {state for state, _ in MOVES} == set(OPEN)


def test_each_side_blames_the_other_or_nobody():
    firm, owner = set(causes_of(is_firm=True)), set(causes_of(is_firm=False))
    assert firm & owner == {EndingCause.FORCE_MAJEURE}
    assert firm | owner == set(EndingCause)


@given(st.integers(-10, 10**6), st.integers(1, 10**6), st.integers(0, 10**6))
def test_a_settlement_lies_between_the_invoices_and_what_was_agreed(settled, agreed, invoiced):
    sums = Sums(agreed_fen=agreed, invoiced_fen=invoiced)
    if min(invoiced, agreed) <= settled <= agreed:
        check_settlement(settled, sums)
    else:
        with pytest.raises(SettlementError):
            check_settlement(settled, sums)


@given(st.integers(0, 6), st.integers(1, 6), st.none() | st.integers(-9, 9))
def test_a_side_asks_so_often_and_not_at_once_again(earlier, most, minutes):
    again_at = None if minutes is None else NOW + timedelta(minutes=minutes)

    def ask():
        check_again(earlier, most=most, again_at=again_at, now=NOW, rules="规则")

    if earlier >= most:
        with pytest.raises(AskedOftenError, match="仲裁"):
            ask()
    elif again_at is not None and again_at > NOW:
        with pytest.raises(AskedSoonError):
            ask()
    else:
        ask()
