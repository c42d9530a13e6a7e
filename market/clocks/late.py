"""Back-filling (补登): what was entered on a later day than it happened, by whom, how often."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, func, select

from market import regulations
from market.accounts.model import Organisation
from market.clocks import kinds
from market.clocks.model import Clock, ClockEvent
from market.clocks.times import SUBJECT
from market.db import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class LateShare:
    """How many of an organisation's entries came on a later day than the event."""

    late: int
    entered: int

    @property
    def per_cent(self) -> int:
        """The share, rounded to whole per cent; nothing entered is nothing late."""
        return round(100 * self.late / self.entered) if self.entered else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LateRow:
    """One organisation and its share."""

    name: str
    kind: str
    share: LateShare


def counted_days(work: UnitOfWork) -> int:
    """Return over how many days up to now entries are counted."""
    return regulations.in_force(SUBJECT, work.today).integer("late_entry.share_days")


def late_share(work: UnitOfWork, org_id: int) -> LateShare:
    """Return the share of back-filled entries of one organisation.

    What time itself enters, such as the end of a suspension, is nobody's entry.
    """
    late, entered = work.session.execute(
        select(func.count(ClockEvent.id).filter(ClockEvent.is_late), func.count(ClockEvent.id))
        .join(Clock, Clock.id == ClockEvent.clock_id)
        .where(ClockEvent.entered_by_org_id == org_id, *_counted(work))
    ).one()
    return LateShare(late=late, entered=entered)


def late_shares(work: UnitOfWork, limit: int, offset: int = 0) -> list[LateRow]:
    """Return the organisations that entered anything, those with the most back-filled first."""
    late = func.count(ClockEvent.id).filter(ClockEvent.is_late)
    rows = work.session.execute(
        select(Organisation.name, Organisation.kind, late, func.count(ClockEvent.id))
        .join(ClockEvent, ClockEvent.entered_by_org_id == Organisation.id)
        .join(Clock, Clock.id == ClockEvent.clock_id)
        .where(*_counted(work))
        .group_by(Organisation.id, Organisation.name, Organisation.kind)
        .order_by(late.desc(), Organisation.id)
        .limit(limit)
        .offset(offset)
    )
    return [
        LateRow(name=name, kind=kind, share=LateShare(late=number, entered=entered))
        for name, kind, number, entered in rows
    ]


def count_late_shares(work: UnitOfWork) -> int:
    """Return how many organisations entered anything."""
    chosen = (
        select(func.count(func.distinct(ClockEvent.entered_by_org_id)))
        .join(Clock, Clock.id == ClockEvent.clock_id)
        .where(*_counted(work))
    )
    return work.session.scalar(chosen) or 0


def _counted(work: UnitOfWork) -> tuple[ColumnElement[bool], ...]:
    """Return which entries count: of public clocks only, or the list would tell who objected."""
    since = work.now - timedelta(days=counted_days(work))
    return ClockEvent.entered_at >= since, Clock.kind.in_(kinds.public_codes())
