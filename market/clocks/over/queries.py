"""Finding declarations that a cause is over, and on which days it can have been."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import dropwhile

from sqlalchemy import ColumnElement, or_, select

from market.calendar import end_of, provisional_calendar
from market.clocks import queries as clocks
from market.clocks.counting import last_day_before
from market.clocks.model import Clock, ClockEvent, Suspension
from market.clocks.over.model import SuspensionOver
from market.clocks.over.rules import OverState
from market.clocks.rules import ClockMove
from market.clocks.times import times_of
from market.db import UnitOfWork
from market.errors import MissingError
from market.sweeping import Due, due_rows

OPEN = frozenset({OverState.DECLARED, OverState.ESCALATED})
ONE_DAY = timedelta(days=1)
Row = tuple[SuspensionOver, Suspension, Clock]


def of_clock(work: UnitOfWork, clock: Clock) -> Sequence[SuspensionOver]:
    """Return the declarations about a clock's suspensions, the latest first."""
    return work.session.scalars(
        select(SuspensionOver)
        .join(Suspension, Suspension.id == SuspensionOver.suspension_id)
        .where(Suspension.clock_id == clock.id)
        .order_by(SuspensionOver.id.desc())
    ).all()


def one_of(work: UnitOfWork, clock: Clock, over_id: int) -> tuple[SuspensionOver, Suspension]:
    """Return one declaration about this clock. The clock's lock is the declaration's as well."""
    row = work.session.execute(
        select(SuspensionOver, Suspension)
        .join(Suspension, Suspension.id == SuspensionOver.suspension_id)
        .where(SuspensionOver.id == over_id, Suspension.clock_id == clock.id)
    ).one_or_none()
    if row is None:
        raise MissingError
    return row[0], row[1]


def first_day(work: UnitOfWork, clock: Clock) -> date:
    """Return the first day since when what stands still can have been able to go on.

    Not before what is recorded last, and no longer ago than a late entry may lie.
    """
    last_at = clocks.events_of(work, clock)[-1].happened_at
    most = times_of(clock).integer("late_entry.most_working_days")
    calendar, day = provisional_calendar(), last_day_before(last_at)
    while end_of(day) < last_at:
        day += ONE_DAY
    while day < work.today and calendar.working_days_between(day + ONE_DAY, work.today) > most:
        day += ONE_DAY
    return day


def stood_until(work: UnitOfWork, clock: Clock, one: SuspensionOver) -> datetime | None:
    """Return when the clock went on after a declaration; None: it still stands."""
    later = dropwhile(lambda e: e.id != one.event_id, clocks.events_of(work, clock))
    still = {ClockMove.DECLARE, ClockMove.CORRECT}
    return next((e.happened_at for e in later if e.kind not in still), None)


def event_of(work: UnitOfWork, one: SuspensionOver) -> ClockEvent:
    """Return the event that a declaration is."""
    return work.session.get_one(ClockEvent, one.event_id)


def waiting_for_us(work: UnitOfWork) -> list[Row]:
    """Return the declarations that the actor's organisation, which had asked, must answer."""
    org_id = work.actor.org_id
    return _rows(
        work,
        SuspensionOver.state == OverState.DECLARED,
        Suspension.requested_by_org_id == org_id,
        or_(Clock.holder_org_id == org_id, Clock.other_org_id == org_id),
    )


def waiting_for_operator(work: UnitOfWork) -> list[Row]:
    """Return the declarations that were disputed or left unanswered, the oldest first."""
    return _rows(work, SuspensionOver.state == OverState.ESCALATED)


def due(work: UnitOfWork, after: Due | None, limit: int) -> list[Due]:
    """Return the declarations whose time to be answered is over, the earliest first."""
    return due_rows(
        work,
        SuspensionOver.next_check_at,
        SuspensionOver.id,
        SuspensionOver.state == OverState.DECLARED,
        after=after,
        limit=limit,
    )


def _rows(work: UnitOfWork, *chosen: ColumnElement[bool]) -> list[Row]:
    rows = work.session.execute(
        select(SuspensionOver, Suspension, Clock)
        .join(Suspension, Suspension.id == SuspensionOver.suspension_id)
        .join(Clock, Clock.id == Suspension.clock_id)
        .where(*chosen)
        .order_by(SuspensionOver.id)
    )
    return [(one, request, clock) for one, request, clock in rows]
