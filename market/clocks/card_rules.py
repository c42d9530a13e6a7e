"""The rules of a card: what gives one, where it stands, and what can be done to it.

Pure functions, no I/O. A rung of a clock's ladder gives cards by time; other features and
officials give them for the other triggers.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from market.clocks.rules import CardStage
from market.errors import MarketError, msgid


class Trigger(StrEnum):
    """Why a card is given: a closed list. handbook domain.md section 6, "What triggers cards"."""

    TIME = "time"
    STEP_OVER = "step_over"
    LATE_CONTRACT = "late_contract"
    LATE_MATERIALS = "late_materials"
    LATE_REPORT = "late_report"
    LATE_PAYMENT = "late_payment"
    LATE_RATING = "late_rating"
    LATE_FORWARDING = "late_forwarding"
    LATE_COMPLAINT = "late_complaint"
    REFUSED_MATERIAL = "refused_material"
    NO_REASONS = "no_reasons"
    OFFLINE = "offline"
    OVERCHARGED = "overcharged"
    BACK_FILLED = "back_filled"
    OTHER = "other"


class CardState(StrEnum):
    """Where a card stands. Nobody is judged unheard: it is upheld after the reply or its term."""

    ISSUED = "issued"
    REPLIED = "replied"
    UNANSWERED = "unanswered"
    UPHELD = "upheld"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class CardMove(StrEnum):
    """What can be done to a card."""

    REPLY = "reply"
    LAPSE = "lapse"
    UPHOLD = "uphold"
    CLOSE = "close"
    NOTE = "note"
    WITHDRAW = "withdraw"


CARD_MOVES: Mapping[tuple[CardState, CardMove], CardState] = MappingProxyType(
    {
        (CardState.ISSUED, CardMove.REPLY): CardState.REPLIED,
        (CardState.UNANSWERED, CardMove.REPLY): CardState.REPLIED,
        (CardState.ISSUED, CardMove.LAPSE): CardState.UNANSWERED,
        # A warning that nobody answers has served its purpose.
        (CardState.ISSUED, CardMove.NOTE): CardState.CLOSED,
        (CardState.REPLIED, CardMove.UPHOLD): CardState.UPHELD,
        (CardState.UNANSWERED, CardMove.UPHOLD): CardState.UPHELD,
        (CardState.UPHELD, CardMove.CLOSE): CardState.CLOSED,
        # A wrong card is taken back whenever it is found to be wrong.
        (CardState.ISSUED, CardMove.WITHDRAW): CardState.WITHDRAWN,
        (CardState.REPLIED, CardMove.WITHDRAW): CardState.WITHDRAWN,
        (CardState.UNANSWERED, CardMove.WITHDRAW): CardState.WITHDRAWN,
        (CardState.UPHELD, CardMove.WITHDRAW): CardState.WITHDRAWN,
        (CardState.CLOSED, CardMove.WITHDRAW): CardState.WITHDRAWN,
    }
)
WAITING: Final = frozenset({CardState.ISSUED, CardState.UNANSWERED})
"""Where the responsible party may still reply."""


class IllegalCardMoveError(MarketError):
    """The card's state does not allow the move."""

    sentence = msgid("此牌当前状态不能办理此操作，可能他人已经办理。请刷新页面查看最新状态。")


def advance_card(state: CardState, move: CardMove) -> CardState:
    """Return the state a move leads a card to.

    Args:
        state: Where the card stands.
        move: What is done to it.

    Returns:
        Where it stands then.

    Raises:
        IllegalCardMoveError: The state does not allow the move.

    Source: handbook domain.md section 6, the ladder and its triggers; a platform default.
    """
    try:
        return CARD_MOVES[state, move]
    except KeyError:
        raise IllegalCardMoveError from None


def when_silent(stage: CardStage) -> CardMove:
    """Return what becomes of a card to which nobody replied in its term.

    Args:
        stage: Of the card.

    Returns:
        A yellow card is a warning and is noted; any other waits, unanswered, for a decision.

    Source: platform default.
    """
    return CardMove.NOTE if stage is CardStage.YELLOW else CardMove.LAPSE
