"""Finding clocks and what they say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, or_, select, tuple_

from market import regulations
from market.calendar import UnknownYearError, default_calendar
from market.clock import beijing_day
from market.clocks.model import Card, Clock, ClockEvent, Suspension
from market.clocks.rules import (
    CardStage,
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
OPEN_CLOCKS: Final = (ClockState.RUNNING, ClockState.SUSPENDED)


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
class Stretch:
    """What one event began: until when it lasted and how many working days it cost whom."""

    event: ClockEvent
    until_on: date
    working_days: int

    @property
    def entered_later(self) -> bool:
        """Whether it was entered on a later day than it happened: back-filling shows."""
        return beijing_day(self.event.entered_at) > beijing_day(self.event.happened_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """How long a clock may be suspended, and how long it has been."""

    per_reason: int
    total: int
    used_reason: int
    used: int


def by_id(work: UnitOfWork, clock_id: int) -> Clock:
    """Return a clock. What clocks say is public."""
    return _one(work, Clock.id == clock_id)


def clock_of(work: UnitOfWork, subject: str) -> Clock | None:
    """Return the clock of a subject such as ``contract:12``."""
    return work.session.scalar(select(Clock).where(Clock.subject == subject))


def clocks_of(work: UnitOfWork, subjects: Sequence[str]) -> dict[str, Clock]:
    """Return the clocks of some subjects; those without one are left out."""
    found = work.session.scalars(select(Clock).where(Clock.subject.in_(subjects)))
    return {clock.subject: clock for clock in found}


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
    belongs to the end of the day before. Only the start does not: its own day is never counted.
    """
    if not events:
        return []
    return [Segment(_eve(events[0], event.happened_at), event.party) for event in events]


def last_day_before(at: datetime) -> date:
    """Return the last day that had begun before an instant."""
    return beijing_day(at - INSTANT)


def eve_of(work: UnitOfWork, clock: Clock, at: datetime) -> date:
    """Return the day after which days count for what begins at an instant."""
    return _eve(events_of(work, clock)[0], at)


def _eve(start: ClockEvent, at: datetime) -> date:
    return max(beijing_day(start.happened_at), last_day_before(at))


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
        due_on=None if clock.due_at is None else last_day_before(clock.due_at),
    )


def stretches(work: UnitOfWork, clock: Clock) -> list[Stretch]:
    """Return what became of each day of a clock: the statement, event by event.

    Raises:
        UnknownYearError: The calendar does not know today's year.
    """
    events = events_of(work, clock)
    segments = segments_of(events)
    ends = [*(segment.since_on for segment in segments[1:]), work.today]
    calendar = default_calendar()
    return [
        Stretch(
            event,
            end_on,
            max(0, calendar.working_days_between(segment.since_on, end_on)),
        )
        for event, segment, end_on in zip(events, segments, ends, strict=True)
    ]


def runs_for(work: UnitOfWork, clock: Clock) -> Party | None:
    """Return on whose account time passes now; none while the clock stands."""
    return events_of(work, clock)[-1].party


def forecast_on(work: UnitOfWork, clock: Clock) -> date | None:
    """Return the last day on time if the running suspension lasts as long as was granted."""
    running = [s for s in suspensions_of(work, clock) if s.state is SuspensionState.RUNNING]
    if not running or running[0].until_on is None:
        return None
    after = Segment(running[0].until_on, clock.holder)
    segments = [*segments_of(events_of(work, clock)), after]
    try:
        return reaches_on(segments, clock.holder, clock.limit_working_days, default_calendar())
    except UnknownYearError:
        return None


def caps_of(work: UnitOfWork, clock: Clock, reason: SuspensionReason) -> Caps:
    """Return how long a clock may be suspended for a reason, and has been."""
    rules = regulations.current().by_id(clock.regulation_id)
    percent = rules.integer("suspension.cap_percent_of_limit")
    return Caps(
        per_reason=rules.integer("suspension.cap_working_days_per_reason"),
        total=clock.limit_working_days * percent // 100,
        used_reason=used_by_suspensions(work, clock, reason),
        used=used_by_suspensions(work, clock),
    )


