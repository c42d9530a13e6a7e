"""The rules of ending a contract in force: who asks, who answers, who decides. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from market.clock import BEIJING
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What a settlement lies between: what was agreed with all add-ons, and what is invoiced."""

    agreed_fen: int
    invoiced_fen: int


class SettlementError(MarketError):
    """What is owed for the work until now is not possible."""

    sentence = msgid(
        "结算金额须在已开票合计 %(invoiced)s 元和合同金额（含已生效的补充合同）%(agreed)s 元之间。"
        "已开票多于应结算的，请中介机构先冲红；请按已完成的工作填写。"
    )

    def __init__(self, sums: Sums) -> None:
        super().__init__(
            field="settled_fen", invoiced=yuan(sums.invoiced_fen), agreed=yuan(sums.agreed_fen)
        )


class SettlementPassedError(MarketError):
    """More has been invoiced since than the request would settle."""

    sentence = msgid(
        "申请提出后又登记了发票：已开票合计 %(invoiced)s 元，多于申请的结算金额 %(settled)s 元，"
        "现在不能同意。请中介机构先冲红多开的发票，或者不同意、由申请方重新申请。"
    )

    def __init__(self, settled_fen: int, invoiced_fen: int) -> None:
        super().__init__(settled=yuan(settled_fen), invoiced=yuan(invoiced_fen))


class AskedOftenError(MarketError):
    """A side has asked as often as the rules allow."""

    sentence = msgid(
        "贵方就本合同以此方式申请解除已达 %(most)s 次，达到规则“%(rules)s”的上限，不能再申请。"
        "协商解除达到上限的，有法定事由仍可申请主管部门决定；也可以依法申请仲裁或者提起诉讼。"
    )

    def __init__(self, most: int, rules: str) -> None:
        super().__init__(most=most, rules=rules)


class AskedSoonError(MarketError):
    """The last request has not been over for long enough."""

    sentence = msgid(
        "上一次申请办结后须间隔一段时间（规则“%(rules)s”），%(at)s 起可以再次申请。"
        "这期间请继续履行合同，并与对方沟通。"
    )

    def __init__(self, again_at: datetime, rules: str) -> None:
        super().__init__(at=f"{again_at.astimezone(BEIJING):%Y-%m-%d}", rules=rules)


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


def check_settlement(settled_fen: int, sums: Sums) -> None:
    """Refuse a settlement above what was agreed, or below what is invoiced.

    Args:
        settled_fen: What is owed for the work until now, all payments included.
        sums: What the contract and its effective add-ons come to, and its invoices.

    Raises:
        SettlementError: It is. Where a city lets invoices pass the contract, what was agreed is
            the only amount left.

    Source: handbook domain.md 8, the chain of amounts; a platform default (docs/adr/0057).
    """
    if not min(sums.invoiced_fen, sums.agreed_fen) <= settled_fen <= sums.agreed_fen:
        raise SettlementError(sums)


def check_again(
    earlier: int, *, most: int, again_at: datetime | None, now: datetime, rules: str
) -> None:
    """Refuse a request that follows too many others, or the last one too soon.

    Args:
        earlier: How often the side has asked in the same way for the end of this contract.
        most: How often it may.
        again_at: From when on it may after the last one; None if there was none.
        now: The instant, aware.
        rules: The title of the rules.

    Raises:
        AskedOftenError: It has asked as often as it may.
        AskedSoonError: Not enough time has passed.

    Source: platform default, ``agreed.most_requests`` and ``cause.most_requests``; docs/adr/0057.
    """
    if earlier >= most:
        raise AskedOftenError(most, rules)
    if again_at is not None and now < again_at:
        raise AskedSoonError(again_at, rules)


def causes_of(*, is_firm: bool) -> tuple[EndingCause, ...]:
    """Return what a side may give as a cause, in the order of their declaration.

    Args:
        is_firm: Whether the side is the firm.

    Source: handbook domain.md 2.4; a platform default.
    """
    allowed = OF_THE_FIRM if is_firm else OF_THE_OWNER
    return tuple(cause for cause in EndingCause if cause in allowed)
