"""Finding clocks and what they say."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, or_, select, true

from market import regulations
from market.access import Permission
from market.calendar import UnknownYearError, end_of, provisional_calendar
from market.clock import beijing_day
from market.clocks import kinds, replay, withheld
from market.clocks.card_rules import CardState
from market.clocks.counting import GRAINS, Ruler, Unit, last_day_before
from market.clocks.model import Card, Clock, ClockEvent, Suspension
from market.clocks.replay import Correcting, Correction, Segment
from market.clocks.rules import (
    CardStage,
    ClockMove,
    ClockState,
    Party,
    SuspensionReason,
    SuspensionState,
)
from market.clocks.times import cap_of, times_of
from market.db import UnitOfWork
from market.errors import MissingError

OPEN_CLOCKS: Final = (ClockState.RUNNING, ClockState.SUSPENDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a clock says at an instant, in grains of its unit: each on exactly one account."""

    unit: Unit
    accounts: dict[Party, int]
    elapsed: int
    limit: int
    extended: int
    used: int
    due_on: date | None

    @property
    def left(self) -> int:
        """What the holder has left; negative when overdue."""
        return self.limit - self.used


@dataclass(frozen=True, slots=True)
class Stretch:
    """What one event began: how many grains of the clock's unit it cost whom.

    ``party`` is whose they are now; the event says whose they were before a correction.
    """

    event: ClockEvent
    grains: int
    party: Party | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """How long a clock may be suspended, and how long it has been.

    ``general`` is for each reason that has no cap of its own.
    """

    general: int
    per_reason: int
    total: int
    used_reason: int
    used: int


def by_id(work: UnitOfWork, clock_id: int) -> Clock:
    """Return a clock, whoever asks: for what the program and officials do with it."""
    return _one(work, Clock.id == clock_id)


def readable(work: UnitOfWork, clock_id: int) -> Clock:
    """Return a clock that the actor may read: of a public kind, its own, or it oversees.

    Raises:
        MissingError: There is none, or it is between others.
    """
    return _one(work, Clock.id == clock_id, is_readable(work))


def is_readable(work: UnitOfWork) -> ColumnElement[bool]:
    """Return the condition that the actor may read a clock."""
    if Permission.OVERSIGHT_READ in work.actor.permissions:
        return true()
    return or_(Clock.kind.in_(kinds.public_codes()), *_sides(work))


def clock_of(work: UnitOfWork, subject: str) -> Clock | None:
    """Return the clock of a subject such as ``contract:12``."""
    return work.session.scalar(select(Clock).where(Clock.subject == subject))


def clocks_of(work: UnitOfWork, subjects: Sequence[str]) -> dict[str, Clock]:
    """Return the clocks of some subjects; those without one are left out."""
    found = work.session.scalars(select(Clock).where(Clock.subject.in_(subjects)))
    return {clock.subject: clock for clock in found}


def for_party(work: UnitOfWork, clock_id: int) -> Clock:
    """Return a clock of the actor's organisation: its holder or the other side."""
    return _one(work, Clock.id == clock_id, or_(*_sides(work)))


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
    """Return the events of a clock in order of time, as far as the actor is told of them."""
    rows = work.session.scalars(
        select(ClockEvent).where(ClockEvent.clock_id == clock.id).order_by(ClockEvent.id)
    ).all()
    return withheld.as_told(work, clock, rows, withheld.events(work))


def ruler_of(clock: Clock) -> Ruler:
    """Return in what a clock counts."""
    return Ruler(kinds.kind_of(clock.kind).unit, provisional_calendar())


def grains_of(clock: Clock) -> int:
    """Return the limit of a clock in grains, extensions included."""
    return clock.limit_units * GRAINS[kinds.kind_of(clock.kind).unit]


def segments_of(clock: Clock, events: Sequence[Correcting]) -> list[Segment]:
    """Return the segments that a clock's events begin."""
    return replay.replay(events, clock.counts_from_at, replay.corrections_of(events))


