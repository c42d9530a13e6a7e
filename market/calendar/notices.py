"""Notices that fix holidays: what one says, how its file is read, which of several governs.

A notice is data: one file per notice, never edited once it is out. An amendment in mid-year is a
notice of its own that names the one it amends.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from market.regulations.files import Problem, Table, digest_of

SATURDAY: Final = 5
# A notice may move the last days of the year before (2005-12-31) or the next first ones.
AROUND: Final = timedelta(days=190)


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

    ``provisional`` marks days known before the notice is out; a real notice for the same year
    replaces it. ``statutory`` ones are the program's own: the days of the statute and no more,
    used only where a deadline may be provisional (docs/adr/0060).
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
    statutory: bool = False
    confirm: bool = False

    def kinds(self) -> dict[date, bool]:
        """Return each day the notice names and whether it is worked."""
        off = {day: False for holiday in self.holidays for day in holiday.days_off}
        worked = {day: True for holiday in self.holidays for day in holiday.working_days}
        return off | worked


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
        statutory=table.flag("statutory"),
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
        if abs(day - date(notice.year, 7, 2)) > AROUND:
            table.fault("holiday", f"{day} 不在{notice.year}年前后")
    if notice.amends:
        return
    for day in (d for h in notice.holidays for d in h.working_days):
        if day.weekday() < SATURDAY:
            table.fault("holiday", f"{day} 不是周末，不能是调休上班日")


def governing(notices: Sequence[Notice]) -> tuple[Notice, ...]:
    """Return the annual notices, real before provisional, each followed by its amendments."""
    annual: dict[int, Notice] = {}
    for notice in notices:
        known = annual.get(notice.year)
        if not notice.amends and (known is None or _rank(notice) > _rank(known)):
            annual[notice.year] = notice
    amendments = sorted((n for n in notices if n.amends), key=lambda n: (n.issued_on, n.id))
    return (*(annual[year] for year in sorted(annual)), *amendments)


def contradictions(notices: Sequence[Notice]) -> list[Problem]:
    """List where notices contradict one another, and the years they leave out."""
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
    """Whether two annual notices for a year are of the same rank."""
    same = notice.year == other.year and not notice.amends and not other.amends
    return same and _rank(notice) == _rank(other)


def _rank(notice: Notice) -> int:
    """Return what goes first: a notice, then a city's provisional days, then the statute's."""
    return 2 if not notice.provisional else int(not notice.statutory)
