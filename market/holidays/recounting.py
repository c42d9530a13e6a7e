"""Counting every deadline again after a notice: batch by batch, each in a transaction of its own.

How far the job has come is stored with what it changed. A worker that is killed goes on where it
was; what is counted twice is counted from the same facts and does not move again.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from market.clock import beijing_day
from market.db import UnitOfWork
from market.holidays import queries
from market.holidays.journal import DeadlinesRecounted
from market.holidays.messages import DEADLINE_CHANGED
from market.holidays.model import DeadlineChange, HolidayImport, HolidayNotice
from market.holidays.sources import Deadline, Source, sources
from market.messages.actions import tell

# So many that move are set anew, kept, told and logged in one transaction.
BATCH: Final = 200
# Work that began before the notice was confirmed still counted by the calendar before it. A
# platform default: no request and no job is a quarter of an hour long.
AGAIN_AFTER: Final = timedelta(minutes=15)
INSTANT: Final = timedelta(microseconds=1)


def step(work: UnitOfWork, import_id: int) -> int:
    """Do the next batch of a notice, if one is due; return how many deadlines were looked at.

    One more when everything has been counted. It is counted a second time later: work that was
    under way when the notice was confirmed may have used the calendar before it.
    """
    row = queries.locked(work, import_id)
    notice = queries.notice_of(work, import_id)
    if notice is None or row.next_check_at is None or row.next_check_at > work.now:
        return 0
    changed = queries.changed_since(work, notice)
    for source in sources():
        if source.kind < row.recounted_kind:
            continue
        after = row.recounted_id if source.kind == row.recounted_kind else 0
        if look := source.look(work, after, changed):
            ids = sorted([*(one for one, _ in look.moved), *look.planned])
            is_cut = len(ids) > BATCH
            until = ids[BATCH - 1] if is_cut else look.last_id
            row.recounted_kind, row.recounted_id = source.kind, until
            moved = [one for one in look.moved if one[0] <= until]
            _recount(work, notice, source, look.load(moved))
            for one in look.planned:
                if one <= until:
                    source.move(work, one)
            return BATCH if is_cut else max(1, look.looked_at)
    _finish(work, row)
    return 1


def _finish(work: UnitOfWork, row: HolidayImport) -> None:
    row.recounted_kind, row.recounted_id = "", 0
    again_at = (row.decided_at or work.now) + AGAIN_AFTER
    row.next_check_at = again_at if row.recounted_at is None else None
    row.recounted_at = work.now


def _recount(
    work: UnitOfWork, notice: HolidayNotice, source: Source, batch: Sequence[Deadline]
) -> None:
    moved: list[tuple[str, str, int | None, int | None]] = []
    for deadline in batch:
        was_at, due_at = source.move(work, deadline.id)
        if was_at == due_at:
            continue
        _keep(work, notice, deadline, was_at, due_at)
        number = deadline.number if deadline.is_public else ""
        moved.append((deadline.subject, number, _unix(was_at), _unix(due_at)))
    if moved:
        work.record(DeadlinesRecounted(notice=notice.document_number, moved=tuple(moved)))


def _keep(
    work: UnitOfWork,
    notice: HolidayNotice,
    deadline: Deadline,
    was_at: datetime | None,
    due_at: datetime | None,
) -> None:
    """Store a change and tell both sides; the second time round a known one is left as it is."""
    known = select(DeadlineChange.id).where(
        DeadlineChange.notice_id == notice.id, DeadlineChange.subject == deadline.subject
    )
    if work.session.scalar(known) is not None:
        return
    work.session.add(
        DeadlineChange(
            notice_id=notice.id,
            subject=deadline.subject,
            about=deadline.about,
            number=deadline.number,
            was_at=was_at,
            due_at=due_at,
            is_public=deadline.is_public,
            changed_at=work.now,
        )
    )
    for org_id in deadline.org_ids:
        tell(
            work,
            DEADLINE_CHANGED,
            org_id=org_id,
            path=deadline.path,
            once=f"notice:{notice.id}:{deadline.subject}",
            number=deadline.number,
            title=deadline.title,
            was=_day_words(was_at),
            due=_day_words(due_at),
            notice=notice.document_number,
        )


def _day_words(at: datetime | None) -> str:
    """Return the last day of a term that ends at an instant, as people read it."""
    return "—" if at is None else f"{beijing_day(at - INSTANT).isoformat()} 24:00"


def _unix(at: datetime | None) -> int | None:
    return None if at is None else int(at.timestamp())
