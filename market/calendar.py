"""Working days as the State Council's notices fix them, make-up days included.

A year without a notice is an error wherever an answer depends on it, never a guess. Days are
Beijing days. The day on which something happens is not counted; the day after is day 1
(Civil Code, article 201); the last day ends at 24:00 (article 203).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Final

from market.clock import beijing, beijing_day
from market.errors import MarketError, msgid
from market.regulations.files import (
    DataFileError,
    Problem,
    Table,
    check_lock,
    configured,
    digest_of,
    forget_on_configure,
    read_files,
    rules_folders,
)

SATURDAY: Final = 5
ONE_DAY: Final = timedelta(days=1)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Holiday:
    """One paragraph of a notice: the days off and the weekend days worked in exchange."""

    name: str
    clause: str
    days_off: tuple[date, ...]
    working_days: tuple[date, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notice that fixes the holidays of one year, or amends another notice.

    ``provisional`` marks statutory days computed before the notice is out; a real notice for
    the same year replaces it.
    """

    id: str
    title: str
    issuer: str
    document_number: str
    issued_on: date
    source: str
    year: int
    holidays: tuple[Holiday, ...]
    digest: str
    amends: str = ""
    provisional: bool = False
    confirm: bool = False

    def kinds(self) -> dict[date, bool]:
        """Return each day the notice names and whether it is worked."""
        off = {day: False for holiday in self.holidays for day in holiday.days_off}
        worked = {day: True for holiday in self.holidays for day in holiday.working_days}
        return off | worked


class Calendar:
    """Working days of the years its notices announce, counted by a prefix table."""

    __slots__ = ("_counts", "_days", "_first", "_last", "notices", "provisional_years")

    def __init__(self, notices: Iterable[Notice]) -> None:
        """Build the tables.

        Raises:
            DataFileError: The notices contradict one another or leave a year out.
        """
        given = tuple(notices)
        if problems := _contradictions(given):
            raise DataFileError(problems)
        self.notices: tuple[Notice, ...] = _governing(given)
        annual = [notice for notice in self.notices if not notice.amends]
        self.provisional_years = frozenset(n.year for n in annual if n.provisional)
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
        if count < 0:
            raise ValueError(f"cannot add {count} working days: count them back instead")
        if count == 0:
            return day
        number = self._number(day) + count
        if number > len(self._days):
            raise UnknownYearError(date.fromordinal(self._last).year + 1)
        return self._days[number - 1]

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
        return end_of(self.add_working_days(start_on, working_days))

    def working_days_in(self, from_at: datetime, to_at: datetime) -> int:
        """Count the working days of a stretch of time, at the precision of days.

        The Beijing day on which the stretch begins is not counted, the one on which it ends
        is. Adjoining stretches therefore sum exactly to the stretch they make up.

        Raises:
            UnknownYearError: A day that would be counted lies in a year without a notice.
        """
        return self.working_days_between(beijing_day(from_at), beijing_day(to_at))

    def is_provisional(self, day: date) -> bool:
        """Say whether the day's year is known from statutory days only."""
        return day.year in self.provisional_years

    def _number(self, day: date, asked: date | None = None) -> int:
        index = day.toordinal() - self._first + 1
        # Index 0 is the eve of the first year: nothing after it is unknown, it adds nothing.
        if index < 0 or index >= len(self._counts):
            raise UnknownYearError((asked or day).year)
        return self._counts[index]


def end_of(day: date) -> datetime:
    """Return the instant at which a Beijing day is over: 24:00, which is 0:00 of the next."""
    return beijing(day + ONE_DAY)


def load_calendar(*folders: Path) -> Calendar:
    """Read the shipped notices and those in the given rules folders.

    Raises:
        DataFileError: A file is malformed, was changed, or contradicts another.
    """
    if problems := check_calendar(*folders):
        raise DataFileError(problems)
    return Calendar(_read_notices(folders, []))


@cache
def default_calendar() -> Calendar:
    """Return the calendar of this installation (see ``market.regulations.configure``).

    Raises:
        DataFileError: A file is malformed, was changed, or contradicts another.
    """
    return load_calendar(*configured())


