"""Starting a clock, handing it to another account, stopping it and starting it again."""

from datetime import datetime
from typing import Final

from market.calendar import end_of, provisional_calendar
from market.clocks import ladder, queries, replay
from market.clocks.actions.record import OPEN, add_event, placed, say_more
from market.clocks.actions.settling import settle
from market.clocks.actions.telling import say_answered
from market.clocks.appeal.terms import appeal_by
from market.clocks.counting import Ruler, last_day_before, starts_at
from market.clocks.kinds import SERVICE, ClockKind
from market.clocks.model import Clock, Suspension
from market.clocks.replay import Correction
from market.clocks.rules import (
    ClockMove,
    ClockState,
    EventOrderError,
    Party,
    SuspensionMove,
    SuspensionState,
    advance,
    advance_suspension,
)
from market.db import UnitOfWork
from market.errors import msgid
from market.regulations import Regulation

ASKED: Final = msgid("申请以来的时间，同意挂起的改计事由的责任方")


def start(
    work: UnitOfWork,
    *,
    kind: ClockKind = SERVICE,
    subject: str,
    number: str,
    title: str,
    holder: Party,
    holder_org_id: int,
    other_org_id: int,
    limit: int,
    regulation: Regulation,
    happened_at: datetime | None = None,
    complete_at: datetime | None = None,
) -> Clock:
    """Start a clock; its kind says in what it counts and from when.

    Args:
        work: Who starts it, and when.
        kind: What is timed (``market.clocks.kinds``).
        subject: The one thing that is timed, such as ``contract:12``.
        number: How pages name it; it must be public where the kind is.
        title: What it is about.
        holder: On whose account time passes.
        holder_org_id: Who must keep the limit.
        other_org_id: The other side.
        limit: In the kind's unit.
        regulation: The instrument that fixes the ladder and the caps.
        happened_at: What started it, if not now.
        complete_at: When the materials were complete, for a kind that counts from then.

    Raises:
        UnknownYearError: The deadline would lie in a year without a notice: none is issued.
        EventOrderError: The start lies in the future.
        LateEntryError: A person enters a start that lies too long ago.
        MaterialsOpenError: The kind counts from complete materials, and they are not.
    """
    counts_from_at = starts_at(kind.start, happened_at or work.now, complete_at)
    clock = Clock(
        kind=kind.code,
        subject=subject,
        number=number,
        title=title,
        holder=holder,
        holder_org_id=holder_org_id,
        other_org_id=other_org_id,
        agreed_units=limit,
        extended_units=0,
        counts_from_at=counts_from_at,
        regulation_id=regulation.id,
        state=ClockState.RUNNING,
    )
    work.session.add(clock)
    work.session.flush()
    add_event(work, clock, "start", holder, why="", happened_at=happened_at)
    segments = queries.segments_of(clock, queries.events_of(work, clock))
    ruler = Ruler(kind.unit, provisional_calendar())
    replay.reached_at(segments, holder, queries.grains_of(clock), ruler)
    return clock


def hand_to(
    work: UnitOfWork,
    clock: Clock,
    party: Party,
    why: str,
    *,
    happened_at: datetime | None = None,
    told: bool = True,
    keeps: bool = False,
) -> None:
    """Let time pass on another account, such as the owner's during a check.

    What is not ``told`` to the log now is told by ``tell_later`` (``market.clocks.withheld``).
    It ends open requests to suspend, but one that ``keeps`` them, or is not told: they wait until
    the clock is back with its holder (docs/adr/0118).

    Raises:
        ClockSuspendedError: It must be resumed first.
        EventOrderError, LateEntryError: The instant is not one it may have happened at.
    """
    settle(work, clock)
    clock.state = advance(clock.state, ClockMove.HAND)
    happened_at = _placed(work, clock, happened_at)
    if keeps or not told:
        _note_requests(work, clock, told=told)
    elif party is not clock.holder:
        _end_requests(work, clock, happened_at or work.now)
    add_event(work, clock, ClockMove.HAND, party, why=why, happened_at=happened_at, told=told)


def correct(
    work: UnitOfWork,
    clock: Clock,
    *,
    from_at: datetime,
    of: Party,
    to: Party,
    party: Party,
    why: str,
) -> None:
    """Give the time of one account since an event to another; from now on it is ``party``'s.

    No event is changed: this one says what became of the accounts since ``from_at``. A clock that
    is suspended is corrected once it runs again. Requests to suspend that were kept open while it
    was away stay so when it is the holder's again.

    Raises:
        EventOrderError: Nothing happened at that instant.
        ClockSuspendedError: It must be resumed first.
    """
    settle(work, clock)
    if all(event.happened_at != from_at for event in queries.events_of(work, clock)):
        raise EventOrderError
    clock.state = advance(clock.state, ClockMove.CORRECT)
    if party is not clock.holder:
        _end_requests(work, clock, work.now)
    correction = Correction(from_at, work.now, of, to)
    add_event(work, clock, ClockMove.CORRECT, party, why=why, correction=correction)


