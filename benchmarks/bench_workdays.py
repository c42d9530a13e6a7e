"""Add and count working days with make-up days, as a deadline is worked out.

Peers get what they need to be right: numpy cannot express a day that is worked although its
weekday is not, so it is given a week of seven days and every day off as a holiday. All answers are
compared before anything is timed.
"""

import secrets
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

import chinese_calendar
import holidays
import numpy as np

from benchmarks.rounds import Contender, Job, Race, Verdict, main
from market.calendar import Calendar, default_calendar
from market.clock import beijing_day

SHORT: Final = 100_000
LONG: Final = 1_000_000
# Peers that walk from day to day get fewer of the same tasks; times are per task.
SLOW, SLOWEST = 2_000, 100
FIRST, LAST = date(2024, 1, 1), date(2026, 6, 30)
MOST: Final = 60

OURS: Final = "zjcs market.calendar"
CLOCKED: Final = "the same with clock times"
SUSPENDED: Final = "the same with clock times and a suspension"
NUMPY: Final = "numpy.busday_offset, one by one"
HOLIDAYS: Final = "holidays get_nth_working_day"
CHINESE: Final = "chinesecalendar find_workday"

Task = tuple[date, int]
# When it started, its limit, and from when to when it stood still.
Clock = tuple[datetime, int, datetime, datetime]


def tasks(count: int) -> list[Task]:
    """Choose days and limits."""
    span = (LAST - FIRST).days
    return [
        (FIRST + timedelta(days=secrets.randbelow(span)), 1 + secrets.randbelow(MOST))
        for _ in range(count)
    ]


def clocks(chosen: Sequence[Task]) -> list[Clock]:
    """Give each task an instant, and a suspension of some days after some days."""
    made = []
    for day, limit in chosen:
        at = datetime(day.year, day.month, day.day, secrets.randbelow(24), tzinfo=UTC)
        from_at = at + timedelta(hours=secrets.randbelow(24 * limit))
        made.append((at, limit, from_at, from_at + timedelta(hours=secrets.randbelow(240))))
    return made


def by_numpy(calendar: Calendar) -> Callable[[date, int], date]:
    """Return numpy's way with a week of seven days and every day off as a holiday."""
    every = range(FIRST.toordinal() - 366, date(2026, 12, 31).toordinal() + 1)
    known = [day for n in every if (day := date.fromordinal(n)).year in calendar.years]
    off = [day for day in known if not calendar.is_working_day(day)]
    week = np.busdaycalendar(weekmask="1111111", holidays=off)

    def add(day: date, count: int) -> date:
        # A day off itself counts from the working day before it.
        due = np.busday_offset(day, count, roll="backward", busdaycal=week)
        return due.astype(object)  # type: ignore[no-any-return]

    return add


def by_holidays(calendar: Calendar) -> Callable[[date, int], date]:
    """Return the way of the package holidays."""
    china = holidays.country_holidays("CN", years=calendar.years)
    return china.get_nth_working_day


def due_with_a_suspension(calendar: Calendar, clock: Clock) -> datetime:
    """Return when a clock is due that stood still once, as its events say."""
    at, limit, from_at, to_at = clock
    return calendar.due_after(at, limit, [(from_at, to_at)])


def check(calendar: Calendar, chosen: Sequence[Task]) -> None:
    """Compare all answers; a peer that is wrong is no peer."""
    ours, numpy_, other = calendar.add_working_days, by_numpy(calendar), by_holidays(calendar)
    for day, count in chosen[:SLOWEST]:
        said = {ours(day, count), numpy_(day, count), other(day, count), walked(day, count)}
        if len(said) != 1:
            raise AssertionError(f"{count} working days after {day}: {said}")


def walked(day: date, count: int) -> date:
    """Return chinesecalendar's answer: its day 0 of a day off is the working day after it."""
    extra = 0 if chinese_calendar.is_workday(day) else 1
    return chinese_calendar.find_workday(count - extra, day)  # type: ignore[no-any-return]


def adding(calendar: Calendar, count: int) -> list[Verdict]:
    """Compare adding working days, one at a time."""
    chosen = tasks(count)
    check(calendar, chosen)

    def each(function: Callable[[date, int], date], some: Sequence[Task]) -> Callable[[], Job]:
        return lambda: lambda: [function(day, n) for day, n in some]

    race = Race(
        "add working days",
        "deadlines",
        [
            Contender(OURS, count, each(calendar.add_working_days, chosen)),
            Contender(NUMPY, SLOW, each(by_numpy(calendar), chosen[:SLOW])),
            Contender(HOLIDAYS, SLOW, each(by_holidays(calendar), chosen[:SLOW])),
            Contender(CHINESE, SLOWEST, each(walked, chosen[:SLOWEST])),
        ],
    ).run()
    return [
        race.times_as_fast(OURS, NUMPY, 10),
        race.times_as_fast(OURS, HOLIDAYS, 150),
        race.times_as_fast(OURS, CHINESE, 2500),
    ]


def clocking(calendar: Calendar, count: int) -> list[Verdict]:
    """Compare whole clocks with the bare table: instants, and a suspension in between."""
    chosen = tasks(count)
    timed = clocks(chosen)
    add, due = calendar.add_working_days, calendar.due_at
    race = Race(
        "clock times and suspensions",
        "deadlines",
        [
            Contender(OURS, count, lambda: lambda: [add(day, n) for day, n in chosen]),
            Contender(
                CLOCKED, count, lambda: lambda: [due(beijing_day(at), n) for at, n, _, _ in timed]
            ),
            Contender(
                SUSPENDED,
                count,
                lambda: lambda: [due_with_a_suspension(calendar, clock) for clock in timed],
            ),
        ],
    ).run()
    return [race.times_as_long(CLOCKED, OURS, 4), race.times_as_long(SUSPENDED, OURS, 4)]


def run(long: bool) -> list[Verdict]:  # noqa: FBT001 - as every script here
    """Run both races."""
    calendar = default_calendar()
    count = LONG if long else SHORT
    return [*adding(calendar, count), *clocking(calendar, count)]


if __name__ == "__main__":
    sys.exit(main(run))
