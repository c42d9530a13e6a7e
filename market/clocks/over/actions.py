"""Declaring that a cause is over, and what becomes of it. Each action says so in the journal."""

from datetime import date
from typing import Final

from market import regulations
from market.calendar import end_of, provisional_calendar
from market.clocks import asking, ladder
from market.clocks import queries as clocks
from market.clocks.actions import settle
from market.clocks.actions.moving import reassign
from market.clocks.actions.record import add_event, grounds_of, log_name, tell_side, words_of_answer
from market.clocks.actions.settling import end_suspension
from market.clocks.counting import last_day_before
from market.clocks.errors import AnswerEarlyError, AnswerLateError
from market.clocks.messages import OVER_ANSWERED, OVER_DECLARED
from market.clocks.model import Clock, Suspension
from market.clocks.over import queries
from market.clocks.over.errors import NoFactsError, OverOpenError
from market.clocks.over.journal import OverAnswered, OverDeclared
from market.clocks.over.model import SuspensionOver
from market.clocks.over.rules import OverMove, OverState, advance, check_day
from market.clocks.replay import Correction, corrections_of, followed
from market.clocks.rules import (
    RESPONSIBLE,
    ClockMove,
    SuspensionMove,
    SuspensionState,
    advance_suspension,
)
from market.clocks.rules import advance as advance_clock
from market.db import UnitOfWork
from market.errors import MissingError, msgid

FACTS_SHORTEST: Final = 10
ENDED: Final = msgid("对方声明条件已具备，恢复计时")
CORRECTED: Final = msgid("对方声明的条件具备之日以后，不再记在挂起事由的责任方名下")
FOLLOWED: Final = msgid("此前对账目的更正，对改记的这些天同样适用")


def declare(
    work: UnitOfWork, clock: Clock, request: Suspension, since_on: date, why: str
) -> SuspensionOver:
    """Say that the cause of a suspension is over: the side that did not ask for it.

    It changes nobody's account yet. It is an event of the clock, so that the days since can be
    told from those before when it is granted, whatever happens meanwhile.

    Raises:
        MissingError: The actor is no side, or asked for the suspension and may just end it.
        IllegalClockMoveError: The suspension does not run.
        OverOpenError: An earlier declaration is open.
        AskedAgainError: Too many were refused, and it is too soon.
        NoFactsError: It does not say what has changed.
        DayError: The cause cannot have been over since that day.
    """
    sides = {clock.holder_org_id, clock.other_org_id} - {request.requested_by_org_id}
    if work.org_id not in sides:
        raise MissingError
    settle(work, clock)
    advance_suspension(request.state, SuspensionMove.END)
    earlier = [o for o in queries.of_clock(work, clock) if o.suspension_id == request.id]
    if any(one.state in queries.OPEN for one in earlier):
        raise OverOpenError
    refused = [o.decided_at for o in earlier if o.state is OverState.REFUSED and o.decided_at]
    asking.check(work, clock, refused)
    if len(why.strip()) < FACTS_SHORTEST:
        raise NoFactsError
    first_on = queries.first_day(work, clock)
    check_day(since_on, field="since_on", first_on=first_on, last_on=work.today)
    one = _add(work, clock, request, since_on, why.strip())
    _say_declared(work, clock, request, one)
    return one


def _add(
    work: UnitOfWork, clock: Clock, request: Suspension, since_on: date, why: str
) -> SuspensionOver:
    clock.state = advance_clock(clock.state, ClockMove.DECLARE)
    add_event(
        work,
        clock,
        ClockMove.DECLARE,
        clocks.runs_for(work, clock),
        why=why,
        reason=request.reason,
        happened_at=None if since_on == work.today else end_of(since_on),
    )
    rules = regulations.current().by_id(clock.regulation_id)
    days = rules.integer("suspension.confirm_working_days")
    answer_by_at = provisional_calendar().due_at(work.today, days)
    one = SuspensionOver(
        suspension_id=request.id,
        declared_by_org_id=work.org_id,
        declared_at=work.now,
        since_on=since_on,
        event_id=clocks.events_of(work, clock)[-1].id,
        why=why,
        state=OverState.DECLARED,
        answer_by_at=answer_by_at,
        next_check_at=answer_by_at,
    )
    work.session.add(one)
    work.session.flush()
    return one


def _say_declared(work: UnitOfWork, clock: Clock, request: Suspension, one: SuspensionOver) -> None:
    tell_side(
        work,
        clock,
        OVER_DECLARED,
        request.requested_by_org_id,
        page=f"/over/{one.id}/answer",
        once=f"over:{one.id}:declared",
        since=one.since_on,
        reason=request.reason,
        by=one.answer_by_at,
    )
    work.record(
        OverDeclared(
            clock=log_name(clock),
            reason=request.reason,
            since_on=one.since_on,
            answer_by_at=one.answer_by_at,
        )
    )


