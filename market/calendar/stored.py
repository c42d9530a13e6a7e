"""The notices that a database holds, seen by every process without a restart.

Which there are is asked once per unit of work, of a table with a row a year, and only by work that
asks for the calendar at all. What was built for that notice is kept per engine.
"""

from dataclasses import replace
from typing import Final
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, column, func, select, table
from sqlalchemy.orm import Session

from market.calendar.csvfile import read_notice
from market.calendar.installed import Calendars, calendars_of_files, notices_of_files
from market.calendar.notices import Notice

NOTICES: Final = table(
    "holiday_notice", column("id"), column("content"), column("amends"), column("document_number")
)
_KEPT: Final = "calendars"
# What the calendars were built from: how many notices, the newest one, the files.
_Built = tuple[tuple[int, int | None], Calendars, Calendars]
_BUILT: Final[WeakKeyDictionary[Engine, _Built]] = WeakKeyDictionary()


def calendars_of(session: Session) -> Calendars:
    """Return the calendars as this unit of work sees them, the same from its beginning to its end.

    Raises:
        DataFileError: A rule file or a notice cannot be used.
    """
    kept = session.info.get(_KEPT)
    if kept is None:
        kept = session.info[_KEPT] = _current(session.connection())
    return kept


def forget(session: Session) -> None:
    """Look again: this unit of work itself added a notice."""
    session.info.pop(_KEPT, None)


def _current(connection: Connection) -> Calendars:
    files = calendars_of_files()
    # Not the newest alone: of two confirmed at once the older number may appear later.
    count, newest = connection.execute(select(func.count(), func.max(NOTICES.c.id))).one()
    if not count:
        return files
    version = (count, newest)
    built = _BUILT.get(connection.engine)
    if built is None or built[0] != version or built[1] is not files:
        built = (version, files, calendars_with(stored_notices(connection)))
        _BUILT[connection.engine] = built
    return built[2]


def stored_notices(connection: Connection, *, before: int | None = None) -> list[Notice]:
    """Return the confirmed notices in the order in which they were confirmed.

    Those of smaller numbers only, if ``before`` names one.
    """
    chosen = select(NOTICES.c.id, NOTICES.c.content, NOTICES.c.amends).order_by(NOTICES.c.id)
    if before is not None:
        chosen = chosen.where(NOTICES.c.id < before)
    rows = connection.execute(chosen)
    return [
        read_notice(content.encode()).notice(f"notice-{number}", amends)
        for number, content, amends in rows
    ]


def calendars_with(stored: list[Notice]) -> Calendars:
    """Return the calendars of the files and these notices; a confirmed one goes first.

    A city confirmed it and its deadlines follow it: a later file for the same year that says
    otherwise must be imported as an amendment.

    Raises:
        DataFileError: A notice cannot be used with the others.
    """
    years = {notice.year: notice.id for notice in stored if not notice.amends}
    replaced = {
        notice.id: years[notice.year]
        for notice in notices_of_files()
        if not notice.amends and not notice.provisional and notice.year in years
    }
    files = [notice for notice in notices_of_files() if notice.id not in replaced]
    return Calendars.of(_renamed([*files, *stored], replaced))


def _renamed(notices: list[Notice], replaced: dict[str, str]) -> list[Notice]:
    """Let amendments of a replaced file amend the notice that took its place."""
    return [
        replace(notice, amends=replaced[notice.amends]) if notice.amends in replaced else notice
        for notice in notices
    ]
