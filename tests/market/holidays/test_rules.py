"""Notices: every state and move, what may be put to use, and what a day is."""

from datetime import date, timedelta

import pytest

from market.calendar import default_calendar, is_overdue_announcement, provisional_calendar
from market.calendar.csvfile import read_notice
from market.holidays.errors import (
    AlreadyAnnouncedError,
    IllegalImportMoveError,
    IssuedLaterError,
    NothingChangesError,
    UnknownAmendedError,
    YearLeftOutError,
)
from market.holidays.rules import (
    MOVES,
    DayKind,
    Difference,
    ImportMove,
    ImportState,
    advance,
    amended,
    check_changes,
    differences,
    kind_of_day,
    weeks,
)
from tests.market.factories.holidays import an_amendment, as_imported, the_notice_of_2027

TODAY = date(2026, 3, 2)
NOTICES = default_calendar().notices


@pytest.mark.parametrize("state", ImportState)
@pytest.mark.parametrize("move", ImportMove)
def test_only_a_notice_that_waits_can_be_moved(state, move):
    if state is ImportState.PROPOSED:
        assert advance(state, move) is MOVES[state, move] is not ImportState.PROPOSED
    else:
        with pytest.raises(IllegalImportMoveError):
            advance(state, move)


def test_the_next_year_amends_nothing():
    assert amended(read_notice(the_notice_of_2027()), NOTICES, TODAY) == ""


def test_an_amendment_amends_the_year_s_notice():
    file = read_notice(
        an_amendment("调整1号", "国办发明电〔2025〕7号", 2026, ("2026-03-13", "放假"))
    )
    assert amended(file, NOTICES, TODAY) == "cn-holidays-2026"


def the_notice_of_2028() -> bytes:
    """The notice of 2027 a year later; its make-up days would be no weekend days then."""
    lines = the_notice_of_2027().decode().splitlines(keepends=True)
    kept = (line for line in lines if ",上班," not in line)
    return "".join(kept).replace("2027", "2028").encode()


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (the_notice_of_2027().replace(b"2026-02-27", b"2026-03-03"), IssuedLaterError),
        (as_imported(2026), AlreadyAnnouncedError),
        (an_amendment("乙", "没有这个文号", 2026, ("2026-03-13", "放假")), UnknownAmendedError),
        (
            an_amendment("乙", "国办发明电〔2025〕7号", 2027, ("2027-03-12", "放假")),
            UnknownAmendedError,
        ),
        (the_notice_of_2028(), YearLeftOutError),
    ],
)
def test_what_cannot_be_put_to_use_is_told_why(content, error):
    with pytest.raises(error):
        amended(read_notice(content), NOTICES, TODAY)


def test_a_day_that_is_counted_otherwise_is_found_and_no_other():
    before, after = default_calendar(), provisional_calendar()
    assert differences(before, before, years=[2026]) == []
    found = differences(before, after, years=[2026, 2027])
    assert found[0] == Difference(date(2027, 1, 1), None, False)  # noqa: FBT003 - a day off
    assert len(found) == 365
    assert all(one.was is None for one in found)


def test_an_amendment_that_changes_nothing_is_refused():
    with pytest.raises(NothingChangesError):
        check_changes([], amends=True)
    check_changes([], amends=False)
    check_changes([Difference(TODAY, True, False)], amends=True)  # noqa: FBT003 - a day


@pytest.mark.parametrize(
    ("day", "is_named", "kind"),
    [
        (date(2026, 3, 2), False, DayKind.WORKING),
        (date(2026, 3, 1), False, DayKind.WEEKEND),
        (date(2026, 2, 28), True, DayKind.MAKE_UP),
        (date(2026, 2, 22), True, DayKind.HOLIDAY),
        (date(2026, 2, 23), True, DayKind.HOLIDAY),
    ],
)
def test_what_a_day_is(day, is_named, kind):
    assert kind_of_day(default_calendar(), day, is_named=is_named) is kind


@pytest.mark.parametrize(("year", "month"), [(2026, 2), (2027, 2), (2028, 2), (2026, 8)])
def test_the_weeks_of_a_month_hold_each_day_once_under_its_weekday(year, month):
    rows = weeks(year, month)
    assert all(len(row) == 7 for row in rows)
    held = [(n, day) for row in rows for n, day in enumerate(row) if day]
    assert [day for _, day in held] == [
        date(year, month, 1) + timedelta(days=n) for n in range(len(held))
    ]
    assert (held[-1][1] + timedelta(days=1)).month == month % 12 + 1
    assert all(day.weekday() == n for n, day in held)


@pytest.mark.parametrize(
    ("today", "overdue"),
    [(date(2026, 11, 30), False), (date(2026, 12, 1), True), (date(2025, 12, 31), False)],
)
def test_next_year_s_notice_is_missed_from_december_on(today, overdue):
    assert is_overdue_announcement(default_calendar(), today) is overdue