def claim(work: UnitOfWork, clock: Clock, why: str, happened_at: datetime) -> int:
    """Note since when somebody says to have done its part; return the event that this is.

    It changes no account: with the event there, the time since can be given to another account
    (``reassign``) once the other side confirms it.

    Raises:
        ClockSuspendedError, IllegalClockMoveError: The clock does not run.
        EventOrderError, LateEntryError: The instant is not one it may have happened at.
    """
    settle(work, clock)
    clock.state = advance(clock.state, ClockMove.CLAIM)
    party = queries.runs_for(work, clock)
    add_event(work, clock, ClockMove.CLAIM, party, why=why, happened_at=happened_at)
    return queries.events_of(work, clock)[-1].id


def reassign(work: UnitOfWork, clock: Clock, correction: Correction, why: str) -> None:
    """Give what passed between two events to another account, whatever the clock does by now.

    The clock must be locked. Its state stays, and whose time it is: only the past changes.
    """
    party = queries.runs_for(work, clock)
    add_event(work, clock, ClockMove.CORRECT, party, why=why, correction=correction)


def give_units(work: UnitOfWork, clock: Clock, units: int) -> None:
    """Give the holder of a locked clock more time by a rule; the log is told."""
    if units > 0:
        clock.extended_units += units
        ladder.plan_next(work, clock)
        say_more(work, clock)


def stop(work: UnitOfWork, clock: Clock, why: str, *, happened_at: datetime | None = None) -> None:
    """Stop a clock; an open request to suspend it ends with it."""
    settle(work, clock)
    clock.state = advance(clock.state, ClockMove.STOP)
    happened_at = _placed(work, clock, happened_at)
    _end_requests(work, clock, happened_at or work.now)
    add_event(work, clock, ClockMove.STOP, None, why=why, happened_at=happened_at)


def reopen(
    work: UnitOfWork, clock: Clock, party: Party, why: str, *, happened_at: datetime | None = None
) -> None:
    """Start a stopped clock again, on the account of ``party``."""
    settle(work, clock)
    clock.state = advance(clock.state, ClockMove.REOPEN)
    add_event(work, clock, ClockMove.REOPEN, party, why=why, happened_at=happened_at)


def _placed(work: UnitOfWork, clock: Clock, at: datetime | None) -> datetime | None:
    """Return when something is recorded; what a person says is taken or refused as it is said."""
    if at is None or work.actor.user_id is not None:
        return at
    return placed(work, clock, at)


def _note_requests(work: UnitOfWork, clock: Clock, *, told: bool) -> None:
    """Note when a suspension was asked for that may be granted once the clock is back.

    With the event there, the time since can be given to whoever is responsible.
    """
    last = queries.events_of(work, clock)[-1]
    marks: set[datetime] = set()
    for request in queries.suspensions_of(work, clock):
        if _may_be_granted(work, clock, request):
            # And when as many days are over as were asked for: no more are given (docs/adr/0120).
            over_on = queries.stands_until(clock, request, request.requested_at)
            marks |= {request.requested_at, end_of(over_on)}
    for at in sorted(one for one in marks if last.happened_at < one < work.now):
        clock.state = advance(clock.state, ClockMove.ASK)
        add_event(
            work,
            clock,
            ClockMove.ASK,
            last.party,
            why=ASKED,
            happened_at=at,
            by_time=True,
            told=told,
        )


def _may_be_granted(work: UnitOfWork, clock: Clock, request: Suspension) -> bool:
    if request.state is not SuspensionState.REFUSED or request.appealed_at is not None:
        return request.state in OPEN
    by_at = appeal_by(work, clock, request)
    return by_at is None or work.now < by_at


def _end_requests(work: UnitOfWork, clock: Clock, at: datetime) -> None:
    """Close what is still open about suspending: the clock moved on without it."""
    for request in queries.suspensions_of(work, clock):
        if request.state in OPEN:
            request.state = advance_suspension(request.state, SuspensionMove.OVERTAKE)
            request.answered_at, request.next_check_at = work.now, None
            say_answered(work, clock, request)
        elif request.state is SuspensionState.RUNNING:
            request.state = advance_suspension(request.state, SuspensionMove.END)
            request.next_check_at = None
            request.until_on = last_day_before(at)
