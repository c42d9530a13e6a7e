"""Finding clocks and what they say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, func, or_, select

from market.calendar import default_calendar
from market.clock import beijing_day
from market.clocks.model import Card, Clock, ClockEvent, Suspension
from market.clocks.rules import (
    ClockState,
    Party,
    Segment,
    SuspensionReason,
    SuspensionState,
    accounts,
    elapsed,
    reaches_on,
)
from market.db import UnitOfWork
from market.errors import MissingError

INSTANT: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a clock says on a day: every working day on exactly one account."""

    accounts: dict[Party, int]
    elapsed: int
    limit: int
    used: int
    due_on: date | None

    @property
    def left(self) -> int:
        """Working days the holder has left; negative when overdue."""
        return self.limit - self.used


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One clock on the board."""

    clock: Clock
    statement: Statement
    cards: tuple[Card, ...]


def by_id(work: UnitOfWork, clock_id: int) -> Clock:
    """Return a clock. What clocks say is public."""
    return _one(work, Clock.id == clock_id)


def clock_of(work: UnitOfWork, subject: str) -> Clock | None:
    """Return the clock of a subject such as ``contract:12``."""
    return work.session.scalar(select(Clock).where(Clock.subject == subject))


def for_party(work: UnitOfWork, clock_id: int) -> Clock:
    """Return a clock of the actor's organisation: its holder or the other side."""
    org_id = work.actor.org_id
    return _one(
        work, Clock.id == clock_id, or_(Clock.holder_org_id == org_id, Clock.other_org_id == org_id)
    )


