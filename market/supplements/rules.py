"""The rules of an add-on contract: its moves, its cap, and when it needs a second approval.

Pure functions, no I/O.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from market.clock import months_after
from market.errors import MarketError, msgid
from market.money import yuan

_PERCENT: Final = 100


class SupplementState(StrEnum):
    """Where an add-on contract stands between its proposal and its effect."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    EFFECTIVE = "effective"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"


class SupplementMove(StrEnum):
    """What can be done to an add-on contract."""

    AGREE = "agree"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    APPROVE = "approve"
    REFUSE = "refuse"
    TAKE_EFFECT = "take-effect"


class Ground(StrEnum):
    """Why more is to be done. Platform default, a closed list; handbook domain.md 10.1 row 13."""

    SCOPE = "scope"
    OWNER_CHANGE = "owner-change"
    LAW_CHANGE = "law-change"
    UNFORESEEN = "unforeseen"


S, M = SupplementState, SupplementMove
MOVES: Final[Mapping[tuple[SupplementState, SupplementMove], SupplementState]] = MappingProxyType(
    {
        (S.PROPOSED, M.AGREE): S.AGREED,
        (S.PROPOSED, M.DECLINE): S.DECLINED,
        (S.PROPOSED, M.WITHDRAW): S.WITHDRAWN,
        (S.AGREED, M.APPROVE): S.EFFECTIVE,
        (S.AGREED, M.REFUSE): S.REFUSED,
        # Outside the months in which the rules ask for a second approval.
        (S.AGREED, M.TAKE_EFFECT): S.EFFECTIVE,
    }
)
# What counts towards the cap: what may still take effect, and what has.
COUNTED: Final = frozenset({S.PROPOSED, S.AGREED, S.EFFECTIVE})


class IllegalSupplementMoveError(MarketError):
    """The add-on contract's state does not allow the move."""

    sentence = msgid("补充合同当前状态不能办理此操作，可能他人已经办理。请刷新页面查看最新状态。")


class SupplementAmountError(MarketError):
    """The amount is not positive."""

    sentence = msgid("增加金额须大于 0 元。不增加金额的变更不在此办理，请由双方另行书面约定。")

    def __init__(self) -> None:
        super().__init__(field="amount_fen")


class AddOnCapError(MarketError):
    """All add-on contracts together would exceed their share of the original contract."""

    sentence = msgid(
        "补充合同合计不得超过原合同金额的 %(percent)s%%（%(rule)s）：原合同 %(contract)s 元，"
        "上限 %(most)s 元，已有补充合同 %(others)s 元，本次最多 %(left)s 元。"
        "超出部分请作为新的采购需求发布，另行选取。"
    )

    def __init__(self, *, percent: int, rule: str, price_fen: int, others_fen: int) -> None:
        most = most_fen(price_fen, percent)
        super().__init__(
            field="amount_fen",
            percent=percent,
            rule=rule,
            contract=yuan(price_fen),
            most=yuan(most),
            others=yuan(others_fen),
            left=yuan(max(0, most - others_fen)),
        )


def advance(state: SupplementState, move: SupplementMove) -> SupplementState:
    """Return the state a move leads an add-on contract to.

    Raises:
        IllegalSupplementMoveError: The state does not allow the move.

    Source: handbook domain.md 10.1 row 13; a platform default.
    """
    try:
        return MOVES[state, move]
    except KeyError:
        raise IllegalSupplementMoveError from None


def most_fen(price_fen: int, percent: int) -> int:
    """Return what all add-on contracts of one contract may come to, rounded down to the fen.

    Args:
        price_fen: Of the original contract.
        percent: Its greatest share, in hundredths.

    Source: 政府采购法第四十九条; the regulation's ``add_on.maximum_percent``.
    """
    return price_fen * percent // _PERCENT


def check_cap(
    amount_fen: int, others_fen: Sequence[int], *, price_fen: int, percent: int, rule: str
) -> None:
    """Refuse an add-on contract that is not positive, or too much with all others.

    Args:
        amount_fen: Of the add-on contract.
        others_fen: Of the other ones that count (``COUNTED``).
        price_fen: Of the original contract.
        percent: The greatest share, in hundredths.
        rule: How the refusal names the regulation.

    Raises:
        SupplementAmountError: The amount is not positive.
        AddOnCapError: The sum exceeds the share.

    Source: 政府采购法第四十九条; the regulation's ``add_on.maximum_percent``.
    """
    if amount_fen <= 0:
        raise SupplementAmountError
    others = sum(others_fen)
    if others + amount_fen > most_fen(price_fen, percent):
        raise AddOnCapError(percent=percent, rule=rule, price_fen=price_fen, others_fen=others)


def needs_second_approval(signed_on: Sequence[date], today: date, months: int) -> bool:
    """Return whether the authority of the item must approve an add-on contract.

    Args:
        signed_on: When the contracts of this owner and firm for the item or project were signed;
            at least one.
        today: The present day in Beijing.
        months: For how long after the last of them.

    Source: issue 4, "Fees"; the regulation's ``add_on.second_approval_months``, a platform
    default. The last one counts: a firm that is given one contract after the other does not
    leave the term behind.
    """
    return today < months_after(max(signed_on), months)
