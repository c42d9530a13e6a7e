"""Explanations of abnormally low prices: every state with every move, and what adds up."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.explanations.rules import (
    MOVES,
    OPEN,
    Cost,
    CostSumError,
    ExplanationMove,
    ExplanationState,
    IllegalExplanationMoveError,
    NoCostError,
    advance,
    check_costs,
    low_amount,
)

S, M = ExplanationState, ExplanationMove
FEN = st.integers(1, 10**9)


@pytest.mark.parametrize(("state", "move"), list(product(S, M)))
def test_every_state_with_every_move(state, move):
    if (state, move) in MOVES:
        assert advance(state, move) is MOVES[state, move]
    else:
        with pytest.raises(IllegalExplanationMoveError):
            advance(state, move)


def test_nothing_is_decided_without_an_answer_and_an_opinion():
    decided = {S.ACCEPTED, S.REJECTED}
    assert {state for (state, _), to in MOVES.items() if to in decided} == {S.CHECKED}
    assert {state for (state, _), to in MOVES.items() if to is S.SILENT} == {S.ASKED}
    assert {state for state, _ in MOVES} == OPEN


@given(staff=FEN, other=FEN, more=st.integers(-5, 5))
def test_the_items_come_to_the_price_exactly(staff, other, more):
    costs = dict.fromkeys(Cost, 0) | {Cost.STAFF: staff, Cost.TAX: other}
    price = staff + other + more
    if more:
        with pytest.raises(CostSumError):
            check_costs(costs, price)
    else:
        check_costs(costs, price)


@pytest.mark.parametrize(
    "costs", [{}, {Cost.STAFF: 5}, {Cost.TAX: 5}, {Cost.STAFF: 5, Cost.TAX: 0}]
)
def test_a_price_without_work_or_of_one_item_explains_nothing(costs):
    with pytest.raises(NoCostError):
        check_costs(costs, 5)


def test_the_sheet_says_who_is_low():
    lines = [
        {"firm": "A", "abnormal_low": True, "amount_fen": 400},
        {"firm": "B", "abnormal_low": False, "amount_fen": 900},
    ]
    assert low_amount({"quotes": lines}, "A") == 400
    assert low_amount({"quotes": lines}, "B") is None
    assert low_amount({"quotes": lines}, "C") is None
    assert low_amount({"firms": []}, "A") is None
