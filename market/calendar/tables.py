"""Working days counted by a prefix table: two look-ups for a count, two for a sum."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import accumulate
from typing import Final

from market.calendar.notices import SATURDAY, Notice, contradictions, governing
from market.clock import UTC_MIDNIGHT, beijing, beijing_day
from market.errors import MarketError, msgid
from market.regulations.files import DataFileError

ONE_DAY: Final = timedelta(days=1)
DECEMBER: Final = 12


class UnknownYearError(MarketError):
    """The answer depends on a year whose holidays are not announced or not imported."""

    sentence = msgid(
        "日历中没有%(year)s年的放假安排，无法计算期限。"
        "请将国务院办公厅关于%(year)s年部分节假日安排的通知"
        "录入本市规则文件夹的 calendar 目录后再办理。"
    )

    def __init__(self, year: int) -> None:
        self.year = year
        super().__init__(year=year)


class Calendar:
    """Working days of the years its notices announce, counted by a prefix table."""

    __slots__ = (
        "_announced",
        "_counts",
        "_days",
        "_ends",
        "_first",
        "_last",
        "notices",
        "provisional_years",
    )

    def __init__(self, notices: Iterable[Notice]) -> None:
        """Build the tables.

        Raises:
            DataFileError: The notices contradict one another or leave a year out.
        """
        given = tuple(notices)
        if problems := contradictions(given):
            raise DataFileError(problems)
        self.notices: tuple[Notice, ...] = governing(given)
        annual = [notice for notice in self.notices if not notice.amends]
        self.provisional_years = frozenset(n.year for n in annual if n.provisional)
        self._announced = frozenset(n.year for n in annual if not n.provisional)
        years = [notice.year for notice in annual]
        self._first = date(min(years), 1, 1).toordinal()
        self._last = date(max(years), 12, 31).toordinal()
        named: dict[date, bool] = {}
        for notice in self.notices:
            named |= notice.kinds()
        every = [date.fromordinal(n) for n in range(self._first, self._last + 1)]
        worked = [named.get(day, day.weekday() < SATURDAY) for day in every]
        self._days = [day for day, works in zip(every, worked, strict=True) if works]
        self._counts = [0, *accumulate(worked)]
        self._ends = [end_of(day) for day in self._days]

    @property
    def years(self) -> range:
        """The years the calendar knows."""
        first, last = date.fromordinal(self._first), date.fromordinal(self._last)
        return range(first.year, last.year + 1)

    def is_working_day(self, day: date) -> bool:
        """Say whether ``day`` is worked.

        Raises:
            UnknownYearError: The year has no notice.
        """
        return self._number(day) != self._number(day - ONE_DAY, asked=day)

    def working_day_number(self, day: date) -> int:
        """Return how many working days there are up to and including ``day``.

        Counted from the calendar's first day: only differences mean something, and they
        telescope, so that segments of a clock always sum to the whole. Do not store it.

        Raises:
            UnknownYearError: The year has no notice.
        """
        return self._number(day)

    def working_days_between(self, after: date, until: date) -> int:
        """Count the working days after ``after`` up to and including ``until``.

        Negative when ``until`` is earlier, so that the count is additive in every order.

        Raises:
            UnknownYearError: A day that would be counted lies in a year without a notice.
        """
        return self._number(until) - self._number(after)

    def add_working_days(self, day: date, count: int) -> date:
        """Return the ``count``-th working day after ``day``; none after it is ``day`` itself.

        Raises:
            UnknownYearError: The answer would lie in a year without a notice.
        """
        if count <= 0:
            if count:
                raise ValueError(f"cannot add {count} working days: count them back instead")
            return day
        return self._days[self._place(day, count)]

    def next_working_day(self, day: date) -> date:
        """Return the first working day after ``day``.

        Raises:
            UnknownYearError: It would lie in a year without a notice.
        """
        return self.add_working_days(day, 1)

    def due_at(self, start_on: date, working_days: int) -> datetime:
        """Return the first instant that is too late for a limit that starts on ``start_on``.

        The limit ends at 24:00 Beijing time on its last day, which is 0:00 of the next:
        what happens before the returned instant is in time, what happens at it is late.

        Raises:
            UnknownYearError: The last day would lie in a year without a notice.
        """
        if working_days <= 0:
            return end_of(self.add_working_days(start_on, working_days))
        return self._ends[self._place(start_on, working_days)]

    def due_after(
        self, at: datetime, working_days: int, stood: Iterable[tuple[datetime, datetime]] = ()
    ) -> datetime:
        """Return when a clock is due that runs from an instant and stood still in between.

        Args:
            at: When it starts, in UTC; that Beijing day is not counted.
            working_days: The limit, at least 1.
            stood: From when to when it stood, in UTC, in order, each before it was due.

        Returns:
            The first instant that is too late: every working day it stood is given back.

        Raises:
            UnknownYearError: A day that would be counted lies in a year without a notice.
        """
        # A UTC instant's Beijing day without a call: deadlines are worked out by the million.
        counts, eve = self._counts, self._first - 1
        try:
            number = counts[at.toordinal() + (at.hour >= UTC_MIDNIGHT) - eve] + working_days - 1
            for from_at, to_at in stood:
                number += (
                    counts[to_at.toordinal() + (to_at.hour >= UTC_MIDNIGHT) - eve]
                    - counts[from_at.toordinal() + (from_at.hour >= UTC_MIDNIGHT) - eve]
                )
            if at.toordinal() > eve:
                return self._ends[number]
        except IndexError:
            pass
        raise UnknownYearError(date.fromordinal(self._last).year + 1)

    def working_days_in(self, from_at: datetime, to_at: datetime) -> int:
        """Count the working days of a stretch of time, at the precision of days.

        The Beijing day on which the stretch begins is not counted, the one on which it ends
        is. Adjoining stretches therefore sum exactly to the stretch they make up.

        Raises:
            UnknownYearError: A day that would be counted lies in a year without a notice.
        """
        return self.working_days_between(beijing_day(from_at), beijing_day(to_at))

    def is_provisional(self, day: date) -> bool:
        """Say whether no notice fixes the day's year yet: nobody is judged by such a day."""
        return day.year not in self._announced

    def _place(self, day: date, count: int) -> int:
        """Return where among the working days the ``count``-th after ``day`` is, at least 1."""
        index = day.toordinal() - self._first + 1
        place = self._counts[index] + count - 1 if 0 <= index < len(self._counts) else -1
        if index < 0:
            raise UnknownYearError(day.year)
        if not 0 <= place < len(self._days):
            raise UnknownYearError(max(day.year, date.fromordinal(self._last).year + 1))
        return place

    def _number(self, day: date, asked: date | None = None) -> int:
        index = day.toordinal() - self._first + 1
        # Index 0 is the eve of the first year: nothing after it is unknown, it adds nothing.
        if index < 0 or index >= len(self._counts):
            raise UnknownYearError((asked or day).year)
        return self._counts[index]


def end_of(day: date) -> datetime:
    """Return the instant at which a Beijing day is over: 24:00, which is 0:00 of the next."""
    return beijing(day + ONE_DAY)


def is_overdue_announcement(calendar: Calendar, today: date) -> bool:
    """Whether next year's notice is missing when it should be there.

    Args:
        calendar: The announced years.
        today: In Beijing.

    Returns:
        Whether it is December and next year is not announced.

    Source: platform default (the notices of 2012 to 2026 were issued before 12 December).
    """
    next_year = date(today.year + 1, 1, 1)
    return today.month == DECEMBER and calendar.is_provisional(next_year)
