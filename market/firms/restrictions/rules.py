"""Which measure bears on a firm for an item at an instant. Pure functions."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from market.firms.rules import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearing:
    """One measure: what it makes of the firm, for which groups of items, from when until when."""

    standing: Standing
    groups: frozenset[str]
    from_at: datetime
    until_at: datetime


def covers(groups: frozenset[str], item_code: str) -> bool:
    """Whether a measure reaches an item.

    Args:
        groups: Codes of groups of items; none means every item.
        item_code: Such as ``ZJ-03-001``.

    Returns:
        True also for a code that has no group in it: what cannot be told apart is barred.

    Source: handbook domain.md 7.2, "scoped to the same service types by default"; platform default.
    """
    parts = item_code.split("-")
    return not groups or len(parts) < 2 or parts[1] in groups  # noqa: PLR2004 - ZJ, group, serial


def bears(
    measures: Collection[Bearing], item_code: str, at: datetime
) -> tuple[Standing, datetime | None]:
    """Return the standing that a firm has for an item, and until when.

    Args:
        measures: All measures against the firm that were not lifted, in any order.
        item_code: The item.
        at: The instant, aware.

    Returns:
        The gravest that runs then and reaches the item, then the longest; active without an end
        if there is none.

    Source: handbook domain.md 7.2; platform default.
    """
    running = [
        one
        for one in measures
        if one.from_at <= at < one.until_at and covers(one.groups, item_code)
    ]
    if not running:
        return Standing.ACTIVE, None
    worst = max(running, key=lambda one: (one.standing is Standing.BLACKLISTED, one.until_at))
    return worst.standing, worst.until_at
