"""What a notice would fix of its method: what the owner chose, and what the rules in force say."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from market.errors import MarketError, msgid
from market.needs.criteria import read_criteria
from market.needs.methods import SESSION, Method, Terms, is_bid, is_priced, is_quoted, is_scored
from market.needs.prices import FULL_BP, QuoteUnit
from market.regulations import Regulation

# The sheet lists every coefficient, and each has tickets of its own.
FEWEST_COEFFICIENTS: Final = 2
MOST_COEFFICIENTS: Final = 200
# 评审专家不少于三名: handbook domain.md 3 (综合评分).
FEWEST_SEATS: Final = 3


class CoefficientsError(MarketError):
    """The rules' list of coefficients cannot be drawn from."""

    sentence = msgid("规则文件“%(title)s”的均价系数须为 2 至 200 个、各不相同的正数。请更正规则。")

    def __init__(self, title: str) -> None:
        super().__init__(title=title)


class SeatsError(MarketError):
    """The rules' number of seats lets a panel be halved, or one member decide."""

    sentence = msgid("规则文件“%(title)s”的评审组人数须为不少于 3 的单数。请更正规则。")

    def __init__(self, title: str) -> None:
        super().__init__(title=title)


def terms_by(
    rules: Regulation,
    method: Method,
    *,
    ceiling_fen: int,
    floor_fen: int | None,
    unit: QuoteUnit,
    criteria: str = "",
) -> Terms:
    """Return the terms of a method by the rules in force.

    Raises:
        CoefficientsError: The rules' coefficients cannot be drawn from.
        CriteriaError: The criteria cannot be scored by.
        SeatsError: The rules' number of seats is even, or less than three.
        NoClauseError: The rules lack a value that the method needs.
    """
    if method is Method.MERIT_LOTTERY:
        shortlist = rules.integer("merit.shortlist")
        return Terms(method=method, ceiling_fen=ceiling_fen, shortlist=shortlist)
    if is_scored(method):
        return _scored(rules, ceiling_fen, criteria)
    if not is_priced(method):
        return Terms(method=method, ceiling_fen=ceiling_fen)
    terms = Terms(
        method=method,
        ceiling_fen=ceiling_fen,
        floor_fen=floor_fen,
        unit=unit,
        abnormal_low_percent=rules.integer("quote.abnormal_low_percent"),
        opening_minutes=rules.integer("quote.opening_minutes") if is_quoted(method) else 0,
        coefficients_bp=_coefficients(rules) if method is Method.QUOTE_MEAN else (),
        trim_from=rules.integer("mean.trim_from") if method is Method.QUOTE_MEAN else 0,
    )
    return _with_bidding(terms, rules) if is_bid(method) else _limited(terms, rules)


# The terms that say how often, how much and how little people hand in, with their clauses.
_OF_QUOTES: Final = MappingProxyType({"most_seals": "quote.most_seals"})
_OF_SCORING: Final = MappingProxyType(
    {name: f"scored.{name}" for name in ("most_proposals", "proposal_pages", "reason_shortest")}
)


def limits_by(rules: Regulation, method: Method) -> dict[str, Any]:
    """Return the limits on what is handed in that a notice under these rules fixes.

    Raises:
        NoClauseError: The rules lack a value that the method needs.
    """
    clauses: Mapping[str, str] = {}
    if is_quoted(method):
        clauses = _OF_QUOTES
    elif is_scored(method):
        clauses = _OF_SCORING
    return {name: rules.integer(clause) for name, clause in clauses.items()}


def _limited(terms: Terms, rules: Regulation) -> Terms:
    return replace(terms, **limits_by(rules, terms.method))


def _scored(rules: Regulation, ceiling_fen: int, criteria: str) -> Terms:
    seats = rules.integer("scored.seats")
    if seats < FEWEST_SEATS or seats % 2 == 0:
        raise SeatsError(rules.title)
    terms = Terms(
        method=Method.SCORED,
        ceiling_fen=ceiling_fen,
        criteria=read_criteria(criteria),
        seats=seats,
        panel_minutes=rules.integer("scored.panel_minutes"),
        answer_minutes=rules.integer("scored.answer_minutes"),
        scoring_minutes=rules.integer("scored.scoring_minutes"),
        fewest_candidates=seats * rules.integer("scored.candidates_per_seat"),
        pass_points=rules.integer("scored.pass_points"),
        trim_from=rules.integer("scored.trim_from"),
    )
    return _limited(terms, rules)


def _coefficients(rules: Regulation) -> tuple[int, ...]:
    """Return the coefficients in ascending order: each is as likely as any other."""
    found = tuple(sorted(set(rules.integers("mean.coefficients_bp"))))
    named = rules.integers("mean.coefficients_bp")
    is_list = FEWEST_COEFFICIENTS <= len(found) <= MOST_COEFFICIENTS
    if not is_list or len(found) != len(named) or found[0] < 1:
        raise CoefficientsError(rules.title)
    return found


def _with_bidding(terms: Terms, rules: Regulation) -> Terms:
    """Return terms with what a session is held by; the step is of the floor, or the ceiling.

    A part of a fen counts as a fen.
    """
    by_discount = terms.unit is QuoteUnit.DISCOUNT
    base_fen = terms.floor_fen or terms.ceiling_fen
    part = -(-base_fen * rules.integer("bid.step_percent_bp") // FULL_BP)
    return replace(
        terms,
        step_fen=0 if by_discount else max(1, part),
        step_bp=max(1, rules.integer("bid.step_discount_bp")) if by_discount else 0,
        countdown_seconds=rules.integer("bid.countdown_seconds"),
        bidding_minutes=rules.integer("bid.bidding_minutes"),
        bidding_least_minutes=rules.integer("bid.bidding_least_minutes"),
        session=SESSION,
    )
