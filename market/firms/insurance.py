"""Social-insurance evidence of a person: which months count. Pure functions, no I/O."""

from collections.abc import Iterable
from datetime import date

MONTHS_OF_A_YEAR = 12


def month_of(day: date) -> int:
    """Return the month of a day as a number that counts up.

    Args:
        day: A day in Beijing.

    Returns:
        Months since year 0.
    """
    return day.year * MONTHS_OF_A_YEAR + day.month - 1


def first_of(month: int) -> date:
    """Return the first day of a month that ``month_of`` numbered."""
    year, rest = divmod(month, MONTHS_OF_A_YEAR)
    return date(year, rest + 1, 1)


def is_covered(ranges: Iterable[tuple[date, date]], day: date, months: int) -> bool:
    """Return whether evidence covers each of the last full months before a day.

    Args:
        ranges: First and last month of each piece of evidence, as days in those months.
        day: The day on which it is asked.
        months: How many full months before it count; with none nothing is asked.

    Returns:
        False under any month without evidence: it fails closed.

    Source: platform default, ``insurance.months``; handbook domain.md 4.1 and 4.2.
    """
    wanted = range(month_of(day) - months, month_of(day))
    covered = {
        month
        for begun, ended in ranges
        for month in range(month_of(begun), month_of(ended) + 1)
        if month in wanted
    }
    return len(covered) == len(wanted)


def masked(number: str) -> str:
    """Return a social-security number of which only the ends can be read."""
    shown = 2
    if len(number) <= shown * 2:
        return "*" * len(number)
    return number[:shown] + "*" * (len(number) - shown * 2) + number[-shown:]