def eve_of(clock: Clock, at: datetime) -> date:
    """Return the day after which days count for what begins at an instant."""
    return last_day_before(max(at, clock.counts_from_at))


def statement(work: UnitOfWork, clock: Clock) -> Statement:
    """Return what the clock says now.

    Raises:
        UnknownYearError: The calendar does not know today's year.
    """
    return statement_of(clock, events_of(work, clock), work.now)


def statement_of(clock: Clock, events: Sequence[ClockEvent], until_at: datetime) -> Statement:
    """Return what a clock with these events says at an instant."""
    ruler = ruler_of(clock)
    segments = segments_of(clock, events)
    used = replay.accounts(segments, until_at, ruler)
    return Statement(
        unit=ruler.unit,
        accounts=used,
        elapsed=replay.elapsed(segments, until_at, ruler),
        limit=grains_of(clock),
        extended=clock.extended_units * GRAINS[ruler.unit],
        used=used[clock.holder],
        due_on=None if clock.due_at is None else last_day_before(clock.due_at),
    )


def stretches(work: UnitOfWork, clock: Clock) -> list[Stretch]:
    """Return what became of the time of a clock: the statement, event by event.

    Raises:
        UnknownYearError: The calendar does not know today's year.
    """
    events = events_of(work, clock)
    segments = segments_of(clock, events)
    spans = replay.spans(segments, work.now, ruler_of(clock))
    return [
        Stretch(event, grains, segment.party)
        for event, grains, segment in zip(events, spans, segments, strict=True)
    ]


def runs_for(work: UnitOfWork, clock: Clock) -> Party | None:
    """Return on whose account time passes now; none while the clock stands."""
    return events_of(work, clock)[-1].party


def forecast_on(work: UnitOfWork, clock: Clock) -> date | None:
    """Return the last day on time if the running suspension lasts as long as was granted."""
    running = [s for s in suspensions_of(work, clock) if s.state is SuspensionState.RUNNING]
    if not running or running[0].until_on is None:
        return None
    after = Segment(end_of(running[0].until_on), clock.holder)
    segments = [*segments_of(clock, events_of(work, clock)), after]
    try:
        at = replay.reached_at(segments, clock.holder, grains_of(clock), ruler_of(clock))
    except UnknownYearError:
        return None
    return None if at is None or at <= work.now else last_day_before(at)


