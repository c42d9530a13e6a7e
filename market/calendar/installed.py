"""The calendars of this installation: shipped files, the city's folder, confirmed notices.

``default_calendar`` ends with the last announced year and refuses what lies beyond. Only what is
counted again when a notice arrives may ask ``provisional_calendar`` (docs/adr/0060). Inside a unit
of work both know the notices that its database holds (``market.calendar.stored``).
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Final, Self

from market.calendar.notices import Notice, contradictions, parse_notice
from market.calendar.tables import Calendar
from market.clock import beijing, beijing_day
from market.regulations.files import (
    DataFileError,
    Problem,
    check_lock,
    configured,
    forget_on_configure,
    read_files,
    rules_folders,
)


@dataclass(frozen=True, slots=True)
class Calendars:
    """The announced years, and the same with the statute's days for the years after them."""

    announced: Calendar
    provisional: Calendar

    @classmethod
    def of(cls, notices: Sequence[Notice]) -> Self:
        """Build both.

        Raises:
            DataFileError: The notices contradict one another or leave a year out.
        """
        announced = Calendar(notice for notice in notices if not notice.statutory)
        return cls(announced, Calendar(notices))


Provider = Callable[[], Calendars]
_PROVIDER: Final[ContextVar[Provider | None]] = ContextVar("calendars", default=None)


@contextmanager
def calendars_from(provider: Provider) -> Iterator[None]:
    """Let a provider answer for the calendars while the block runs."""
    token = _PROVIDER.set(provider)
    try:
        yield
    finally:
        _PROVIDER.reset(token)


def default_calendar() -> Calendar:
    """Return the calendar of this installation (see ``market.regulations.configure``).

    Raises:
        DataFileError: A file is malformed, was changed, or contradicts another.
    """
    return installed().announced


def provisional_calendar() -> Calendar:
    """Return the calendar with the years not yet announced, for what is counted again.

    Raises:
        DataFileError: A file is malformed, was changed, or contradicts another.
    """
    return installed().provisional


def binding_until(now: datetime) -> datetime:
    """Return up to when terms that ended may be held against somebody: now, as a rule.

    In a year that has begun without its notice, up to the end of the year before: a term that
    ends by days nobody has fixed yet may still become longer (docs/adr/0090).
    """
    if not calendars_of_files().announced.is_provisional(beijing_day(now)):
        return now
    return min(now, beijing(date(max(default_calendar().years) + 1, 1, 1)))


def installed() -> Calendars:
    """Return both calendars, with the confirmed notices if a unit of work is open."""
    provider = _PROVIDER.get()
    return provider() if provider else calendars_of_files()


def load_calendar(*folders: Path) -> Calendar:
    """Read the shipped notices and those in the given rules folders.

    Raises:
        DataFileError: A file is malformed, was changed, or contradicts another.
    """
    return _load(*folders).announced


@cache
def calendars_of_files() -> Calendars:
    """Return what the files alone say.

    Raises:
        DataFileError: A file is malformed, was changed, or contradicts another.
    """
    return _load(*configured())


def notices_of_files() -> list[Notice]:
    """Return every notice of the files, those that no longer govern included."""
    return _read_notices(configured(), [])


forget_on_configure(calendars_of_files.cache_clear)


def check_calendar(*folders: Path) -> list[Problem]:
    """List everything that is wrong with the shipped notices and those of the folders."""
    problems = [p for folder in rules_folders(*folders) for p in check_lock(folder)]
    notices = _read_notices(folders, problems)
    announced = [notice for notice in notices if not notice.statutory]
    problems += contradictions(announced)
    return problems + [p for p in contradictions(notices) if p not in problems]


def _load(*folders: Path) -> Calendars:
    if problems := check_calendar(*folders):
        raise DataFileError(problems)
    return Calendars.of(_read_notices(folders, []))


def _read_notices(folders: Sequence[Path], problems: list[Problem]) -> list[Notice]:
    return [
        parse_notice(content, f"{folder.name}/{name}", problems)
        for folder in rules_folders(*folders)
        for name, content in read_files(folder, "calendar/*.toml")
    ]
