"""What a notice would fix of its method: what the owner chose, and what the rules in force say."""

from dataclasses import replace
from typing import Final

from market.errors import MarketError, msgid
from market.needs.criteria import read_criteria
from market.needs.methods import SESSION, Method, Terms, is_bid, is_priced, is_quoted, is_scored
from market.needs.prices import FULL_BP, QuoteUnit
from market.regulations import Regulation

# The sheet lists every coefficient, and each has tickets of its own.
FEWEST_COEFFICIENTS: Final = 2
MOST_COEFFICIENTS: Final = 200


class CoefficientsError(MarketError):
    """The rules' list of coefficients cannot be drawn from."""

    sentence = msgid("规则文件“%(title)s”的均价系数须为 2 至 200 个、各不相同的正数。请更正规则。")

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
    return _with_bidding(terms, rules) if is_bid(method) else terms


def _scored(rules: Regulation, ceiling_fen: int, criteria: str) -> Terms:
    seats = rules.integer("scored.seats")
    return Terms(
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
