"""Reading an owner's record: counted from the notices, never typed in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute

from market import regulations
from market.access import OrgKind
from market.accounts.model import Organisation
from market.accounts.queries import organisation_by_code
from market.clock import beijing, months_after
from market.db import Base, UnitOfWork
from market.errors import MissingError
from market.needs.changes.model import NoticeChange
from market.needs.model import Need, NeedFailure, NeedReturn, Notice
from market.needs.questions.model import NoticeAnswer, NoticeQuestion
from market.needs.record.model import NeedCancellation
from market.needs.rules import Move

SUBJECT: Final = "posting-flow"
MOST: Final = 100


@dataclass(frozen=True, slots=True)
class Counter:
    """One line that a feature above adds to an owner's record. ``label`` is a msgid.

    ``url`` is asked only where there are pages: a count needs none.
    """

    label: str
    count: int
    url: Callable[[], str] | None = None


CountMore = Callable[[UnitOfWork, Organisation, datetime], Sequence[Counter]]

# Keyed by where they come from: an application assembled twice provides everything once.
_MORE: Final[dict[tuple[str, str], CountMore]] = {}


def provide(function: CountMore) -> None:
    """Register what a feature above counts of an owner since an instant."""
    _MORE[function.__module__, function.__qualname__] = function


@dataclass(frozen=True, slots=True)
class Called:
    """A notice that was cancelled, changed or failed: which one, when, and why."""

    need: Need
    notice: Notice
    row: Base


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerRecord:
    """What became of an owner's notices in the period."""

    owner: Organisation
    since: datetime
    months: int
    notices: int
    returned: int
    late_answers: int
    cancelled: Sequence[Called]
    changed: Sequence[Called]
    failed: Sequence[Called]
    more: Sequence[Counter]


def record_of(work: UnitOfWork, code: str) -> OwnerRecord:
    """Return the public record of the owner with a credit code.

    Raises:
        MissingError: There is no such owner.
    """
    owner = organisation_by_code(work, code)
    if owner.kind is not OrgKind.OWNER:
        raise MissingError
    months = regulations.in_force(SUBJECT, work.today).integer("owner_record.months")
    since = beijing(months_after(work.today, -months))
    return OwnerRecord(
        owner=owner,
        since=since,
        months=months,
        notices=_count(work, _notices(owner, Notice.published_at >= since)),
        returned=_count(work, _returned(owner, since)),
        late_answers=_count(work, _late(work, owner, since)),
        cancelled=_called(work, owner, NeedCancellation, NeedCancellation.at >= since),
        changed=_called(work, owner, NoticeChange, NoticeChange.at >= since),
        failed=_failed(work, owner, since),
        more=[line for function in _MORE.values() for line in function(work, owner, since)],
    )


def cancellation_of(work: UnitOfWork, notice: Notice) -> NeedCancellation | None:
    """Return how a notice was cancelled, if it was."""
    chosen = select(NeedCancellation).where(NeedCancellation.notice_id == notice.id)
    return work.session.scalar(chosen)


def cancellations_of(work: UnitOfWork, owner_org_id: int) -> tuple[int, int]:
    """Return how many notices an owner has cancelled in the period, and its months."""
    months = regulations.in_force(SUBJECT, work.today).integer("owner_record.months")
    since = beijing(months_after(work.today, -months))
    counted = (
        select(NeedCancellation.id)
        .join(Need, Need.id == NeedCancellation.need_id)
        .where(Need.owner_org_id == owner_org_id, NeedCancellation.at >= since)
    )
    return _count(work, counted), months


def _count(work: UnitOfWork, chosen: Select[int]) -> int:
    return work.session.scalar(select(func.count()).select_from(chosen.subquery())) or 0


def _notices(owner: Organisation, *more: ColumnElement[bool]) -> Select[int]:
    joined = select(Notice.id).join(Need, Need.id == Notice.need_id)
    return joined.where(Need.owner_org_id == owner.id, *more)


def _returned(owner: Organisation, since: datetime) -> Select[int]:
    return (
        select(NeedReturn.id)
        .join(Need, Need.id == NeedReturn.need_id)
        .where(
            Need.owner_org_id == owner.id, NeedReturn.move == Move.RETURN, NeedReturn.at >= since
        )
    )


def _late(work: UnitOfWork, owner: Organisation, since: datetime) -> Select[int]:
    """Questions answered after their term, or not yet though it is over."""
    answered = func.coalesce(NoticeAnswer.answered_at, work.now)
    return (
        select(NoticeQuestion.id)
        .join(Notice, Notice.id == NoticeQuestion.notice_id)
        .join(Need, Need.id == Notice.need_id)
        .outerjoin(NoticeAnswer, NoticeAnswer.question_id == NoticeQuestion.id)
        .where(
            Need.owner_org_id == owner.id,
            NoticeQuestion.asked_at >= since,
            answered > NoticeQuestion.answer_due_at,
        )
    )


def _called(
    work: UnitOfWork,
    owner: Organisation,
    table: type[NeedCancellation] | type[NoticeChange],
    *more: ColumnElement[bool],
) -> list[Called]:
    key: InstrumentedAttribute[int] = table.notice_id
    rows = work.session.execute(
        select(Need, Notice, table)
        .join(Notice, Notice.need_id == Need.id)
        .join(table, key == Notice.id)
        .where(Need.owner_org_id == owner.id, *more)
        .order_by(table.id.desc())
        .limit(MOST)
    )
    return [Called(need, notice, row) for need, notice, row in rows]


def _failed(work: UnitOfWork, owner: Organisation, since: datetime) -> list[Called]:
    rows = work.session.execute(
        select(Need, Notice, NeedFailure)
        .join(Notice, Notice.need_id == Need.id)
        .join(
            NeedFailure,
            (NeedFailure.need_id == Need.id) & (NeedFailure.attempt == Notice.attempt),
        )
        .where(Need.owner_org_id == owner.id, NeedFailure.at >= since)
        .order_by(NeedFailure.id.desc())
        .limit(MOST)
    )
    return [Called(*row) for row in rows]
