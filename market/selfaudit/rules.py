"""When the self-audit is due. Pure."""

from datetime import datetime, timedelta
from typing import Final

from market.clock import BEIJING

HOUR: Final = 3
"""In Beijing, when nobody enrols and nothing is drawn. Platform default."""


def is_due(now: datetime, last: datetime | None) -> bool:
    """Return whether a comparison is due: one each night, or at once if there was none.

    Args:
        now: The instant.
        last: When the last comparison began, None if there was none.

    Returns:
        True if none has begun since the last 03:00 in Beijing; a night that was missed is made
        up for as soon as the worker is back.

    Source: platform default; docs/spec/lottery-v1.md, section 3, ``audit``.
    """
    return last is None or last < last_night(now)


def last_night(now: datetime) -> datetime:
    """Return the last 03:00 in Beijing, aware.

    Args:
        now: The instant.

    Returns:
        An instant at most 24 hours before.

    Source: platform default.
    """
    here = now.astimezone(BEIJING)
    night = here.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    return night if night <= here else night - timedelta(days=1)
