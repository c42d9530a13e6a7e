"""How a need's firm is selected: the methods, their terms, and the exact rule of each. Pure.

Every method ends in a draw. What differs is who of the eligible firms is in it: a method is a
rule of eligibility that is judged between the close and the freeze.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from market.errors import msgid
from market.needs.criteria import (
    CriteriaUnusedError,
    Criterion,
    criteria_in,
    read_criteria,
)
from market.needs.criteria import body_of as criteria_body
from market.needs.price_cap import award_lines, quote_lines
from market.needs.price_lines import bid_lines, lowest_lines, mean_lines
from market.needs.prices import LEAST_CEILING_FEN, QuoteUnit, greatest_discount, price_at
from market.needs.rules import NeedFactsError
from market.needs.score_lines import score_lines

METHODS_SUBJECT: Final = "selection-methods"
# docs/adr/0040-live-bidding.md: the rules of a session that notices name since they have a number.
SESSION: Final = 2


class Method(StrEnum):
    """How the list of a draw comes about. Source: handbook domain.md 3; platform default."""

    LOTTERY = "lottery"
    QUOTE_LOWEST = "quote_lowest"
    QUOTE_MEAN = "quote_mean"
    BID_LOWEST = "bid_lowest"
    MERIT_LOTTERY = "merit_lottery"
    SCORED = "scored"


class MethodError(NeedFactsError):
    """No such method, or the rules do not allow it."""

    sentence = msgid("现行规则不允许这种选取方式。请从列表中另选一种。")

    def __init__(self) -> None:
        super().__init__(field="method")


class FloorError(NeedFactsError):
    """The least quote that counts is not below the ceiling."""

    sentence = msgid("报价下限须大于 0 元、低于服务费上限。请修改报价下限，或留空表示不设下限。")

    def __init__(self) -> None:
        super().__init__(field="floor_fen")


class FloorUnusedError(NeedFactsError):
    """A floor was set although firms quote nothing."""

    sentence = msgid("只有报价或竞价的方式才有报价下限。请删去报价下限，或改选方式。")

    def __init__(self) -> None:
        super().__init__(field="floor_fen")


class UnitUnusedError(NeedFactsError):
    """Prices were to be stated as discounts although firms state none."""

    sentence = msgid("只有报价或竞价的方式才能按下浮率报价。请改为按金额，或改选方式。")

    def __init__(self) -> None:
        super().__init__(field="quote_unit")


class DiscountBaseError(NeedFactsError):
    """The ceiling is so low that two discounts would make one price."""

    sentence = msgid("服务费上限不足 100 元，不能按下浮率报价。请改为按金额报价。")

    def __init__(self) -> None:
        super().__init__(field="quote_unit")


def check_method(
    *,
    method: str,
    allowed: Sequence[str],
    floor_fen: int | None,
    ceiling_fen: int,
    unit: str = QuoteUnit.AMOUNT,
    criteria: str = "",
) -> None:
    """Refuse a method, or terms of it, that could not be published.

    Args:
        method: How the owner wants the firm selected.
        allowed: The methods the rules allow.
        floor_fen: The least quote that counts, in fen; None for no floor.
        ceiling_fen: The price ceiling in fen.
        unit: In what firms state their price.
        criteria: What an expert panel scores by, as it was typed.

    Raises:
        NeedFactsError: The first rule that is broken, naming the field.

    Source: the regulation's ``methods.allowed``; platform default.
    """
    if method not in set(Method) or method not in allowed:
        raise MethodError
    if is_scored(method):
        read_criteria(criteria)
    elif criteria:
        raise CriteriaUnusedError
    if unit != QuoteUnit.AMOUNT:
        if not is_priced(method) or unit != QuoteUnit.DISCOUNT:
            raise UnitUnusedError
        if ceiling_fen < LEAST_CEILING_FEN:
            raise DiscountBaseError
    if floor_fen is None:
        return
    if not is_priced(method):
        raise FloorUnusedError
    if not 0 < floor_fen < ceiling_fen:
        raise FloorError


def is_quoted(method: str) -> bool:
    """Return whether firms quote a price, which they open between the close and the freeze.

    Args:
        method: The method's code.

    Source: platform default.
    """
    return method in {Method.QUOTE_LOWEST, Method.QUOTE_MEAN}


def is_bid(method: str) -> bool:
    """Return whether firms bid against one another in a session between the close and the freeze.

    Args:
        method: The method's code.

    Source: handbook domain.md 3 (网上竞价).
    """
    return method == Method.BID_LOWEST


def is_priced(method: str) -> bool:
    """Return whether a firm states its own price, sealed or live.

    Args:
        method: The method's code.

    Source: handbook domain.md 3.
    """
    return is_quoted(method) or is_bid(method)


def is_scored(method: str) -> bool:
    """Return whether an expert panel scores proposals between the close and the freeze.

    Args:
        method: The method's code.

    Source: handbook domain.md 3 (综合评分).
    """
    return method == Method.SCORED


def is_weighted(method: str) -> bool:
    """Return whether the method itself says how many tickets a firm of the list has.

    Args:
        method: The method's code.

    Source: docs/adr/0038-mean-price-by-tickets.md.
    """
    return method == Method.QUOTE_MEAN


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a notice fixes of its method; zero or None where the method knows no such thing."""

    method: Method
    ceiling_fen: int
    floor_fen: int | None = None
    opening_minutes: int = 0
    abnormal_low_percent: int = 0
    shortlist: int = 0
    unit: QuoteUnit = QuoteUnit.AMOUNT
    # Whether no firm is selected above what its own published fee gives.
    capped: bool = False
    coefficients_bp: tuple[int, ...] = ()
    trim_from: int = 0
    step_fen: int = 0
    step_bp: int = 0
    countdown_seconds: int = 0
    bidding_minutes: int = 0
    bidding_least_minutes: int = 0
    # By which rules a session is held: the first notices with live bidding say nothing of them.
    session: int = 0
    # What a panel scores by, how many sit, and the minutes after the close that each step takes.
    criteria: tuple[Criterion, ...] = ()
    seats: int = 0
    panel_minutes: int = 0
    answer_minutes: int = 0
    scoring_minutes: int = 0
    fewest_candidates: int = 0
    pass_points: int = 0

    @property
    def is_strict(self) -> bool:
        """Whether a session fails without its lowest bidder, and no bid exceeds a published fee."""
        return self.session >= SESSION

    @property
    def lowest_fen(self) -> int:
        """The least price that can be stated: the floor, or the discount's price just above it."""
        if self.unit is QuoteUnit.AMOUNT:
            return self.floor_fen or 1
        most = greatest_discount(self.ceiling_fen, self.floor_fen)
        return price_at(self.ceiling_fen, most)


