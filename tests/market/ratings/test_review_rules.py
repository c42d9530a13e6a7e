"""The rules of looking into bad ratings, and of calling back: the whole of states and moves."""

from itertools import product

import pytest

from market.ratings.reviews.rules import (
    EFFECTS,
    MOVES,
    UNDECIDED,
    CallAnswer,
    CallOverError,
    CallState,
    Finding,
    IllegalReviewMoveError,
    ReviewMove,
    ReviewState,
    advance,
    after_call,
    deciding_move,
)
from market.ratings.rules import RatingMove

S, M = ReviewState, ReviewMove
ALLOWED = {
    ("hearing", "appeal", "examining"),
    ("hearing", "hear-out", "examining"),
    ("examining", "propose", "proposed"),
    ("proposed", "send-back", "examining"),
    ("proposed", "let-stand", "stands"),
    ("proposed", "correct", "corrected"),
}


@pytest.mark.parametrize(("state", "move"), list(product(S, M)))
def test_every_move_in_every_state(state, move):
    ends = [after for before, by, after in ALLOWED if (before, by) == (state, move)]
    if ends:
        assert advance(state, move) == ends[0]
    else:
        with pytest.raises(IllegalReviewMoveError):
            advance(state, move)


def test_nothing_is_found_before_the_rated_side_was_heard():
    from_hearing = {move for state, move in MOVES if state is S.HEARING}
    assert from_hearing == {M.APPEAL, M.HEAR_OUT}
    assert {state for state, _ in MOVES} == UNDECIDED


@pytest.mark.parametrize("finding", Finding)
def test_what_a_finding_does(finding):
    stands = finding is Finding.STANDS
    assert deciding_move(finding) is (M.LET_STAND if stands else M.CORRECT)
    assert (EFFECTS[finding] is None) == stands
    assert EFFECTS[finding] in {None, RatingMove.TRIM, RatingMove.HIDE}


@pytest.mark.parametrize(
    ("state", "answer", "tries"), list(product(CallState, CallAnswer, (1, 2, 3, 4)))
)
def test_every_answer_in_every_state(state, answer, tries):
    if state is not CallState.DUE:
        with pytest.raises(CallOverError):
            after_call(state, answer, tries, 3)
        return
    unreached = CallState.DUE if tries < 3 else CallState.UNREACHED
    expected = {
        CallAnswer.SATISFIED: CallState.SATISFIED,
        CallAnswer.UNSATISFIED: CallState.UNSATISFIED,
        CallAnswer.NOBODY: unreached,
    }
    assert after_call(state, answer, tries, 3) is expected[answer]
