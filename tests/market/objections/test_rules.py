"""The rules of objections: the whole product of states and moves, grounds, outcomes, freezing."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.objections.rules import (
    NOT_OVER,
    OBJECTION_MOVES,
    OWNERS_GROUNDS,
    Ground,
    IllegalObjectionMoveError,
    NoFreeze,
    ObjectionMove,
    ObjectionState,
    Outcome,
    Party,
    advance,
    grounds_of,
    outcomes_of,
    why_no_freeze,
)


@pytest.mark.parametrize(("state", "move"), list(product(ObjectionState, ObjectionMove)))
def test_every_state_allows_exactly_the_moves_of_its_table(state, move):
    if (state, move) in OBJECTION_MOVES:
        assert advance(state, move) is OBJECTION_MOVES[state, move]
    else:
        with pytest.raises(IllegalObjectionMoveError):
            advance(state, move)


def test_what_is_over_stays_over_and_what_is_not_can_end():
    over = set(ObjectionState) - set(NOT_OVER)
    assert not [state for state, _ in OBJECTION_MOVES if state in over]
    for state in NOT_OVER:
        assert (state, ObjectionMove.OVERTAKE) in OBJECTION_MOVES


def test_nothing_is_upheld_without_a_proposal():
    before = {s for (s, _), after in OBJECTION_MOVES.items() if after is ObjectionState.UPHELD}
    assert before == {ObjectionState.PROPOSED}


def test_an_owner_has_only_the_listed_grounds():
    assert grounds_of(Party.OWNER) == OWNERS_GROUNDS
    assert not {Ground.LOTTERY, Ground.PROCEDURE} & OWNERS_GROUNDS
    assert Ground.FORCE_MAJEURE not in grounds_of(Party.FIRM)


@given(st.sampled_from(Ground), st.booleans(), st.sampled_from([True, False, None]))
def test_a_draw_that_verifies_is_never_annulled_as_drawn_wrongly(ground, is_ordered, verifies):
    found = outcomes_of(ground, is_ordered=is_ordered, verifies=verifies)
    assert found[0] is Outcome.DISMISS
    if ground is Ground.LOTTERY and verifies is not False:
        assert found == (Outcome.DISMISS,)
    if ground not in {Ground.LOTTERY, Ground.PROCEDURE}:
        assert Outcome.ANNUL_RESULT not in found


@given(st.sampled_from(Party), st.integers(0, 9), st.integers(1, 9), st.booleans())
def test_reports_and_repeated_objections_stop_nothing(party, dismissed, most, is_again):
    why = why_no_freeze(party=party, dismissed=dismissed, most=most, is_again=is_again)
    stops = party is not Party.REPORTER and dismissed < most and not is_again
    assert (why is NoFreeze.NONE) == stops
    assert (why is NoFreeze.REPORT) == (party is Party.REPORTER)
