"""The rules of an explanation of an abnormally low price: its moves, and what it must say.

Pure functions, no I/O.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from market.errors import MarketError, msgid
from market.money import yuan

# Why an award is taken from a firm whose low price is not accepted: it broke no word.
REJECTED: Final = "abnormal_low_rejected"
SILENT: Final = "abnormal_low_silent"
HUNDRED: Final = 100


class ExplanationState(StrEnum):
    """Where an explanation stands between the question and the decision."""

    ASKED = "asked"
    ANSWERED = "answered"
    CHECKED = "checked"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    SILENT = "silent"
    CLOSED = "closed"
    # The operator gave no opinion in time: an officer of the authority gives it instead.
    ESCALATED = "escalated"


class ExplanationMove(StrEnum):
    """What is done with an explanation: by the firm, the operator, the authority, and time."""

    ANSWER = "answer"
    CHECK = "check"
    ACCEPT = "accept"
    REJECT = "reject"
    EXPIRE = "expire"
    CLOSE = "close"
    ESCALATE = "escalate"
    CHECK_LATE = "check-late"


class Cost(StrEnum):
    """What a price consists of. Platform default, a closed list."""

    STAFF = "staff"
    FIELD = "field"
    EQUIPMENT = "equipment"
    EXPERTS = "experts"
    OVERHEAD = "overhead"
    TAX = "tax"
    PROFIT = "profit"


S, M = ExplanationState, ExplanationMove
MOVES: Final[Mapping[tuple[ExplanationState, ExplanationMove], ExplanationState]] = (
    MappingProxyType(
        {
            (S.ASKED, M.ANSWER): S.ANSWERED,
            (S.ANSWERED, M.CHECK): S.CHECKED,
            (S.ANSWERED, M.ESCALATE): S.ESCALATED,
            (S.ESCALATED, M.CHECK_LATE): S.CHECKED,
            (S.CHECKED, M.ACCEPT): S.ACCEPTED,
            (S.CHECKED, M.REJECT): S.REJECTED,
            # No answer in time is taken as a rejection.
            (S.ASKED, M.EXPIRE): S.SILENT,
            # The award ended otherwise.
            (S.ASKED, M.CLOSE): S.CLOSED,
            (S.ANSWERED, M.CLOSE): S.CLOSED,
            (S.CHECKED, M.CLOSE): S.CLOSED,
            (S.ESCALATED, M.CLOSE): S.CLOSED,
        }
    )
)
OPEN: Final = frozenset({S.ASKED, S.ANSWERED, S.ESCALATED, S.CHECKED})


class IllegalExplanationMoveError(MarketError):
    """The explanation's state does not allow the move."""

    sentence = msgid("说明当前状态不能办理此操作，可能他人已经办理。请刷新页面查看最新状态。")


class CostSumError(MarketError):
    """The cost items do not come to the price."""

    sentence = msgid(
        "各项成本合计 %(sum)s 元，与报价 %(price)s 元不一致。请逐项核对；亏损的在利润一项如实填 0，"
        "并在说明中写明由谁承担。"
    )

    def __init__(self, sum_fen: int, price_fen: int) -> None:
        super().__init__(sum=yuan(sum_fen), price=yuan(price_fen))


class NoCostError(MarketError):
    """A price without work, or without a single item, explains nothing."""

    sentence = msgid("请填写人工成本和至少一项其他成本，金额大于 0 元。")

    def __init__(self) -> None:
        super().__init__(field=Cost.STAFF)


def advance(state: ExplanationState, move: ExplanationMove) -> ExplanationState:
    """Return the state a move leads an explanation to.

    Raises:
        IllegalExplanationMoveError: The state does not allow the move.

    Source: handbook domain.md section 3 (abnormal-low explanation); a platform default.
    """
    try:
        return MOVES[state, move]
    except KeyError:
        raise IllegalExplanationMoveError from None


def check_costs(costs: Mapping[Cost, int], price_fen: int) -> None:
    """Refuse cost items that do not come to the price exactly.

    Args:
        costs: In fen, by item; zero where there is none.
        price_fen: What the firm asked for.

    Raises:
        NoCostError: There is no work, or nothing but work, in it.
        CostSumError: The sum is another.

    Source: platform default.
    """
    others = [fen for cost, fen in costs.items() if cost is not Cost.STAFF]
    if costs.get(Cost.STAFF, 0) <= 0 or not any(fen > 0 for fen in others):
        raise NoCostError
    total = sum(costs.values())
    if total != price_fen:
        raise CostSumError(total, price_fen)


def low_amount(sheet: Mapping[str, object], firm_code: str) -> int | None:
    """Return what a firm asked for if its published sheet marks it as abnormally low.

    Args:
        sheet: The sheet of quotes or bids that was published with the list.
        firm_code: The credit code of the firm.

    Returns:
        The amount in fen; None if it is not marked, or not in the sheet.

    Source: the regulation's ``quote.abnormal_low_percent``; platform default.
    """
    lines = sheet.get("quotes")
    for line in lines if isinstance(lines, Sequence) else ():
        if isinstance(line, Mapping) and line.get("firm") == firm_code and line["abnormal_low"]:
            return int(line["amount_fen"])
    return None


def is_far_below(price_fen: int, disclosed_fen: int | None, percent: int) -> bool:
    """Return whether a directly agreed price lies below a share of what the firm publishes.

    Args:
        price_fen: The price of the direct choice.
        disclosed_fen: What the firm's own published fee gives for the project; None if nothing.
        percent: The share below which a price has to be explained.

    Source: the regulation's ``price.explain_below_percent``; platform default.
    """
    return disclosed_fen is not None and price_fen * HUNDRED < disclosed_fen * percent