forget_on_configure(default_calendar.cache_clear)


def check_calendar(*folders: Path) -> list[Problem]:
    """List everything that is wrong with the shipped notices and those of the folders."""
    problems = [p for folder in rules_folders(*folders) for p in check_lock(folder)]
    notices = _read_notices(folders, problems)
    return problems + _contradictions(notices)


def parse_notice(content: bytes, file: str, problems: list[Problem]) -> Notice:
    """Read one notice; what is wrong with it is added to ``problems``."""
    table = Table.parse(content, file, problems)
    notice = Notice(
        id=table.text("id"),
        title=table.text("title"),
        issuer=table.text("issuer"),
        document_number=table.text("document_number"),
        issued_on=table.day("issued_on"),
        source=table.text("source"),
        year=table.integer("year"),
        amends=table.text("amends", optional=True),
        provisional=table.flag("provisional"),
        confirm=table.flag("confirm"),
        holidays=tuple(map(_holiday, table.tables("holiday"))),
        digest=digest_of(content),
    )
    table.close()
    _check_days(notice, table)
    return notice


def _holiday(table: Table) -> Holiday:
    holiday = Holiday(
        name=table.text("name"),
        clause=table.text("clause"),
        days_off=table.days("days_off"),
        working_days=table.days("working_days"),
    )
    table.close()
    return holiday


def _check_days(notice: Notice, table: Table) -> None:
    days = [d for h in notice.holidays for d in (*h.days_off, *h.working_days)]
    if not days:
        table.fault("holiday", "没有列出任何一天")
    for day in sorted({day for day in days if days.count(day) > 1}):
        table.fault("holiday", f"{day} 列了不止一次")
    for day in days:
        # A notice may move the last days of the year before (2005-12-31) or the next first ones.
        if abs(day - date(notice.year, 7, 2)) > timedelta(days=190):
            table.fault("holiday", f"{day} 不在{notice.year}年前后")
    if notice.amends:
        return
    for day in (d for h in notice.holidays for d in h.working_days):
        if day.weekday() < SATURDAY:
            table.fault("holiday", f"{day} 不是周末，不能是调休上班日")


def _read_notices(folders: Sequence[Path], problems: list[Problem]) -> list[Notice]:
    return [
        parse_notice(content, f"{folder.name}/{name}", problems)
        for folder in rules_folders(*folders)
        for name, content in read_files(folder, "calendar/*.toml")
    ]


def _governing(notices: Sequence[Notice]) -> tuple[Notice, ...]:
    """Return the annual notices, real before provisional, each followed by its amendments."""
    annual: dict[int, Notice] = {}
    for notice in notices:
        known = annual.get(notice.year)
        if not notice.amends and (known is None or known.provisional):
            annual[notice.year] = notice
    amendments = sorted((n for n in notices if n.amends), key=lambda n: (n.issued_on, n.id))
    return (*(annual[year] for year in sorted(annual)), *amendments)


def _contradictions(notices: Sequence[Notice]) -> list[Problem]:
    problems = [
        Problem("calendar", notice.id, f"与 {other.id} 都规定{notice.year}年，内容不同")
        for place, notice in enumerate(notices)
        for other in notices[:place]
        if _both_rule(notice, other) and notice.kinds() != other.kinds()
    ]
    annual = {notice.id: notice for notice in notices if not notice.amends}
    problems += [
        Problem("calendar", notice.id, f"修改的通知 {notice.amends} 不存在或年份不同")
        for notice in notices
        if notice.amends
        and (notice.amends not in annual or annual[notice.amends].year != notice.year)
    ]
    years = {notice.year for notice in annual.values()}
    if not years:
        return [*problems, Problem("calendar", "", "没有任何一年的通知")]
    missing = sorted(set(range(min(years), max(years) + 1)) - years)
    return problems + [Problem("calendar", str(year), "缺少这一年的通知") for year in missing]


def _both_rule(notice: Notice, other: Notice) -> bool:
    """Whether two notices are annual, real and for the same year."""
    same = notice.year == other.year and not notice.amends and not other.amends
    return same and notice.provisional == other.provisional