_DRAW: Final = "公开摇号协议 ismdraw/v1"
_EVERYBODY: Final = "凡报名并在名单冻结时符合全部资格条件的机构，都列入名单。"


def _lottery(terms: Terms) -> list[str]:
    return [
        _EVERYBODY,
        f"由{_DRAW}从名单中抽取 1 家中选。",
        *award_lines(terms.ceiling_fen, capped=terms.capped),
    ]


_BY_MERIT: Final = (
    "报名并在名单冻结时符合全部资格条件的机构，按冻结时的信用分从高到低排列；"
    "信用分相同的，在本平台完成本事项合同多的在前。"
)


def _merit_lottery(terms: Terms) -> list[str]:
    return [
        _BY_MERIT,
        f"排在前 {terms.shortlist} 位的列入名单；与第 {terms.shortlist} 位两项都相同的一并列入。",
        f"由{_DRAW}从名单中抽取 1 家中选。",
        "各家的信用分和完成合同数在名单冻结时一并公布。",
        *award_lines(terms.ceiling_fen, capped=terms.capped),
    ]


_LINES: Final = MappingProxyType(
    {
        Method.LOTTERY: _lottery,
        Method.QUOTE_LOWEST: lowest_lines,
        Method.QUOTE_MEAN: mean_lines,
        Method.BID_LOWEST: bid_lines,
        Method.MERIT_LOTTERY: _merit_lottery,
        Method.SCORED: score_lines,
    }
)


