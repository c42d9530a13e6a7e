"""The states of an imported notice, what it changes, and why it may be refused. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby
from types import MappingProxyType
from typing import Final

from market.calendar import Calendar, Notice
from market.calendar.csvfile import NoticeFile
from market.holidays.errors import (
    AlreadyAnnouncedError,
    IllegalImportMoveError,
    IssuedLaterError,
    NothingChangesError,
    UnknownAmendedError,
    YearLeftOutError,
)

ONE_DAY: Final = timedelta(days=1)
SATURDAY: Final = 5


class ImportState(StrEnum):
    """Where an imported notice stands."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class ImportMove(StrEnum):
    """What becomes of an imported notice."""

    CONFIRM = "confirm"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


class DayKind(StrEnum):
    """What a day is."""

    WORKING = "working"
    MAKE_UP = "make-up"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"


_S, _M = ImportState, ImportMove
MOVES: Final[Mapping[tuple[ImportState, ImportMove], ImportState]] = MappingProxyType(
    {
        (_S.PROPOSED, _M.CONFIRM): _S.CONFIRMED,
        (_S.PROPOSED, _M.REFUSE): _S.REFUSED,
        (_S.PROPOSED, _M.WITHDRAW): _S.WITHDRAWN,
    }
)


@dataclass(frozen=True, slots=True)
class Difference:
    """A day that is counted otherwise: whether it was worked, and whether it is; None: unknown."""

    on: date
    was: bool | None
    becomes: bool | None


def advance(state: ImportState, move: ImportMove) -> ImportState:
    """Return the state a move leads an imported notice to.

    Args:
        state: Where it stands.
        move: What is to become of it.

    Returns:
        Where it stands then.

    Raises:
        IllegalImportMoveError: The state does not allow the move.

    Source: platform default (two people change what every deadline rests on).
    """
    try:
        return MOVES[state, move]
    except KeyError:
        raise IllegalImportMoveError from None


def amended(file: NoticeFile, notices: Sequence[Notice], today: date) -> str:
    """Return the id of the notice that a file amends; empty for the notice of a whole year.

    Args:
        file: What was imported.
        notices: Those that govern, amendments included.
        today: In Beijing.

    Returns:
        The id of the year's notice, whose amendment this is, or ``""``.

    Raises:
        IssuedLaterError: It says that it is issued on a later day.
        AlreadyAnnouncedError: The year has a notice, and the file says of none that it amends it.
        UnknownAmendedError: No notice of the year has the number that the file says it amends.
        YearLeftOutError: It is not the year after those that are announced.

    Source: platform default (an amendment names the notice it amends).
    """
    if file.issued_on > today:
        raise IssuedLaterError(file.issued_on)
    real = {
        notice.year: notice for notice in notices if not notice.amends and not notice.provisional
    }
    known = real.get(file.year)
    if file.amends_number:
        numbers = {n.document_number for n in notices if n.year == file.year and not n.provisional}
        if known is None or file.amends_number not in numbers:
            raise UnknownAmendedError(file.amends_number, file.year)
        return known.id
    if known is not None:
        raise AlreadyAnnouncedError(file.year, known.document_number)
    if real and file.year - 1 not in real and file.year + 1 not in real:
        raise YearLeftOutError(file.year, max(real) + 1)
    return ""


def differences(before: Calendar, after: Calendar, *, years: Sequence[int]) -> list[Difference]:
    """Return the days that two calendars count otherwise.

    Args:
        before: As it is.
        after: As it is to be.
        years: Where to look; a notice may also move the days around its year.

    Returns:
        The days in order of time; a day of which one calendar knows nothing is unknown there.

    Source: docs/adr/0060.
    """
    first, last = date(min(years), 1, 1), date(max(years), 12, 31)
    every = (first + ONE_DAY * n for n in range((last - first).days + 1))
    found = ((day, _works(before, day), _works(after, day)) for day in every)
    return [Difference(day, was, becomes) for day, was, becomes in found if was is not becomes]


def check_changes(found: Sequence[Difference], *, amends: bool) -> None:
    """Refuse an amendment that amends nothing.

    Raises:
        NothingChangesError: Every day is counted as before.
    """
    if amends and not found:
        raise NothingChangesError


def kind_of_day(calendar: Calendar, day: date, *, is_named: bool) -> DayKind:
    """Return what a day is.

    Args:
        calendar: Which days are worked.
        day: The day.
        is_named: Whether a notice names it.

    Returns:
        Its kind: a weekend day that is worked is a make-up day, a weekday that is not a holiday.

    Source: the notices of the State Council's General Office.
    """
    is_weekend = day.weekday() >= SATURDAY
    if calendar.is_working_day(day):
        return DayKind.MAKE_UP if is_weekend else DayKind.WORKING
    return DayKind.HOLIDAY if is_named or not is_weekend else DayKind.WEEKEND


def weeks(year: int, month: int) -> list[list[date | None]]:
    """Return the weeks of a month, Monday first, with None for days of other months.

    Source: GB/T 7408.1—2023 (the week begins on Monday).
    """
    first = date(year, month, 1)
    days = [first + ONE_DAY * n for n in range(31) if (first + ONE_DAY * n).month == month]
    found: list[list[date | None]] = []
    for _, group in groupby(days, key=lambda day: day + ONE_DAY * -day.weekday()):
        week = {day.weekday(): day for day in group}
        found.append([week.get(n) for n in range(7)])
    return found


def _works(calendar: Calendar, day: date) -> bool | None:
    return calendar.is_working_day(day) if day.year in calendar.years else None
