"""Reading imported notices, what they would change, and what they changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import func, select

from market.calendar import Calendars, calendars_from, installed
from market.calendar.csvfile import NoticeFile, read_notice
from market.calendar.stored import calendars_with, stored_notices
from market.db import UnitOfWork
from market.errors import MissingError
from market.holidays.model import DeadlineChange, HolidayImport, HolidayNotice
from market.holidays.rules import Difference, ImportState, differences
from market.holidays.sources import Changed, Deadline, sources

SHOWN: Final = 100
MOST: Final = 20_000
"""So many deadlines of other kinds a preview reads; beyond that it says that there are more."""


@dataclass(frozen=True, slots=True)
class Moving:
    """A deadline that a notice would move, and where to."""

    deadline: Deadline
    becomes: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a notice would change: days, and deadlines that run."""

    days: list[Difference]
    looked_at: int
    moving: int
    shown: list[Moving]
    is_whole: bool

    def past_days(self, today: date) -> list[Difference]:
        """Return the days that are over and would be counted otherwise all the same."""
        return [one for one in self.days if one.on <= today]


def by_id(work: UnitOfWork, import_id: int) -> HolidayImport:
    """Return an imported notice.

    Raises:
        MissingError: There is none.
    """
    row = work.session.get(HolidayImport, import_id)
    if row is None:
        raise MissingError
    return row


def locked(work: UnitOfWork, import_id: int) -> HolidayImport:
    """Return an imported notice, locked.

    Raises:
        MissingError: There is none.
    """
    row = work.session.scalar(
        select(HolidayImport)
        .where(HolidayImport.id == import_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise MissingError
    return row


def imports(work: UnitOfWork) -> Sequence[HolidayImport]:
    """Return every imported notice, the newest first."""
    return work.session.scalars(select(HolidayImport).order_by(HolidayImport.id.desc())).all()


def waiting(work: UnitOfWork) -> Sequence[HolidayImport]:
    """Return the notices that wait for a second person, the oldest first."""
    return work.session.scalars(
        select(HolidayImport)
        .where(HolidayImport.state == ImportState.PROPOSED)
        .order_by(HolidayImport.id)
    ).all()


def notice_of(work: UnitOfWork, import_id: int) -> HolidayNotice | None:
    """Return what an import became, once it was confirmed."""
    return work.session.scalar(select(HolidayNotice).where(HolidayNotice.import_id == import_id))


def calendars_after(work: UnitOfWork, file: NoticeFile, amends: str) -> Calendars:
    """Return the calendars as they would be with a notice.

    Raises:
        DataFileError: It cannot be used with the others.
    """
    stored = stored_notices(work.session.connection())
    return calendars_with([*stored, file.notice("this", amends)])


def days_changed(work: UnitOfWork, file: NoticeFile, amends: str) -> list[Difference]:
    """Return the days that would be counted otherwise."""
    before, after = installed().provisional, calendars_after(work, file, amends).provisional
    years = range(max(file.year - 1, min(before.years)), min(file.year + 1, max(after.years)) + 1)
    return differences(before, after, years=years)


def changed_since(work: UnitOfWork, notice: HolidayNotice) -> Changed | None:
    """Return between which days the calendar differs from the one before a confirmed notice.

    With what was confirmed after it: nobody is counted by a calendar that was never in force.
    """
    earlier = calendars_with(stored_notices(work.session.connection(), before=notice.id))
    before, after = earlier.provisional, installed().provisional
    years = sorted({*before.years, *after.years})
    return _ends_of(differences(before, after, years=years))


def _ends_of(days: Sequence[Difference]) -> Changed | None:
    return Changed(days[0].on, days[-1].on) if days else None


def preview(work: UnitOfWork, row: HolidayImport) -> Preview:
    """Return what a notice that waits would change. Every deadline is counted, none is written."""
    file = read_notice(row.content.encode())
    after = calendars_after(work, file, row.amends)
    days = days_changed(work, file, row.amends)
    changed = _ends_of(days)
    moving: list[Moving] = []
    count = looked_at = read = 0
    with calendars_from(lambda: after):
        for source in sources():
            last_id = 0
            while read < MOST and (look := source.look(work, last_id, changed)):
                last_id = look.last_id
                looked_at += look.looked_at
                read += 0 if source.sieve else look.looked_at
                count += len(look.moved)
                some = look.moved[: SHOWN - len(moving)]
                becomes = (at for _, at in some)
                moving += map(Moving, look.load(some), becomes)
    return Preview(
        days=days,
        looked_at=looked_at,
        moving=count,
        shown=moving,
        is_whole=read < MOST,
    )


@dataclass(frozen=True, slots=True)
class Change:
    """A deadline that was changed, and the notice that changed it."""

    row: DeadlineChange
    notice: HolidayNotice


def changes_about(work: UnitOfWork, about: str) -> list[Change]:
    """Return what notices changed about one thing, such as ``clock:12``, in order of time."""
    rows = work.session.execute(
        select(DeadlineChange, HolidayNotice)
        .join(HolidayNotice, HolidayNotice.id == DeadlineChange.notice_id)
        .where(DeadlineChange.about == about)
        .order_by(DeadlineChange.id)
    )
    return [Change(row, notice) for row, notice in rows]


def count_changed(work: UnitOfWork, notice_id: int) -> int:
    """Return how many public deadlines a notice changed."""
    found = select(func.count()).where(
        DeadlineChange.notice_id == notice_id, DeadlineChange.is_public
    )
    return work.session.scalar(found) or 0


def changed_by(
    work: UnitOfWork, notice_id: int, *, limit: int, offset: int
) -> Sequence[DeadlineChange]:
    """Return the public deadlines that a notice changed, in the order in which it did."""
    return work.session.scalars(
        select(DeadlineChange)
        .where(DeadlineChange.notice_id == notice_id, DeadlineChange.is_public)
        .order_by(DeadlineChange.id)
        .limit(limit)
        .offset(offset)
    ).all()


def notice(work: UnitOfWork, notice_id: int) -> HolidayNotice:
    """Return a confirmed notice.

    Raises:
        MissingError: There is none.
    """
    row = work.session.get(HolidayNotice, notice_id)
    if row is None:
        raise MissingError
    return row


def stored_by_notice_id(work: UnitOfWork) -> dict[str, HolidayNotice]:
    """Return the confirmed notices by the id under which the calendar knows them."""
    rows = work.session.scalars(select(HolidayNotice)).all()
    return {f"notice-{row.id}": row for row in rows}