def answer(work: UnitOfWork, clock: Clock, over_id: int, *, agree: bool, words: str) -> None:
    """Agree that the cause is over, or dispute it: the side that had asked for the suspension.

    Raises:
        MissingError: The actor is not that side.
        AnswerLateError: Its time is over; the operator decides.
        IllegalOverMoveError: It was answered.
        NoAnswerError: It is disputed without a reason.
    """
    one, request = queries.one_of(work, clock, over_id)
    if request.requested_by_org_id != work.org_id:
        raise MissingError
    settle(work, clock)
    silent = one.answer is None and one.state is OverState.ESCALATED
    if silent or (one.state is OverState.DECLARED and work.now >= one.answer_by_at):
        raise AnswerLateError
    to = advance(one.state, OverMove.AGREE if agree else OverMove.DISPUTE)
    one.answer = words_of_answer(words, agree=agree)
    one.answered_at, one.answered_by_id = work.now, work.user_id
    _close(work, clock, request, one, to)


def decide(work: UnitOfWork, clock: Clock, over_id: int, *, agree: bool, words: str) -> None:
    """Decide what was disputed or left unanswered: the operator.

    Raises:
        AnswerEarlyError: The side that had asked still has time; it says until when.
        IllegalOverMoveError: It is decided.
        NoGroundsError: It is decided without a reason.
    """
    settle(work, clock)
    one, request = queries.one_of(work, clock, over_id)
    if one.state is OverState.DECLARED:
        if work.now < one.answer_by_at:
            raise AnswerEarlyError(one.answer_by_at)
        one.state = advance(one.state, OverMove.LAPSE)
    to = advance(one.state, OverMove.GRANT if agree else OverMove.REFUSE)
    one.decision = grounds_of(words)
    one.decided_at, one.decided_by_id = work.now, work.user_id
    _close(work, clock, request, one, to)


def lapse(work: UnitOfWork, over_id: int) -> int:
    """Leave to the operator what was not answered in time; return whether there was one."""
    suspension_id = work.session.get_one(SuspensionOver, over_id).suspension_id
    clock_id = work.session.get_one(Suspension, suspension_id).clock_id
    clock = clocks.locked(work, clock_id)
    one = work.session.get_one(SuspensionOver, over_id, populate_existing=True)
    if one.state is not OverState.DECLARED or work.now < one.answer_by_at:
        return 0
    settle(work, clock)
    request = clocks.suspension(work, clock, suspension_id)
    move = OverMove.LAPSE if _at_stake(work, clock, one) else OverMove.OVERTAKE
    _close(work, clock, request, one, advance(one.state, move))
    return 1


def _at_stake(work: UnitOfWork, clock: Clock, one: SuspensionOver) -> bool:
    """Whether any time passed between the declared day and the end of the suspension."""
    until_at = queries.stood_until(work, clock, one) or work.now
    ruler = clocks.ruler_of(clock)
    return ruler.between(queries.event_of(work, one).happened_at, until_at) > 0


def _close(
    work: UnitOfWork, clock: Clock, request: Suspension, one: SuspensionOver, to: OverState
) -> None:
    one.state, one.next_check_at = to, None
    if to is OverState.GRANTED:
        _give_days(work, clock, request, one)
    for org_id in {clock.holder_org_id, clock.other_org_id}:
        tell_side(
            work,
            clock,
            OVER_ANSWERED,
            org_id,
            once=f"over:{one.id}:{one.state}:{org_id}",
            since=one.since_on,
            reason=request.reason,
            state=one.state,
        )
    work.record(
        OverAnswered(
            clock=log_name(clock),
            reason=request.reason,
            since_on=one.since_on,
            state=one.state,
        )
    )


def _give_days(work: UnitOfWork, clock: Clock, request: Suspension, one: SuspensionOver) -> None:
    """Let the clock go on, and give the days since the declared one to the holder's account."""
    if request.state is SuspensionState.RUNNING:
        end_suspension(work, clock, request, work.now, ENDED)
    from_at = queries.event_of(work, one).happened_at
    until_at = queries.stood_until(work, clock, one) or work.now
    request.until_on = last_day_before(from_at)
    correction = Correction(from_at, until_at, RESPONSIBLE[request.reason], clock.holder)
    earlier = corrections_of(clocks.events_of(work, clock))
    reassign(work, clock, correction, CORRECTED)
    for further in followed(earlier, correction):
        reassign(work, clock, further, FOLLOWED)
    ladder.deal(work, clock)
