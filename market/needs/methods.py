"""How a need's firm is selected: the methods, their terms, and the exact rule of each. Pure.

Every method ends in a draw. What differs is who of the eligible firms is in it: a method is a
rule of eligibility that is judged between the close and the freeze.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from market.needs.criteria import Criterion, criteria_in
from market.needs.criteria import body_of as criteria_body
from market.needs.price_cap import award_lines, quote_lines
from market.needs.price_lines import bid_lines, lowest_lines, mean_lines
from market.needs.prices import QuoteUnit, greatest_discount, price_at
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


class HandedIn(StrEnum):
    """What the firms of a method hand in: the feature that takes it judges the list."""

    NOTHING = "nothing"
    QUOTE = "quote"
    BID = "bid"
    PROPOSAL = "proposal"


def handed_in(method: str) -> "HandedIn | None":
    """Return what firms hand in beside their enrolment; None for a method that is not known.

    Args:
        method: The method's code.

    Source: handbook domain.md 3; platform default.
    """
    return RECORDS[method].hands_in if method in RECORDS else None


def is_quoted(method: str) -> bool:
    """Return whether firms quote a price, which they open between the close and the freeze.

    Args:
        method: The method's code.

    Source: platform default.
    """
    return handed_in(method) is HandedIn.QUOTE


def is_bid(method: str) -> bool:
    """Return whether firms bid against one another in a session between the close and the freeze.

    Args:
        method: The method's code.

    Source: handbook domain.md 3 (网上竞价).
    """
    return handed_in(method) is HandedIn.BID


def is_priced(method: str) -> bool:
    """Return whether a firm states its own price, sealed or live.

    Args:
        method: The method's code.

    Source: handbook domain.md 3.
    """
    return handed_in(method) in {HandedIn.QUOTE, HandedIn.BID}


def is_scored(method: str) -> bool:
    """Return whether an expert panel scores proposals between the close and the freeze.

    Args:
        method: The method's code.

    Source: handbook domain.md 3 (综合评分).
    """
    return handed_in(method) is HandedIn.PROPOSAL


def is_weighted(method: str) -> bool:
    """Return whether the method itself says how many tickets a firm of the list has.

    Args:
        method: The method's code.

    Source: docs/adr/0038-mean-price-by-tickets.md.
    """
    return method in RECORDS and RECORDS[method].weighted


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a notice fixes of its method; zero or None where the method knows no such thing."""

    method: Method
    ceiling_fen: int
    floor_fen: int | None = None
    opening_minutes: int = 0
    most_seals: int = 0
    abnormal_low_percent: int = 0
    shortlist: int = 0
    unit: QuoteUnit = QuoteUnit.AMOUNT
    # Whether no firm is selected above what its own published fee gives.
    capped: bool = False
    # Whether no firm takes part whose published fee gives no amount by the notice's own inputs.
    computable: bool = False
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
    most_proposals: int = 0
    proposal_pages: int = 0
    reason_shortest: int = 0

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
        *award_lines(terms.ceiling_fen, capped=terms.capped, computable=terms.computable),
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
        *award_lines(terms.ceiling_fen, capped=terms.capped, computable=terms.computable),
    ]


_OF_QUOTES: Final = ("opening_minutes", "most_seals")
_OF_MEAN: Final = ("coefficients_bp", "trim_from")
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
    "most_proposals",
    "proposal_pages",
    "reason_shortest",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodRecord:
    """All that a notice knows of one method.

    A new method is a record here; ``tests/market/test_methods.py`` then names every other place
    that must know it.

    Attributes:
        lines: Its exact rule, sentence by sentence.
        hands_in: What firms hand in beside their enrolment.
        members: The terms that its notice fixes, beside those of every method with prices.
        weighted: Whether the method itself says how many tickets a firm of the list has.
    """

    lines: Callable[[Terms], list[str]]
    hands_in: HandedIn = HandedIn.NOTHING
    members: tuple[str, ...] = ()
    weighted: bool = False


RECORDS: Final[Mapping[str, MethodRecord]] = MappingProxyType(
    {
        Method.LOTTERY: MethodRecord(lines=_lottery),
        Method.QUOTE_LOWEST: MethodRecord(
            lines=lowest_lines, hands_in=HandedIn.QUOTE, members=_OF_QUOTES
        ),
        Method.QUOTE_MEAN: MethodRecord(
            lines=mean_lines,
            hands_in=HandedIn.QUOTE,
            members=_OF_QUOTES + _OF_MEAN,
            weighted=True,
        ),
        Method.BID_LOWEST: MethodRecord(
            lines=bid_lines, hands_in=HandedIn.BID, members=_OF_BIDDING
        ),
        Method.MERIT_LOTTERY: MethodRecord(lines=_merit_lottery, members=("shortlist",)),
        Method.SCORED: MethodRecord(
            lines=score_lines, hands_in=HandedIn.PROPOSAL, members=_OF_SCORING
        ),
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
    lines = RECORDS[terms.method].lines(terms)
    if not is_priced(terms.method):
        return lines
    live = is_bid(terms.method)
    return [
        *lines,
        *quote_lines(capped=terms.capped, computable=terms.computable, live=live),
    ]


def body_of(terms: Terms) -> dict[str, object]:
    """Return a notice's member about its method.

    Args:
        terms: What the notice fixes.

    Source: docs/adr/0037-sealed-quotes.md.
    """
    body: dict[str, object] = {"selection": terms.method.value, "rules": rule_lines(terms)}
    if terms.capped:
        body["capped"] = True
    if terms.computable:
        body["computable"] = True
    if is_priced(terms.method):
        body |= _priced(terms)
    if is_scored(terms.method):
        body["criteria"] = criteria_body(terms.criteria)
    return body | {name: _plain(terms, name) for name in RECORDS[terms.method].members}


def _plain(terms: Terms, name: str) -> object:
    value = getattr(terms, name)
    return list(value) if isinstance(value, tuple) else value


def _priced(terms: Terms) -> dict[str, object]:
    """Return the members that every method with prices has."""
    return {
        "floor_fen": terms.floor_fen,
        "unit": terms.unit.value,
        "abnormal_low_percent": terms.abnormal_low_percent,
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
        abnormal_low_percent=_whole(method, "abnormal_low_percent"),
        shortlist=_whole(method, "shortlist"),
        capped=method.get("capped") is True,
        computable=method.get("computable") is True,
        unit=QuoteUnit(str(method.get("unit", QuoteUnit.AMOUNT))),
        coefficients_bp=_wholes(method, "coefficients_bp"),
        criteria=criteria_in(method),
        **{name: _whole(method, name) for name in _OF_QUOTES + _OF_BIDDING + _OF_SCORING},
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
