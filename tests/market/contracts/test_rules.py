"""A contract moves only where the table lets it, and never costs more than the award."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.contracts.rules import (
    CONTRACT_MOVES,
    LIVE,
    OVER,
    ContractMove,
    ContractState,
    IllegalContractMoveError,
    PriceError,
    PriceMissingError,
    advance,
    check_price,
)

FEN = st.integers(1, 10**13)


# Said once more, in full: what leads where. Whatever is not here is refused.
ALLOWED = {
    "filed": {"confirm": "in-force", "return": "returned", "terminate": "terminated"},
    "returned": {"refile": "filed", "terminate": "terminated"},
    "in-force": {"hand-over": "running", "end": "ended"},
    "running": {"deliver": "delivered", "restore": "delivered", "end": "ended"},
    "delivered": {"accept": "accepted", "rework": "running", "end": "ended"},
}


@pytest.mark.parametrize(("state", "move"), [*product(ContractState, ContractMove)])
def test_every_state_and_move_is_allowed_or_refused(state, move):
    to = ALLOWED.get(state.value, {}).get(move.value)
    if to is not None:
        assert advance(state, move) is ContractState(to)
    else:
        with pytest.raises(IllegalContractMoveError):
            advance(state, move)


def test_every_state_but_the_first_is_reached_and_three_are_final():
    assert set(CONTRACT_MOVES.values()) == set(ContractState)
    final = set(ContractState) - {state for state, _ in CONTRACT_MOVES}
    assert final == OVER | {ContractState.TERMINATED}
    assert {state for state, move in CONTRACT_MOVES if move is ContractMove.END} == LIVE


def test_nobody_terminates_what_both_sides_agreed():
    assert {s for s, move in CONTRACT_MOVES if move is ContractMove.TERMINATE} == {
        ContractState.FILED,
        ContractState.RETURNED,
    }


@given(FEN, FEN)
def test_a_price_is_at_most_the_award(price, award):
    if price <= award:
        check_price(price, award)
        return
    with pytest.raises(PriceError):
        check_price(price, award)


@pytest.mark.parametrize("price", [0, -1])
def test_a_price_is_positive(price):
    with pytest.raises(PriceMissingError):
        check_price(price, 100)


def test_one_fen_too_much_is_too_much_and_the_sentence_names_the_award():
    check_price(9_800_000, 9_800_000)
    with pytest.raises(PriceError, match=r"98,000\.00"):
        check_price(9_800_001, 9_800_000)
