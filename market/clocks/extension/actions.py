"""Asking for more time, and what becomes of it. Each action says so in the journal."""

from typing import Final

from market.calendar import provisional_calendar
from market.clocks import asking, ladder, withheld
from market.clocks import queries as clocks
from market.clocks.actions import settle
from market.clocks.actions.record import (
    log_name,
    require_suspendable,
    tell_side,
    words_of_answer,
)
from market.clocks.extension import queries
from market.clocks.extension.errors import ExtensionOpenError, NoReasonGivenError
from market.clocks.extension.journal import ExtensionAnswered, ExtensionRequested
from market.clocks.extension.model import Extension
from market.clocks.extension.rules import (
    ExtensionMove,
    ExtensionReason,
    ExtensionState,
    IllegalExtensionMoveError,
    advance,
    answer_by,
    check_extension,
    is_answerable,
)
from market.clocks.messages import EXTENSION_ANSWERED, EXTENSION_ASKED
from market.clocks.model import Clock
from market.clocks.rules import ClockState
from market.clocks.times import times_of
from market.db import UnitOfWork
from market.errors import MissingError, SeparationOfSidesError, msgid

WHY_SHORTEST: Final = 10


def request(
    work: UnitOfWork, clock: Clock, reason: ExtensionReason, why: str, working_days: int
) -> Extension:
    """Ask the other side for more time, before the due date.

    Raises:
        MissingError: The actor is not the holder of the clock.
        NotSuspendableError: Clocks of this kind are not extended.
        ExtensionOpenError: Another request is open.
        AskedAgainError: The like was refused too often, and it is too soon.
        ExtensionLateError: The time is up, or does not run.
        NoReasonGivenError: It does not say why.
        ExtensionTimesError, ExtensionCapError: It is beyond what may be agreed.
    """
    if work.org_id != clock.holder_org_id:
        raise MissingError
    require_suspendable(clock)
    settle(work, clock)
    if any(one.state is ExtensionState.REQUESTED for one in queries.of_clock(work, clock)):
        raise ExtensionOpenError
    _check_again(work, clock, reason)
    rules = times_of(clock)
    confirm_by_at = provisional_calendar().due_at(
        work.today, rules.integer("extension.confirm_working_days")
    )
    answer_by_at = answer_by(now=work.now, due_at=clock.due_at, confirm_by_at=confirm_by_at)
    if len(why.strip()) < WHY_SHORTEST:
        raise NoReasonGivenError
    room = queries.room_of(work, clock)
    check_extension(
        working_days=working_days,
        times=room.times,
        used=room.used,
        most_times=room.most_times,
        cap=room.cap,
    )
    one = Extension(
        clock_id=clock.id,
        requested_by_org_id=work.org_id,
        requested_at=work.now,
        reason=reason,
        why=why.strip(),
        working_days=working_days,
        due_before_at=clock.due_at,
        state=ExtensionState.REQUESTED,
        answer_by_at=answer_by_at,
        next_check_at=answer_by_at,
    )
    work.session.add(one)
    work.session.flush()
    _say_asked(work, clock, one)
    return one


def _check_again(work: UnitOfWork, clock: Clock, reason: ExtensionReason) -> None:
    refused = [
        one.answered_at
        for one in queries.of_clock(work, clock)
        if (one.state, one.reason) == (ExtensionState.REFUSED, reason) and one.answered_at
    ]
    asking.check(work, clock, refused)


def _say_asked(work: UnitOfWork, clock: Clock, one: Extension) -> None:
    tell_side(
        work,
        clock,
        EXTENSION_ASKED,
        clock.other_org_id,
        page=f"/extensions/{one.id}/answer",
        once=f"extension:{one.id}:asked",
        days=one.working_days,
        reason=one.reason,
        by=one.answer_by_at,
    )
    work.record(
        ExtensionRequested(
            clock=log_name(clock),
            reason=one.reason,
            working_days=one.working_days,
            due_at=one.due_before_at,
            answer_by_at=one.answer_by_at,
        )
    )


def answer(work: UnitOfWork, clock: Clock, one: Extension, *, agree: bool, words: str) -> None:
    """Consent to more time or refuse it: the other side, while there is time to answer.

    Raises:
        SeparationOfSidesError: The side that asked answers itself.
        IllegalExtensionMoveError: It was answered, or too late.
        NoAnswerError: It is refused without a reason.
    """
    settle(work, clock)
    if one.requested_by_org_id == work.org_id:
        raise SeparationOfSidesError(msgid("申请方"), msgid("答复方"))
    if clock.state is ClockState.STOPPED or not is_answerable(
        one.state, now=work.now, answer_by_at=one.answer_by_at
    ):
        raise IllegalExtensionMoveError
    one.answer = words_of_answer(words, agree=agree)
    one.answered_at, one.answered_by_id = work.now, work.user_id
    if agree:
        clock.extended_units += one.working_days
        ladder.plan_next(work, clock)
        one.due_after_at = withheld.public_due_at(work, clock, clocks.events_of(work, clock))
    _close(work, clock, one, ExtensionMove.GRANT if agree else ExtensionMove.REFUSE)


def lapse(work: UnitOfWork, extension_id: int) -> int:
    """Close a request that nobody answered in time; return whether there was one."""
    clock = clocks.locked(work, work.session.get_one(Extension, extension_id).clock_id)
    one = work.session.get_one(Extension, extension_id, populate_existing=True)
    over = one.state is ExtensionState.REQUESTED and work.now >= one.answer_by_at
    if over:
        stopped = clock.state is ClockState.STOPPED
        _close(work, clock, one, ExtensionMove.OVERTAKE if stopped else ExtensionMove.LAPSE)
    return int(over)


def _close(work: UnitOfWork, clock: Clock, one: Extension, move: ExtensionMove) -> None:
    one.state = advance(one.state, move)
    one.next_check_at = None
    tell_side(
        work,
        clock,
        EXTENSION_ANSWERED,
        one.requested_by_org_id,
        once=f"extension:{one.id}:answered",
        days=one.working_days,
        state=one.state,
    )
    work.record(
        ExtensionAnswered(
            clock=log_name(clock),
            reason=one.reason,
            working_days=one.working_days,
            state=one.state,
            due_at=withheld.public_due_at(work, clock, clocks.events_of(work, clock)),
        )
    )
