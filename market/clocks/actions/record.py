"""What every deed on a clock shares: the event, both of its times, and the log entry."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from market.calendar import provisional_calendar
from market.clock import beijing_day
from market.clocks import kinds, ladder, queries
from market.clocks.errors import (
    LateEntryError,
    NoAnswerError,
    NoGroundsError,
    NotSuspendableError,
)
from market.clocks.following import tell_moved
from market.clocks.journal import ClockCorrected, ClockMoved
from market.clocks.model import Clock, ClockEvent
from market.clocks.replay import Correction
from market.clocks.rules import (
    ClockMove,
    EventOrderError,
    Party,
    SuspensionReason,
    SuspensionState,
    is_late,
)
from market.clocks.times import times_of
from market.db import SIDE, UnitOfWork
from market.journal import Entry, encode
from market.messages.actions import tell
from market.messages.kinds import Kind
from market.reasons import long_enough

MORE: Final = "more-time"
ANSWER_SHORTEST: Final = 5
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


def require_suspendable(clock: Clock) -> None:
    """Refuse to stop or stretch a term that runs without a break.

    Raises:
        NotSuspendableError: Clocks of this kind do.
    """
    if not kinds.kind_of(clock.kind).suspendable:
        raise NotSuspendableError


def words_of_answer(words: str, *, agree: bool) -> str:
    """Return what is said with an answer; a refusal says why.

    Raises:
        NoAnswerError: It does not.
    """
    return words.strip() if agree else long_enough(words, ANSWER_SHORTEST, NoAnswerError)


def grounds_of(words: str) -> str:
    """Return why somebody decides between two sides: a reason is given whichever way.

    Raises:
        NoGroundsError: There is none.
    """
    return long_enough(words, ANSWER_SHORTEST, NoGroundsError)


def tell_side(
    work: UnitOfWork,
    clock: Clock,
    kind: Kind,
    org_id: int,
    *,
    once: str,
    page: str = "",
    **facts: Any,  # noqa: ANN401 - as ``tell``: they fill the places of the words
) -> None:
    """Tell one side of something about a clock; ``page`` lies below the clock's own."""
    tell(
        work,
        kind,
        org_id=org_id,
        path=f"/clocks/{clock.id}{page}",
        once=once,
        number=clock.number,
        title=clock.title,
        **facts,
    )


def placed(work: UnitOfWork, clock: Clock, at: datetime) -> datetime:
    """Return when what time does is recorded: at its instant, never before what is recorded last.

    A notice may count days again that are over, so that a term ended before what was done since.
    """
    return max(at, *(event.happened_at for event in queries.events_of(work, clock)))


def add_event(
    work: UnitOfWork,
    clock: Clock,
    kind: str,
    party: Party | None,
    *,
    why: str,
    reason: SuspensionReason | None = None,
    happened_at: datetime | None = None,
    correction: Correction | None = None,
    by_time: bool = False,
    told: bool = True,
) -> None:
    """Add an event, work out what is due next, and say so; unless it is told later.

    ``by_time``: nobody does it, though somebody's deed may be what it comes before.

    Raises:
        EventOrderError: It would lie before the event that is recorded last, or in the future.
        LateEntryError: A person enters what happened too long ago.
    """
    at = happened_at or work.now
    earlier = queries.events_of(work, clock)
    if at > work.now or (earlier and at < earlier[-1].happened_at):
        raise EventOrderError
    by_person = work.actor.user_id is not None and not by_time
    late = is_late(happened_at=at, entered_at=work.now)
    if late and by_person:  # Time itself is never kept from what is due.
        _check_late(work, clock, at)
    event = ClockEvent(
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
        corrects_from_at=correction.from_at if correction else None,
        corrects_until_at=correction.until_at if correction else None,
        corrects_of=correction.of if correction else None,
        corrects_to=correction.to if correction else None,
    )
    work.session.add(event)
    work.session.flush()
    ladder.plan_next(work, clock)
    if told:
        _say_moved(work, clock, event)
        if correction:
            _say_corrected(work, clock, correction)
    tell_moved(work, clock, event, told=told)


def _say_moved(work: UnitOfWork, clock: Clock, event: ClockEvent) -> None:
    entry = ClockMoved(
        clock=log_name(clock),
        move=event.kind,
        party=event.party,
        reason=event.reason,
        happened_at=event.happened_at,
        due_at=clock.due_at,
    )
    tell_log(work, clock, entry)


def say_more(work: UnitOfWork, clock: Clock) -> None:
    """Tell the log that the holder was given more time by a rule, and when it is due now."""
    entry = ClockMoved(
        clock=log_name(clock),
        move=MORE,
        party=clock.holder,
        reason=None,
        happened_at=work.now,
        due_at=clock.due_at,
    )
    tell_log(work, clock, entry)


def tell_later(work: UnitOfWork, clock: Clock, happened_at: datetime) -> None:
    """Tell the log of a hand-over that it was not told of when it was entered, if there is one."""
    event = work.session.scalars(
        select(ClockEvent)
        .where(
            ClockEvent.clock_id == clock.id,
            ClockEvent.kind == ClockMove.HAND,
            ClockEvent.happened_at == happened_at,
        )
        .order_by(ClockEvent.id.desc())
        .limit(1)
    ).first()
    if event is None:
        return  # The clock stood, or had passed to another account before.
    noted = select(ClockEvent).where(
        ClockEvent.clock_id == clock.id,
        ClockEvent.kind == ClockMove.ASK,
        ClockEvent.entered_at == event.entered_at,
    )
    for one in (*work.session.scalars(noted.order_by(ClockEvent.id)), event):
        _say_later(work, clock, one)


def _say_later(work: UnitOfWork, clock: Clock, event: ClockEvent) -> None:
    entry = ClockMoved(
        clock=log_name(clock),
        move=event.kind,
        party=event.party,
        reason=event.reason,
        happened_at=event.happened_at,
        due_at=None,  # it passed from its holder, who alone has a time
    )
    work.submit(encode(entry, by=event.entered_by, at=work.now))


def _say_corrected(work: UnitOfWork, clock: Clock, one: Correction) -> None:
    entry = ClockCorrected(
        clock=log_name(clock),
        from_at=one.from_at,
        until_at=one.until_at,
        of=one.of,
        to=one.to,
    )
    tell_log(work, clock, entry)


def _check_late(work: UnitOfWork, clock: Clock, at: datetime) -> None:
    most = times_of(clock).integer("late_entry.most_working_days")
    if provisional_calendar().working_days_between(beijing_day(at), work.today) > most:
        raise LateEntryError(most)
