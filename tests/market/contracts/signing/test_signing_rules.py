"""The rules of findings: the whole product of states and moves, and what silence means."""

from itertools import product

import pytest

from market.contracts.signing.rules import (
    OPEN,
    SIGNING_MOVES,
    Fault,
    IllegalSigningMoveError,
    SigningMove,
    SigningState,
    advance,
    is_settled_by_silence,
)


@pytest.mark.parametrize(("state", "move"), list(product(SigningState, SigningMove)))
def test_every_state_allows_exactly_the_moves_of_its_table(state, move):
    if (state, move) in SIGNING_MOVES:
        assert advance(state, move) is SIGNING_MOVES[state, move]
    else:
        with pytest.raises(IllegalSigningMoveError):
            advance(state, move)


def test_what_is_over_stays_over():
    assert {state for state, _ in SIGNING_MOVES} == set(OPEN)


@pytest.mark.parametrize(
    ("owner", "firm", "filed", "turn"),
    list(product([None, *Fault], [None, *Fault], [False, True], [False, True])),
)
def test_only_a_silent_firm_that_something_speaks_against_loses_by_silence(
    owner, firm, filed, turn
):
    settled = is_settled_by_silence(owner=owner, firm=firm, firm_filed=filed, firms_turn=turn)
    accused = owner is Fault.FIRM or (owner is None and turn)
    assert settled == (not filed and firm is None and accused)
    if firm is not None or filed:
        assert not settled
    if owner is None and not turn:
        assert not settled, "both had the duty and both are silent: nothing says whose fault it is"
