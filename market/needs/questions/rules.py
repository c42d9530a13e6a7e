"""When a notice may be asked about, and by when its owner answers. Pure functions, no I/O."""

from datetime import date, datetime, timedelta
from typing import Final, Protocol

from market.clock import beijing_day
from market.needs.rules import NeedState

ENDED: Final = frozenset(
    {NeedState.WITHDRAWN, NeedState.FAILED, NeedState.COMPLETED, NeedState.TERMINATED}
)


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


def is_ended(state: NeedState, *, notice: int, need: int) -> bool:
    """Return whether a notice has ended, and with it every duty to answer.

    Args:
        state: Where the need stands.
        notice: The attempt of the notice that was asked about.
        need: The attempt the need has reached.

    Returns:
        True for a notice that was withdrawn, failed, or another took the place of, and for a
        need that is done with. Late answers stay possible while the draw and its contract run.

    Source: platform default.
    """
    return state in ENDED or notice != need


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