def suspensions_of(work: UnitOfWork, clock: Clock) -> Sequence[Suspension]:
    """Return the requests to suspend a clock, the latest first."""
    return work.session.scalars(
        select(Suspension).where(Suspension.clock_id == clock.id).order_by(Suspension.id.desc())
    ).all()


def suspension(work: UnitOfWork, clock: Clock, suspension_id: int) -> Suspension:
    """Return one request to suspend this clock. The clock's lock is the request's as well."""
    found = work.session.scalar(
        select(Suspension).where(Suspension.id == suspension_id, Suspension.clock_id == clock.id)
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
    """Return the working days of a clock's suspensions, of one reason or of all.

    One that was resumed early counts with the days it really lasted.
    """
    granted = (SuspensionState.RUNNING, SuspensionState.ENDED)
    calendar = default_calendar()
    return sum(
        calendar.working_days_between(eve_of(work, clock, s.answered_at), s.until_on)
        for s in suspensions_of(work, clock)
        if s.state in granted
        and (reason is None or s.reason is reason)
        and s.answered_at is not None
        and s.until_on is not None
    )


def cards_of(work: UnitOfWork, clock: Clock) -> Sequence[Card]:
    """Return the cards of a clock in the order in which they were dealt."""
    return work.session.scalars(
        select(Card).where(Card.clock_id == clock.id).order_by(Card.id)
    ).all()


def supervised(work: UnitOfWork) -> list[tuple[Card, Clock]]:
    """Return the cards of supervision and referral of clocks that are still open."""
    rows = work.session.execute(
        select(Card, Clock)
        .join(Clock, Clock.id == Card.clock_id)
        .where(
            Clock.state.in_(OPEN_CLOCKS),
            Card.stage.in_((CardStage.SUPERVISE, CardStage.REFER)),
        )
        .order_by(Card.id)
    )
    return [(card, clock) for card, clock in rows]


def due_clocks(
    work: UnitOfWork, now: datetime, limit: int, after: tuple[datetime, int, int] | None = None
) -> list[tuple[datetime, int, int]]:
    """Return the clocks whose next rung has been reached, the earliest first.

    Each as when it is due, its id and its id again; ``after`` is the last one of the batch before.
    """
    chosen = [Clock.state == ClockState.RUNNING, Clock.next_check_at <= now]
    if after is not None:
        chosen.append(tuple_(Clock.next_check_at, Clock.id) > after[:2])
    rows = work.session.execute(
        select(Clock.next_check_at, Clock.id, Clock.id)
        .where(*chosen)
        .order_by(Clock.next_check_at, Clock.id)
        .limit(limit)
    )
    return [(at, clock_id, same) for at, clock_id, same in rows if at is not None]


def due_suspensions(
    work: UnitOfWork,
    state: SuspensionState,
    now: datetime,
    limit: int,
    after: tuple[datetime, int, int] | None = None,
) -> list[tuple[datetime, int, int]]:
    """Return the suspensions of a state for which time has come, the earliest first.

    Each as when it is due, its id and its clock's; ``after`` is the last one of the batch before.
    """
    chosen = [Suspension.state == state, Suspension.next_check_at <= now]
    if after is not None:
        chosen.append(tuple_(Suspension.next_check_at, Suspension.id) > after[:2])
    rows = work.session.execute(
        select(Suspension.next_check_at, Suspension.id, Suspension.clock_id)
        .where(*chosen)
        .order_by(Suspension.next_check_at, Suspension.id)
        .limit(limit)
    )
    return [(at, suspension_id, clock_id) for at, suspension_id, clock_id in rows if at is not None]


def _one(work: UnitOfWork, *conditions: ColumnElement[bool]) -> Clock:
    clock = work.session.scalar(select(Clock).where(*conditions))
    if clock is None:
        raise MissingError
    return clock
