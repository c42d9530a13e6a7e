"""The rules of ending a contract in force: who asks, who answers, who decides. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from market.errors import MarketError, msgid
from market.money import yuan


class EndingKind(StrEnum):
    """On what an ending rests."""

    AGREED = "agreed"
    CAUSE = "cause"
    ANNULLED = "annulled"


class EndingCause(StrEnum):
    """Why one side wants out without the other. Platform default, a closed list."""

    NO_MATERIALS = "no-materials"
    NOT_PAYING = "not-paying"
    NOT_PERFORMING = "not-performing"
    LOST_CONDITION = "lost-condition"
    FORCE_MAJEURE = "force-majeure"


# Which side may say it: of the other's fault only the other, of nobody's either.
OF_THE_FIRM: Final = frozenset(
    {EndingCause.NO_MATERIALS, EndingCause.NOT_PAYING, EndingCause.FORCE_MAJEURE}
)
OF_THE_OWNER: Final = frozenset(
    {EndingCause.NOT_PERFORMING, EndingCause.LOST_CONDITION, EndingCause.FORCE_MAJEURE}
)


class EndingState(StrEnum):
    """Where an ending stands."""

    ASKED = "asked"
    AGREED = "agreed"
    REFUSED = "refused"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    HEARING = "hearing"
    TO_DECIDE = "to-decide"
    PROPOSED = "proposed"
    UPHELD = "upheld"
    DISMISSED = "dismissed"
    ANNULLED = "annulled"
    MOOT = "moot"


class EndingMove(StrEnum):
    """What can be done to it."""

    AGREE = "agree"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    REPLY = "reply"
    EXPIRE = "expire"
    PROPOSE = "propose"
    SEND_BACK = "send-back"
    UPHOLD = "uphold"
    DISMISS = "dismiss"
    OVERTAKE = "overtake"


S, M = EndingState, EndingMove
OPEN: Final = (S.ASKED, S.HEARING, S.TO_DECIDE, S.PROPOSED)
ENDED: Final = (S.AGREED, S.UPHELD, S.ANNULLED)
MOVES: Final[Mapping[tuple[EndingState, EndingMove], EndingState]] = MappingProxyType(
    {
        # One side asks, the other agrees. Silence is no consent.
        (S.ASKED, M.AGREE): S.AGREED,
        (S.ASKED, M.REFUSE): S.REFUSED,
        (S.ASKED, M.WITHDRAW): S.WITHDRAWN,
        (S.ASKED, M.EXPIRE): S.LAPSED,
        # One side asks an authority, the other is heard; silence only ends the hearing.
        (S.HEARING, M.REPLY): S.TO_DECIDE,
        (S.HEARING, M.EXPIRE): S.TO_DECIDE,
        (S.HEARING, M.WITHDRAW): S.WITHDRAWN,
        (S.TO_DECIDE, M.WITHDRAW): S.WITHDRAWN,
        (S.TO_DECIDE, M.PROPOSE): S.PROPOSED,
        (S.PROPOSED, M.SEND_BACK): S.TO_DECIDE,
        (S.PROPOSED, M.UPHOLD): S.UPHELD,
        (S.PROPOSED, M.DISMISS): S.DISMISSED,
        # The contract was performed, or ended otherwise.
        **{(state, M.OVERTAKE): S.MOOT for state in OPEN},
    }
)


class IllegalEndingMoveError(MarketError):
    """The ending's state does not allow the move."""

    sentence = msgid("解除合同的办理已进入下一步，不能办理此操作。请刷新页面查看最新状态。")


class SettlementError(MarketError):
    """What is owed for the work until now is not possible."""

    sentence = msgid("结算金额须在 0 元和合同金额 %(yuan)s 元之间。请按已完成的工作填写。")

    def __init__(self, price_fen: int) -> None:
        super().__init__(field="settled_fen", yuan=yuan(price_fen))


class CauseNotYoursError(MarketError):
    """The cause is not one that this side may give."""

    sentence = msgid("贵方不能以此事由申请解除。请从列出的事由中选择。")

    def __init__(self) -> None:
        super().__init__(field="cause")


def advance(state: EndingState, move: EndingMove) -> EndingState:
    """Return the state a move leads an ending to.

    Args:
        state: Where it stands.
        move: What is done to it.

    Returns:
        The next state.

    Raises:
        IllegalEndingMoveError: The state does not allow the move.

    Source: handbook domain.md 2.4, "Firm cannot continue"; a platform default (docs/adr/0050).
    """
    try:
        return MOVES[state, move]
    except KeyError:
        raise IllegalEndingMoveError from None


def check_settlement(settled_fen: int, price_fen: int) -> None:
    """Refuse a settlement that is negative or above the contract.

    Args:
        settled_fen: What is owed for the work until now, all payments included.
        price_fen: Of the contract.

    Raises:
        SettlementError: It is.

    Source: handbook domain.md 8, the chain of amounts; a platform default.
    """
    if not 0 <= settled_fen <= price_fen:
        raise SettlementError(price_fen)


def causes_of(*, is_firm: bool) -> tuple[EndingCause, ...]:
    """Return what a side may give as a cause, in the order of their declaration.

    Args:
        is_firm: Whether the side is the firm.

    Source: handbook domain.md 2.4; a platform default.
    """
    allowed = OF_THE_FIRM if is_firm else OF_THE_OWNER
    return tuple(cause for cause in EndingCause if cause in allowed)