def caps_of(work: UnitOfWork, clock: Clock, reason: SuspensionReason) -> Caps:
    """Return how long a clock may be suspended for a reason, and has been."""
    rules = regulations.current().by_id(clock.regulation_id)
    percent = rules.integer("suspension.cap_percent_of_limit")
    total = clock.agreed_units * percent // 100
    general = rules.integer("suspension.cap_working_days_per_reason")
    own = cap_of(clock, reason)
    return Caps(
        general=min(general, total),
        per_reason=min(general if own is None else own, total),
        total=total,
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


def decide_by(clock: Clock, request: Suspension) -> datetime:
    """Return by when the operator decides what the other side left unanswered, or refused."""
    days = times_of(clock).integer("suspension.decide_working_days")
    asked_at = request.appealed_at
    since_on = beijing_day(asked_at) if asked_at else last_day_before(request.answer_by_at)
    return provisional_calendar().due_at(since_on, days)


def used_by_suspensions(
    work: UnitOfWork, clock: Clock, reason: SuspensionReason | None = None
) -> int:
    """Return the working days on which a clock stood, for one reason or for all.

    From when it stood, which is the request's day where the operator granted it, to the last
    suspended day: one resumed or over early counts as it lasted, with what was given before it.
    """
    chosen = [Suspension.clock_id == clock.id, Suspension.until_on.is_not(None)]
    if reason is not None:
        chosen.append(Suspension.reason == reason)
    stood = work.session.execute(
        select(ClockEvent.happened_at, Suspension)
        .join(Suspension, _began())
        .where(*chosen, Suspension.state.in_((SuspensionState.RUNNING, SuspensionState.ENDED)))
    ).all()
    calendar = provisional_calendar()
    return sum(
        max(0, calendar.working_days_between(eve_of(clock, since_at), request.until_on))
        + given_with(work, clock, request)
        for since_at, request in stood
        if request.until_on is not None
    )


def stands_until(clock: Clock, request: Suspension, begins_at: datetime, given: int = 0) -> date:
    """Return the last day of a suspension that begins at an instant, with what was asked for.

    Of that, so many working days were ``given`` by corrections of the time before.
    """
    eve, days = eve_of(clock, begins_at), max(0, request.working_days - given)
    return provisional_calendar().add_working_days(eve, days)


def given(clock: Clock, corrections: Iterable[Correction]) -> int:
    """Return how many working days of a clock some corrections move."""
    days = provisional_calendar().working_days_between
    spans = [(eve_of(clock, one.from_at), eve_of(clock, one.until_at)) for one in corrections]
    return sum(max(0, days(*span)) for span in spans)


def given_with(work: UnitOfWork, clock: Clock, request: Suspension) -> int:
    """Return how many working days before it a granted suspension gave away (docs/adr/0118)."""
    chosen = (ClockEvent.kind == ClockMove.CORRECT, ClockEvent.entered_at == request.answered_at)
    rows = select(ClockEvent).where(ClockEvent.clock_id == clock.id, *chosen)
    return given(clock, replay.corrections_of(work.session.scalars(rows)))


def began_at(work: UnitOfWork, request: Suspension) -> datetime | None:
    """Return since when a clock stands still, or stood, by a suspension; none: not by this one."""
    return work.session.scalar(
        select(ClockEvent.happened_at).join(Suspension, _began()).where(Suspension.id == request.id)
    )


def _began() -> ColumnElement[bool]:
    """Return the condition that an event of a clock is the one with which a suspension began."""
    return and_(
        ClockEvent.clock_id == Suspension.clock_id,
        ClockEvent.kind == ClockMove.SUSPEND,
        ClockEvent.entered_at == Suspension.answered_at,
    )


def cards_of(work: UnitOfWork, clock: Clock) -> Sequence[Card]:
    """Return the cards of a clock in the order in which they were dealt."""
    return work.session.scalars(
        select(Card).where(Card.clock_id == clock.id).order_by(Card.id)
    ).all()


def cards_about(
    work: UnitOfWork, subjects: Collection[str], number: str | None = None
) -> Sequence[Card]:
    """Return every public card about some subjects, or that bears a number, that still stands.

    One that an official gave is listed once it is upheld: before that it names nobody.
    """
    about = Card.subject.in_(subjects)
    return work.session.scalars(
        select(Card)
        .where(
            about if number is None else or_(about, Card.subject_number == number),
            Card.is_public.is_(True),
            Card.is_named.is_(True),
            Card.state != CardState.WITHDRAWN,
        )
        .order_by(Card.id)
    ).all()


def supervised(work: UnitOfWork) -> list[tuple[Card, Clock]]:
    """Return the cards of supervision and referral of clocks that are still open."""
    rows = work.session.execute(
        select(Card, Clock)
        .join(Clock, Clock.id == Card.clock_id)
        .where(
            Clock.state.in_(OPEN_CLOCKS),
            Card.stage.in_((CardStage.SUPERVISE, CardStage.REFER)),
            Card.state != CardState.WITHDRAWN,
        )
        .order_by(Card.id)
    )
    return [(card, clock) for card, clock in rows]


def _sides(work: UnitOfWork) -> tuple[ColumnElement[bool], ...]:
    org_id = work.actor.org_id
    return Clock.holder_org_id == org_id, Clock.other_org_id == org_id


def _one(work: UnitOfWork, *conditions: ColumnElement[bool]) -> Clock:
    clock = work.session.scalar(select(Clock).where(*conditions))
    if clock is None:
        raise MissingError
    return clock
