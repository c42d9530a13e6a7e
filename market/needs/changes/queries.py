"""Finding changes."""

import json
from collections.abc import Mapping, Sequence

from sqlalchemy import select

from market.db import UnitOfWork
from market.errors import MissingError
from market.needs.changes.model import NeedChange, NoticeChange
from market.needs.changes.rules import OPEN, ChangeState, Difference
from market.needs.model import Need, Notice


def of_need(work: UnitOfWork, need: Need) -> Sequence[NeedChange]:
    """Return the changes proposed for a need, the latest first."""
    return work.session.scalars(
        select(NeedChange).where(NeedChange.need_id == need.id).order_by(NeedChange.id.desc())
    ).all()


def open_of(work: UnitOfWork, need: Need) -> NeedChange | None:
    """Return the change of a need that is under way, if there is one."""
    return work.session.scalar(
        select(NeedChange).where(NeedChange.need_id == need.id, NeedChange.state.in_(OPEN))
    )


def change_of(work: UnitOfWork, need: Need, change_id: int) -> NeedChange:
    """Return a change of a need as it stands now; the caller has locked the need."""
    change = work.session.scalar(
        select(NeedChange)
        .where(NeedChange.id == change_id, NeedChange.need_id == need.id)
        .execution_options(populate_existing=True)
    )
    if change is None:
        raise MissingError
    return change


def waiting(work: UnitOfWork, state: ChangeState) -> list[tuple[NeedChange, Need]]:
    """Return the changes in a state with their needs, the oldest first."""
    rows = work.session.execute(
        select(NeedChange, Need)
        .join(Need, Need.id == NeedChange.need_id)
        .where(NeedChange.state == state)
        .order_by(NeedChange.state_since, NeedChange.id)
    )
    return [(change, need) for change, need in rows]


def made(work: UnitOfWork, need: Need) -> dict[int, NoticeChange]:
    """Return the changes that called a notice of the need off, by the ids of those notices."""
    found = work.session.scalars(select(NoticeChange).where(NoticeChange.need_id == need.id))
    return {change.notice_id: change for change in found}


def that_led_to(work: UnitOfWork, need: Need, attempt: int) -> tuple[NoticeChange, Notice] | None:
    """Return the change that a notice came from, with the notice it takes the place of."""
    row = work.session.execute(
        select(NoticeChange, Notice)
        .join(Notice, Notice.id == NoticeChange.notice_id)
        .where(NoticeChange.need_id == need.id, NoticeChange.attempt == attempt)
    ).one_or_none()
    return (row[0], row[1]) if row else None


def differences_in(change: NoticeChange) -> list[Difference]:
    """Return what a change changed."""
    rows: list[Mapping[str, object]] = json.loads(change.differences)
    return [Difference(str(row["field"]), row["before"], row["after"]) for row in rows]
