"""The rules of looking into a bad rating, and of calling back. Pure functions, no I/O."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from market.errors import MarketError, msgid
from market.ratings.rules import RatingMove


class ReviewState(StrEnum):
    """Where the examination of a bad rating stands."""

    # The rated side may appeal; nothing is found before it did, or let the time pass.
    HEARING = "hearing"
    EXAMINING = "examining"
    PROPOSED = "proposed"
    STANDS = "stands"
    CORRECTED = "corrected"


class ReviewMove(StrEnum):
    """What can be done to it."""

    APPEAL = "appeal"
    HEAR_OUT = "hear-out"
    PROPOSE = "propose"
    SEND_BACK = "send-back"
    LET_STAND = "let-stand"
    CORRECT = "correct"


class Finding(StrEnum):
    """What is found of a bad rating: it stands, or the one reason for which it does not.

    A closed list: that somebody disagrees with a rating is none.
    """

    STANDS = "stands"
    INSULT = "insult"
    PERSONAL = "personal"
    OFF_MATTER = "off-matter"
    CONFLICT = "conflict"


class CallWhy(StrEnum):
    """Why somebody is called back."""

    BAD = "bad"
    SAMPLE = "sample"


class CallState(StrEnum):
    """What a call-back came to."""

    DUE = "due"
    SATISFIED = "satisfied"
    UNSATISFIED = "unsatisfied"
    UNREACHED = "unreached"


class CallAnswer(StrEnum):
    """What was answered at one call."""

    SATISFIED = "satisfied"
    UNSATISFIED = "unsatisfied"
    NOBODY = "nobody"


S, M = ReviewState, ReviewMove
MOVES: Final[Mapping[tuple[ReviewState, ReviewMove], ReviewState]] = MappingProxyType(
    {
        (S.HEARING, M.APPEAL): S.EXAMINING,
        (S.HEARING, M.HEAR_OUT): S.EXAMINING,
        (S.EXAMINING, M.PROPOSE): S.PROPOSED,
        (S.PROPOSED, M.SEND_BACK): S.EXAMINING,
        (S.PROPOSED, M.LET_STAND): S.STANDS,
        (S.PROPOSED, M.CORRECT): S.CORRECTED,
    }
)
UNDECIDED: Final = frozenset({S.HEARING, S.EXAMINING, S.PROPOSED})
# What a finding does to the rating: bad words go, scores stay; what is no rating goes as a whole.
EFFECTS: Final[Mapping[Finding, RatingMove | None]] = MappingProxyType(
    {
        Finding.STANDS: None,
        Finding.INSULT: RatingMove.TRIM,
        Finding.PERSONAL: RatingMove.TRIM,
        Finding.OFF_MATTER: RatingMove.HIDE,
        Finding.CONFLICT: RatingMove.HIDE,
    }
)


class IllegalReviewMoveError(MarketError):
    """The state of the examination does not allow the move."""

    sentence = msgid("差评核查当前状态不能办理此操作，可能他人已经办理。请刷新页面查看最新状态。")


class CallOverError(MarketError):
    """The call-back is settled."""

    sentence = msgid("本次回访已经办结，不能再登记。请刷新页面查看结果。")


def advance(state: ReviewState, move: ReviewMove) -> ReviewState:
    """Return the state a move leads an examination to.

    Raises:
        IllegalReviewMoveError: The state does not allow the move.

    Source: issue 5, "appeal and investigation of bad ratings"; handbook domain.md 2.3 step 20.
    """
    try:
        return MOVES[state, move]
    except KeyError:
        raise IllegalReviewMoveError from None


def deciding_move(finding: Finding) -> ReviewMove:
    """Return by which move a finding is decided."""
    return ReviewMove.LET_STAND if finding is Finding.STANDS else ReviewMove.CORRECT


def after_call(state: CallState, answer: CallAnswer, tries: int, most: int) -> CallState:
    """Return where a call-back stands after one more call.

    Args:
        state: Before the call.
        answer: What was answered.
        tries: How many calls there were, this one included.
        most: After how many calls nobody is tried any longer.

    Raises:
        CallOverError: It was settled before.

    Source: the regulation's ``call_back.most_tries``, a platform default.
    """
    if state is not CallState.DUE:
        raise CallOverError
    match answer:
        case CallAnswer.SATISFIED:
            return CallState.SATISFIED
        case CallAnswer.UNSATISFIED:
            return CallState.UNSATISFIED
        case CallAnswer.NOBODY:
            return CallState.UNREACHED if tries >= most else CallState.DUE