def rule_lines(terms: Terms) -> list[str]:
    """Return the exact rule of a method, sentence by sentence, as its notice prints it.

    Args:
        terms: What the notice fixes.

    Returns:
        Chinese sentences. They are part of the notice's bytes and are not translated.

    Source: docs/adr/0037-sealed-quotes.md; platform default.
    """
    lines = _LINES[terms.method](terms)
    if not is_priced(terms.method):
        return lines
    return [*lines, *quote_lines(capped=terms.capped, live=is_bid(terms.method))]


def body_of(terms: Terms) -> dict[str, object]:
    """Return a notice's member about its method.

    Args:
        terms: What the notice fixes.

    Source: docs/adr/0037-sealed-quotes.md.
    """
    body: dict[str, object] = {"selection": terms.method.value, "rules": rule_lines(terms)}
    if terms.capped:
        body["capped"] = True
    match terms.method:
        case Method.LOTTERY:
            return body
        case Method.QUOTE_LOWEST:
            return body | _priced(terms, "opening_minutes")
        case Method.QUOTE_MEAN:
            mean = {"coefficients_bp": list(terms.coefficients_bp), "trim_from": terms.trim_from}
            return body | _priced(terms, "opening_minutes") | mean
        case Method.BID_LOWEST:
            return body | _priced(terms, *_OF_BIDDING)
        case Method.MERIT_LOTTERY:
            return body | {"shortlist": terms.shortlist}
        case Method.SCORED:
            scored = {name: getattr(terms, name) for name in _OF_SCORING}
            return body | scored | {"criteria": criteria_body(terms.criteria)}


_OF_BIDDING: Final = (
    "step_fen",
    "step_bp",
    "countdown_seconds",
    "bidding_minutes",
    "bidding_least_minutes",
    "session",
)

_OF_SCORING: Final = (
    "seats",
    "panel_minutes",
    "answer_minutes",
    "scoring_minutes",
    "fewest_candidates",
    "pass_points",
    "trim_from",
)


def _priced(terms: Terms, *names: str) -> dict[str, object]:
    """Return the members that every method with prices has, and those that are named."""
    return {
        "floor_fen": terms.floor_fen,
        "unit": terms.unit.value,
        "abnormal_low_percent": terms.abnormal_low_percent,
        **{name: getattr(terms, name) for name in names},
    }


def terms_in(method: Mapping[str, object], ceiling_fen: int) -> Terms:
    """Return the terms that a notice's member about its method fixed.

    Args:
        method: The member; notices from before there were methods say nothing of one.
        ceiling_fen: The notice's price ceiling in fen.

    Raises:
        ValueError: It names a method that is not known here.

    Source: docs/adr/0037-sealed-quotes.md.
    """
    floor = method.get("floor_fen")
    return Terms(
        method=Method(str(method.get("selection", Method.LOTTERY))),
        ceiling_fen=ceiling_fen,
        floor_fen=floor if isinstance(floor, int) else None,
        opening_minutes=_whole(method, "opening_minutes"),
        abnormal_low_percent=_whole(method, "abnormal_low_percent"),
        shortlist=_whole(method, "shortlist"),
        capped=method.get("capped") is True,
        unit=QuoteUnit(str(method.get("unit", QuoteUnit.AMOUNT))),
        coefficients_bp=_wholes(method, "coefficients_bp"),
        criteria=criteria_in(method),
        **{name: _whole(method, name) for name in _OF_BIDDING + _OF_SCORING},
    )


def _whole(method: Mapping[str, object], name: str) -> int:
    found = method.get(name, 0)
    if not isinstance(found, int):
        raise TypeError(f"{name} of a notice is no whole number")
    return found


def _wholes(method: Mapping[str, object], name: str) -> tuple[int, ...]:
    found = method.get(name, [])
    if not isinstance(found, list) or not all(isinstance(each, int) for each in found):
        raise TypeError(f"{name} of a notice is no list of whole numbers")
    return tuple(found)