def locked(work: UnitOfWork, clock_id: int) -> Clock:
    """Return a clock as it stands now, locked until the transaction ends."""
    clock = work.session.scalar(
        select(Clock)
        .where(Clock.id == clock_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if clock is None:
        raise MissingError
    return clock


def events_of(work: UnitOfWork, clock: Clock) -> Sequence[ClockEvent]:
    """Return the events of a clock in order of time."""
    return work.session.scalars(
        select(ClockEvent).where(ClockEvent.clock_id == clock.id).order_by(ClockEvent.id)
    ).all()


def segments_of(events: Sequence[ClockEvent]) -> list[Segment]:
    """Return the segments that events begin.

    A day belongs to the segment that runs when the day begins, so an event at 0:00 sharp
    belongs to the end of the day before.
    """
    return [Segment(beijing_day(event.happened_at - INSTANT), event.party) for event in events]


def statement(work: UnitOfWork, clock: Clock) -> Statement:
    """Return what the clock says today.

    Raises:
        UnknownYearError: The calendar does not know today's year.
    """
    return statement_of(clock, events_of(work, clock), work.today)


def statement_of(clock: Clock, events: Sequence[ClockEvent], until_on: date) -> Statement:
    """Return what a clock with these events says on a day."""
    calendar = default_calendar()
    segments = segments_of(events)
    used = accounts(segments, until_on, calendar)
    return Statement(
        accounts=used,
        elapsed=elapsed(segments, until_on, calendar),
        limit=clock.limit_working_days,
        used=used[clock.holder],
        due_on=reaches_on(segments, clock.holder, clock.limit_working_days, calendar),
    )


def suspensions_of(work: UnitOfWork, clock: Clock) -> Sequence[Suspension]:
    """Return the requests to suspend a clock, the latest first."""
    return work.session.scalars(
        select(Suspension).where(Suspension.clock_id == clock.id).order_by(Suspension.id.desc())
    ).all()


def suspension(work: UnitOfWork, clock: Clock, suspension_id: int) -> Suspension:
    """Return one request to suspend this clock, locked until the transaction ends."""
    found = work.session.scalar(
        select(Suspension)
        .where(Suspension.id == suspension_id, Suspension.clock_id == clock.id)
        .with_for_update()
    )
    if found is None:
        raise MissingError
    return found


def waiting_for_operator(work: UnitOfWork) -> list[tuple[Suspension, Clock]]:
    """Return the requests that the other side left unanswered, the oldest first."""
    rows = work.session.execute(
        select(Suspension, Clock)
        .join(Clock, Clock.id == Suspension.clock_id)
        .where(Suspension.state == SuspensionState.ESCALATED)
        .order_by(Suspension.id)
    )
    return [(request, clock) for request, clock in rows]


def waiting_for_us(work: UnitOfWork) -> list[tuple[Suspension, Clock]]:
    """Return the requests of the other side that the actor's organisation must answer."""
    org_id = work.actor.org_id
    rows = work.session.execute(
        select(Suspension, Clock)
        .join(Clock, Clock.id == Suspension.clock_id)
        .where(
            Suspension.state == SuspensionState.REQUESTED,
            Suspension.requested_by_org_id != org_id,
            or_(Clock.holder_org_id == org_id, Clock.other_org_id == org_id),
        )
        .order_by(Suspension.id)
    )
    return [(request, clock) for request, clock in rows]


def used_by_suspensions(
    work: UnitOfWork, clock: Clock, reason: SuspensionReason | None = None
) -> int:
    """Return the working days granted to suspensions of a clock, of one reason or of all."""
    granted = (SuspensionState.RUNNING, SuspensionState.ENDED)
    conditions = [Suspension.clock_id == clock.id, Suspension.state.in_(granted)]
    if reason is not None:
        conditions.append(Suspension.reason == reason)
    total = work.session.scalar(
        select(func.coalesce(func.sum(Suspension.working_days), 0)).where(*conditions)
    )
    return int(total or 0)


def cards_of(work: UnitOfWork, clock: Clock) -> Sequence[Card]:
    """Return the cards of a clock in the order in which they were dealt."""
    return work.session.scalars(
        select(Card).where(Card.clock_id == clock.id).order_by(Card.id)
    ).all()


def cards_since(work: UnitOfWork, card_id: int, limit: int = 500) -> Sequence[Card]:
    """Return the cards dealt after the given one."""
    return work.session.scalars(
        select(Card).where(Card.id > card_id).order_by(Card.id).limit(limit)
    ).all()


def board(
    work: UnitOfWork, *, state: ClockState | None = None, limit: int = 50, offset: int = 0
) -> list[BoardRow]:
    """Return clocks with what they say, those due first; without a state, all that are open."""
    clocks = work.session.scalars(
        select(Clock)
        .where(_on_board(state))
        .order_by(Clock.due_at.is_(None), Clock.due_at, Clock.id)
        .limit(limit)
        .offset(offset)
    ).all()
    ids = [clock.id for clock in clocks]
    events: dict[int, list[ClockEvent]] = {clock_id: [] for clock_id in ids}
    for event in work.session.scalars(
        select(ClockEvent).where(ClockEvent.clock_id.in_(ids)).order_by(ClockEvent.id)
    ):
        events[event.clock_id].append(event)
    cards: dict[int, list[Card]] = {clock_id: [] for clock_id in ids}
    for card in work.session.scalars(select(Card).where(Card.clock_id.in_(ids)).order_by(Card.id)):
        cards[card.clock_id].append(card)
    return [
        BoardRow(c, statement_of(c, events[c.id], work.today), tuple(cards[c.id])) for c in clocks
    ]


def count_board(work: UnitOfWork, *, state: ClockState | None = None) -> int:
    """Return how many clocks ``board`` chooses from."""
    return work.session.scalar(select(func.count(Clock.id)).where(_on_board(state))) or 0


def due_ids(work: UnitOfWork, now: datetime, limit: int) -> Sequence[int]:
    """Return the open clocks whose next rung has been reached, the earliest first."""
    return work.session.scalars(
        select(Clock.id)
        .where(Clock.state == ClockState.RUNNING, Clock.next_check_at <= now)
        .order_by(Clock.next_check_at, Clock.id)
        .limit(limit)
    ).all()


def due_suspension_ids(
    work: UnitOfWork, state: SuspensionState, now: datetime, limit: int
) -> Sequence[int]:
    """Return the suspensions of a state for which time has come."""
    return work.session.scalars(
        select(Suspension.id)
        .where(Suspension.state == state, Suspension.next_check_at <= now)
        .order_by(Suspension.next_check_at, Suspension.id)
        .limit(limit)
    ).all()


def _on_board(state: ClockState | None) -> ColumnElement[bool]:
    if state is None:
        return Clock.state.in_((ClockState.RUNNING, ClockState.SUSPENDED))
    return Clock.state == state


def _one(work: UnitOfWork, *conditions: ColumnElement[bool]) -> Clock:
    clock = work.session.scalar(select(Clock).where(*conditions))
    if clock is None:
        raise MissingError
    return clock
