"""Back-filling (补登): what was entered on a later day than it happened, by whom, how often."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, func, select

from market import regulations
from market.accounts.model import Organisation
from market.clock import beijing_day
from market.clocks import kinds
from market.clocks.counting import INSTANT, end_of
from market.clocks.model import Card, Clock, ClockEvent
from market.clocks.queries import Stretch
from market.clocks.rules import ClockMove, EventOrderError, overtakes
from market.clocks.times import SUBJECT
from market.db import UnitOfWork

_LATE: Final = func.count(ClockEvent.id).filter(ClockEvent.is_late)


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


def instant_of(happened_on: date | None, now: datetime) -> datetime | None:
    """Return when something happened of which a person knows the day; None: just now.

    What happened on an earlier day counts as done by the end of it: that day stays with whoever
    had it at 0:00, as it does for what is entered at once.

    Raises:
        EventOrderError: The day is still to come.
    """
    today = beijing_day(now)
    if happened_on is None or happened_on == today:
        return None
    if happened_on > today:
        raise EventOrderError
    return end_of(happened_on) - INSTANT


def entered(work: UnitOfWork, from_at: datetime, until_at: datetime) -> dict[int, LateShare]:
    """Return what each organisation entered in a stretch of time, and how much of it late.

    Of every clock: this is for whoever supervises, the public list counts public clocks only.
    What time itself enters, such as the end of a suspension, is nobody's entry.
    """
    rows = work.session.execute(
        select(ClockEvent.entered_by_org_id, _LATE, func.count(ClockEvent.id))
        .where(
            ClockEvent.entered_by_org_id.is_not(None),
            ClockEvent.entered_at >= from_at,
            ClockEvent.entered_at < until_at,
        )
        .group_by(ClockEvent.entered_by_org_id)
        .order_by(ClockEvent.entered_by_org_id)
    )
    return {
        org_id: LateShare(late=late, entered=number)
        for org_id, late, number in rows
        if org_id is not None
    }


def late_shares(work: UnitOfWork, limit: int, offset: int = 0) -> list[LateRow]:
    """Return the organisations that entered anything, those with the most back-filled first."""
    rows = work.session.execute(
        select(Organisation.name, Organisation.kind, _LATE, func.count(ClockEvent.id))
        .join(ClockEvent, ClockEvent.entered_by_org_id == Organisation.id)
        .join(Clock, Clock.id == ClockEvent.clock_id)
        .where(*_counted(work))
        .group_by(Organisation.id, Organisation.name, Organisation.kind)
        .order_by(_LATE.desc(), Organisation.id)
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


def overtaken(stretches: Sequence[Stretch], dealt: Sequence[Card]) -> frozenset[int]:
    """Return the ids of cards before which something was entered after they had been dealt.

    A day that somebody claims is not among it: it moves nothing before the other side confirms
    it, and then an event of its own says so.
    """
    return frozenset(
        card.id
        for card in dealt
        for event in (stretch.event for stretch in stretches)
        if event.kind != ClockMove.CLAIM
        and overtakes(
            happened_at=event.corrects_from_at or event.happened_at,
            entered_at=event.entered_at,
            reached_at=card.reached_at,
            issued_at=card.issued_at,
        )
    )
