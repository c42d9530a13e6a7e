"""What every deed on a clock shares: the event, both of its times, and the log entry."""

from datetime import datetime
from typing import Final

from market.calendar import provisional_calendar
from market.clock import beijing_day
from market.clocks import kinds, ladder, queries
from market.clocks.errors import LateEntryError
from market.clocks.journal import ClockMoved, SuspensionAnswered
from market.clocks.messages import SUSPENSION_ANSWERED
from market.clocks.model import Clock, ClockEvent, Suspension
from market.clocks.rules import EventOrderError, Party, SuspensionReason, SuspensionState, is_late
from market.clocks.times import times_of
from market.db import UnitOfWork
from market.journal import Entry, encode
from market.messages.actions import tell

SIDE: Final = "side"
OPEN: Final = frozenset({SuspensionState.REQUESTED, SuspensionState.ESCALATED})


def log_name(clock: Clock) -> str:
    """Return how the public log names a clock: one that is not public, by a bare number."""
    return clock.number if kinds.kind_of(clock.kind).public else f"clock:{clock.id}"


def other_side(clock: Clock, org_id: int) -> int:
    """Return the organisation on the other side of a clock."""
    return clock.other_org_id if org_id == clock.holder_org_id else clock.holder_org_id


def tell_log(work: UnitOfWork, clock: Clock, entry: Entry) -> None:
    """Tell the public log; of a clock that is not public, without the account that acted.

    Accounts stand beside firms elsewhere in the log, and would say who objected.
    """
    by = work.actor.name if kinds.kind_of(clock.kind).public else SIDE
    work.submit(encode(entry, by=by, at=work.now))


def add_event(
    work: UnitOfWork,
    clock: Clock,
    kind: str,
    party: Party | None,
    *,
    why: str,
    reason: SuspensionReason | None = None,
    happened_at: datetime | None = None,
) -> None:
    """Add an event, work out what is due next, and say so.

    Raises:
        EventOrderError: It would lie before the event that is recorded last, or in the future.
        LateEntryError: A person enters what happened too long ago.
    """
    at = happened_at or work.now
    earlier = queries.events_of(work, clock)
    if at > work.now or (earlier and at < earlier[-1].happened_at):
        raise EventOrderError
    by_person = work.actor.user_id is not None
    late = is_late(happened_at=at, entered_at=work.now)
    if late and by_person:  # Time itself is never kept from what is due.
        _check_late(work, clock, at)
    work.session.add(
        ClockEvent(
            clock_id=clock.id,
            kind=kind,
            party=party,
            reason=reason,
            why=why,
            happened_at=at,
            entered_at=work.now,
            entered_by=work.actor.name,
            entered_by_org_id=work.actor.org_id if by_person else None,
            is_late=late,
        )
    )
    work.session.flush()
    ladder.plan_next(work, clock)
    entry = ClockMoved(
        clock=log_name(clock),
        move=kind,
        party=party,
        reason=reason,
        happened_at=at,
        due_at=clock.due_at,
    )
    tell_log(work, clock, entry)


def say_answered(work: UnitOfWork, clock: Clock, request: Suspension) -> None:
    """Tell the log, and whoever asked, what became of a request to suspend."""
    tell(
        work,
        SUSPENSION_ANSWERED,
        org_id=request.requested_by_org_id,
        path=f"/clocks/{clock.id}",
        once=f"suspension:{request.id}:{request.state}",
        number=clock.number,
        title=clock.title,
        reason=request.reason,
        state=request.state,
    )
    work.record(
        SuspensionAnswered(
            clock=log_name(clock),
            reason=request.reason,
            working_days=request.working_days,
            state=request.state,
        )
    )


def _check_late(work: UnitOfWork, clock: Clock, at: datetime) -> None:
    most = times_of(clock).integer("late_entry.most_working_days")
    if provisional_calendar().working_days_between(beijing_day(at), work.today) > most:
        raise LateEntryError(most)
