"""When a notice may be asked about, and by when its owner answers. Pure functions, no I/O."""

from datetime import date, datetime, timedelta
from typing import Protocol

from market.clock import beijing_day


class DueDays(Protocol):
    """What the term of an answer asks of the calendar."""

    def due_at(self, day: date, n: int, /) -> datetime:
        """Return the end of the nth working day after ``day``."""


def ask_until(close_at: datetime, hours_before: int) -> datetime:
    """Return the instant from which a notice is not asked about any more.

    Args:
        close_at: When enrolment closes.
        hours_before: How many hours before that questions end.

    Source: platform default, ``questions.ask_until_hours_before_close``.
    """
    return close_at - timedelta(hours=hours_before)


def answer_due(
    asked_at: datetime,
    close_at: datetime,
    *,
    working_days: int,
    hours_before: int,
    calendar: DueDays,
) -> datetime:
    """Return by when a question is answered: within the days, and in time before the close.

    Args:
        asked_at: When it was asked.
        close_at: When enrolment closes.
        working_days: How many working days the owner has; the day of the question is not counted.
        hours_before: An answer comes at least so many hours before the close.
        calendar: Which days are working days.

    Raises:
        UnknownYearError: The calendar does not reach the end of the term.

    Source: 民法典 第二百零一条 (the first day is not counted); the rest is a platform default.
    """
    by_days = calendar.due_at(beijing_day(asked_at), working_days)
    return min(by_days, close_at - timedelta(hours=hours_before))
