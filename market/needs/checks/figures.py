"""The amount and the time of a need beside what is usual for its item."""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import select

from market.money import capitals, short_yuan
from market.needs.checks.case import Case
from market.needs.checks.rules import Finding, Ground
from market.needs.checks.usual import PERCENT, investment_of, is_above, is_far_below, median
from market.needs.model import Need, Notice

# How many earlier notices of an item are looked at, the latest first.
MOST: Final = 200


def figures(case: Case) -> Iterable[Finding]:
    """Say which figures are so far from the usual that they look mistyped."""
    yield from _amount(case)
    yield from _days(case)


def _amount(case: Case) -> Iterable[Finding]:
    ceiling = case.need.ceiling_fen
    base = investment_of(case.need.scale or "")
    share = case.rules.integer("amount.share_of_investment_percent")
    if base is not None and is_above(ceiling, base, share):
        yield _far(case, Ground.AMOUNT_INVESTMENT, base, share)
        return
    earlier = _earlier(case)
    times = case.rules.integer("amount.of_median_times")
    if len(earlier) < case.rules.integer("amount.least_needs"):
        return
    if is_above(ceiling, median(earlier), times * PERCENT):
        yield _far(case, Ground.AMOUNT, median(earlier), times)


def _far(case: Case, ground: Ground, base: int, factor: int) -> Finding:
    ceiling = case.need.ceiling_fen
    said = short_yuan(ceiling)
    return case.finding(
        ground,
        "amount.severity",
        "ceiling_fen",
        str(ceiling),
        quote=said,
        ceiling=said,
        capitals=capitals(ceiling),
        base=short_yuan(base),
        factor=factor,
    )


def _earlier(case: Case) -> list[int]:
    """Return the ceilings of earlier needs of the item whose notices are out."""
    query = (
        select(Need.ceiling_fen)
        .join(Notice, Notice.need_id == Need.id)
        .where(Need.item_code == case.need.item_code, Need.number != (case.need.number or ""))
        .where(Notice.attempt == 1)
        .order_by(Notice.published_at.desc(), Notice.id.desc())
        .limit(MOST)
    )
    return list(case.work.session.scalars(query))


def _days(case: Case) -> Iterable[Finding]:
    days = case.need.service_working_days or 0
    limit = case.item.time_limit_working_days if case.item else 0
    if days and is_far_below(days, limit, case.rules.integer("days.least_percent")):
        yield case.finding(
            Ground.DAYS,
            "days.severity",
            "service_working_days",
            str(days),
            quote=str(days),
            days=days,
            limit=limit,
        )
