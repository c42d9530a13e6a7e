"""Why a notice is cancelled, and since when an owner's record counts. Pure functions, no I/O."""

from datetime import date
from enum import StrEnum


class CancelGround(StrEnum):
    """Why an owner calls a notice off. Platform default, a closed list; handbook domain.md 2.4."""

    PROJECT_STOPPED = "project_stopped"
    FUNDING = "funding"
    WRONG_CONTENT = "wrong_content"
    NOT_HERE = "not_here"
    FORCE_MAJEURE = "force_majeure"
    ORDERED = "ordered"
    OTHER = "other"


LAST_DAYS = {4: 30, 6: 30, 9: 30, 11: 30, 2: 28}
MONTHS_OF_A_YEAR = 12


def counted_from(today: date, months: int) -> date:
    """Return the day so many months before: what happened since then counts.

    Args:
        today: The present day in Beijing.
        months: How many calendar months the record reaches back.

    Returns:
        The same day of that month, or its 28th or 30th where the month may be shorter.

    Source: platform default, ``owner_record.months``.
    """
    before = today.year * MONTHS_OF_A_YEAR + today.month - 1 - months
    year, month = divmod(before, MONTHS_OF_A_YEAR)
    return date(year, month + 1, min(today.day, LAST_DAYS.get(month + 1, 31)))
