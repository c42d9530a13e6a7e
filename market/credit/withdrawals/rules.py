"""The rules of withdrawing and correcting a decision. Pure functions."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from market.credit.cases.errors import IllegalCaseMoveError


class ReviewKind(StrEnum):
    """What becomes of a decision that was wrong."""

    WITHDRAW = "withdraw"
    CORRECT = "correct"


class ReviewState(StrEnum):
    """Where a withdrawal or correction stands between its two people."""

    PROPOSED = "proposed"
    DONE = "done"
    REFUSED = "refused"


class ReviewMove(StrEnum):
    """What the second person does."""

    CONFIRM = "confirm"
    REFUSE = "refuse"


REVIEW_MOVES: Mapping[tuple[ReviewState, ReviewMove], ReviewState] = MappingProxyType(
    {
        (ReviewState.PROPOSED, ReviewMove.CONFIRM): ReviewState.DONE,
        (ReviewState.PROPOSED, ReviewMove.REFUSE): ReviewState.REFUSED,
    }
)


def advance_review(state: ReviewState, move: ReviewMove) -> ReviewState:
    """Return the state a move leads a withdrawal or correction to.

    Args:
        state: Where it stands.
        move: What the second person does.

    Returns:
        Where it stands then.

    Raises:
        IllegalCaseMoveError: It was answered before.

    Source: issue 5, "withdrawal and correction of a wrong decision"; a platform default.
    """
    try:
        return REVIEW_MOVES[state, move]
    except KeyError:
        raise IllegalCaseMoveError from None
