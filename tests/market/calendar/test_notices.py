"""Every day of 2004 to 2026: the published notices against two independent libraries.

The days were transcribed from the notices (``tests/vectors/holidays-2004-2026.txt``); where no text
of a notice was found, the file says so.
"""

from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import holidays
import pytest

from market.calendar import Calendar, Holiday, Notice, default_calendar, provisional_calendar
from market.regulations.files import SHIPPED

VECTORS = Path(__file__).parents[2] / "vectors/holidays-2004-2026.txt"
FIRST, LAST = date(2004, 1, 1), date(2026, 12, 31)
EVERY_DAY = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
# The Saturday that the notice for 2006 made a working day: chinesecalendar does not know of it.
KNOWN_GAP = date(2005, 12, 31)


def days(text: str) -> tuple[date, ...]:
    return tuple(map(date.fromisoformat, text.split()))


def a_notice(line: str) -> Notice:
    year, number, source, off, worked = line.split("|")
    # What a later notice of the same year changed is in the line as well.
    holiday = Holiday(name=year, clause="", days_off=days(off), working_days=days(worked))
    return Notice(
        id=year,
        title=year,
        issuer="国务院办公厅",
        document_number=number,
        issued_on=date(int(year) - 1, 12, 1),
        source=source,
        year=int(year),
        holidays=(holiday,),
        digest="",
    )


PUBLISHED = [a_notice(line) for line in VECTORS.read_text("utf-8").splitlines()[1:]]
CALENDAR = Calendar(PUBLISHED)


def test_the_notices_cover_every_day():
    assert len(EVERY_DAY) == 8401
    assert [notice.year for notice in PUBLISHED] == list(range(2004, 2027))
    assert all(notice.source and notice.document_number for notice in PUBLISHED)


def test_one_known_day_differs_from_chinesecalendar():
    wrong = [d for d in EVERY_DAY if CALENDAR.is_working_day(d) != chinese_calendar.is_workday(d)]
    assert wrong == [KNOWN_GAP]
    assert CALENDAR.is_working_day(KNOWN_GAP)


def test_no_day_differs_from_holidays():
    china = holidays.country_holidays("CN", years=range(2004, 2027))
    wrong = [d for d in EVERY_DAY if CALENDAR.is_working_day(d) != china.is_working_day(d)]
    assert wrong == []


def test_the_shipped_years_are_the_published_ones():
    shipped = default_calendar()
    same = [d for d in EVERY_DAY if d.year in shipped.years]
    assert len(same) == 1096
    assert [d for d in same if shipped.is_working_day(d) != CALENDAR.is_working_day(d)] == []
    assert {n.document_number for n in shipped.notices} <= {n.document_number for n in PUBLISHED}


@pytest.mark.parametrize("year", range(2027, 2031))
def test_a_provisional_year_has_the_days_of_the_statute_and_no_other(year):
    calendar = provisional_calendar()
    china = holidays.country_holidays("CN", years=year)
    off = {day for notice in calendar.notices if notice.year == year for day in notice.kinds()}
    assert off == set(china)
    assert calendar.is_provisional(date(year, 7, 1))
    every = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
    assert [d for d in every if calendar.is_working_day(d) and d.weekday() > 4] == []
    notice = next(n for n in calendar.notices if n.year == year)
    assert (notice.statutory, notice.provisional) == (True, True)
    assert "795" in notice.source


@pytest.mark.parametrize("year", range(2027, 2031))
def test_the_statute_s_thirteen_days_are_all_there(year):
    notice = next(n for n in provisional_calendar().notices if n.year == year)
    worked_otherwise = sum(day.weekday() < 5 for day in notice.kinds())
    overlap = 1 if year == 2028 else 0  # Mid-Autumn falls on 3 October
    assert worked_otherwise == 13 - overlap


def test_the_statute_s_files_are_shipped_and_never_a_city_s():
    names = sorted(path.name for path in (SHIPPED / "calendar").glob("*-statutory.toml"))
    assert names == [f"{year}-statutory.toml" for year in range(2027, 2031)]
