"""The clocks' deadlines, as they are counted again when a notice of holidays arrives."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy import select

from market.calendar import UnknownYearError, end_of, provisional_calendar
from market.clock import beijing_day
from market.clocks import kinds, ladder, queries, sieve
from market.clocks.counting import last_day_before
from market.clocks.model import Clock, Suspension
from market.clocks.rules import SuspensionState
from market.db import UnitOfWork
from market.errors import msgid
from market.holidays.sources import Changed, Deadline, Look, Moved, Source, declare_source
from market.regulations import current

# So many ids are counted by one statement: few enough to hold, enough to have much in common.
SPAN: Final = 250_000


def clocks(work: UnitOfWork, after: int, changed: Changed) -> Look | None:
    """Count the next of the clocks that run and that the changed days can move."""
    last_id = sieve.last_id(work)
    if after >= last_id:
        return None
    until = min(after + SPAN, last_id)
    moved, rungs = sieve.moved(work, after, until, changed)
    return Look(
        looked_at=sieve.count(work, after, until),
        last_id=until,
        moved=moved,
        planned=rungs,
        load=partial(_clocks, work),
    )


def _clocks(work: UnitOfWork, moved: Sequence[Moved]) -> list[Deadline]:
    found = select(Clock).where(Clock.id.in_([one for one, _ in moved]))
    known = {clock.id: clock for clock in work.session.scalars(found)}
    return [_deadline(known[one], becomes) for one, becomes in moved]


def _deadline(clock: Clock, becomes: datetime | None) -> Deadline:
    return Deadline(
        id=clock.id,
        subject=f"clock:{clock.id}",
        about=f"clock:{clock.id}",
        number=clock.number,
        title=clock.title,
        path=f"/clocks/{clock.id}",
        org_ids=(clock.holder_org_id, clock.other_org_id),
        due_at=clock.due_at,
        is_public=kinds.kind_of(clock.kind).public,
        due=lambda: becomes,
    )


def move_clock(work: UnitOfWork, clock_id: int) -> tuple[datetime | None, datetime | None]:
    """Work out one clock anew, with the rung of the ladder that comes next."""
    clock = queries.locked(work, clock_id)
    was_at = clock.due_at
    ladder.plan_next(work, clock)
    return was_at, clock.due_at


def answers(work: UnitOfWork, after: int, limit: int) -> Sequence[Deadline]:
    """Return the requests to suspend a clock that the other side has not answered yet."""
    return _suspensions(work, SuspensionState.REQUESTED, after, limit)


def ends(work: UnitOfWork, after: int, limit: int) -> Sequence[Deadline]:
    """Return the suspensions that run."""
    return _suspensions(work, SuspensionState.RUNNING, after, limit)


def _suspensions(
    work: UnitOfWork, state: SuspensionState, after: int, limit: int
) -> Sequence[Deadline]:
    rows = work.session.execute(
        select(Suspension, Clock)
        .join(Clock, Clock.id == Suspension.clock_id)
        .where(Suspension.state == state, Suspension.id > after)
        .order_by(Suspension.id)
        .limit(limit)
    ).all()
    return [
        Deadline(
            id=request.id,
            subject=f"suspension:{request.id}",
            about=f"clock:{clock.id}",
            number=clock.number,
            title=clock.title,
            path=f"/clocks/{clock.id}",
            org_ids=(clock.holder_org_id, clock.other_org_id),
            due_at=_stored(request),
            due=partial(_ends, work, clock, request),
        )
        for request, clock in rows
    ]


def _stored(request: Suspension) -> datetime | None:
    if request.state is SuspensionState.REQUESTED:
        return request.answer_by_at
    return request.next_check_at


def _ends(work: UnitOfWork, clock: Clock, request: Suspension) -> datetime | None:
    """Count by when a request must be answered, or when a suspension ends, from its facts."""
    calendar = provisional_calendar()
    try:
        if request.state is SuspensionState.REQUESTED:
            rules = current().by_id(clock.regulation_id)
            days = rules.integer("suspension.confirm_working_days")
            ends_at = calendar.due_at(beijing_day(request.requested_at), days)
            # A time to speak never becomes shorter (docs/adr/0077).
            return max(ends_at, request.answer_by_at)
        began_at = queries.began_at(work, request) or request.requested_at
        given = queries.given_with(work, clock, request)
        return end_of(queries.stands_until(clock, request, began_at, given))
    except UnknownYearError:
        return _stored(request)


def move_suspension(work: UnitOfWork, request_id: int) -> tuple[datetime | None, datetime | None]:
    """Set anew by when a request must be answered, or when a suspension ends."""
    clock_id = work.session.get_one(Suspension, request_id).clock_id
    clock = queries.locked(work, clock_id)
    request = queries.suspension(work, clock, request_id)
    was_at = _stored(request)
    at = _ends(work, clock, request)
    if at is None or request.state not in {SuspensionState.REQUESTED, SuspensionState.RUNNING}:
        return was_at, was_at
    request.next_check_at = at
    if request.state is SuspensionState.REQUESTED:
        request.answer_by_at = at
    else:
        request.until_on = last_day_before(at)
    return was_at, at


CLOCKS = declare_source(Source(kind="clock", name=msgid("服务时限"), sieve=clocks, move=move_clock))
ANSWERS = declare_source(
    Source(
        kind="suspension-answer",
        name=msgid("挂起申请的答复期限"),
        read=answers,
        move=move_suspension,
    )
)
ENDS = declare_source(
    Source(kind="suspension-end", name=msgid("挂起的期满日"), read=ends, move=move_suspension)
)
