"""Endings: every state with every move, who may give which cause, and what can be settled."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.contracts.ending.rules import (
    ENDED,
    MOVES,
    OPEN,
    EndingCause,
    EndingMove,
    EndingState,
    IllegalEndingMoveError,
    SettlementError,
    advance,
    causes_of,
    check_settlement,
)

S, M = EndingState, EndingMove


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


@given(st.integers(-10, 10**6), st.integers(1, 10**6))
def test_a_settlement_lies_between_nothing_and_the_contract(settled, price):
    if 0 <= settled <= price:
        check_settlement(settled, price)
    else:
        with pytest.raises(SettlementError):
            check_settlement(settled, price)
