"""What happens to clocks. Each action adds an event, and says so in the journal.

Time comes first: before a person's deed takes effect, ``settle`` does what was due until then,
so that nobody gains from a sweep that is late by a second or by days.
"""

from datetime import datetime
from typing import Final

from market import regulations
from market.calendar import default_calendar, end_of
from market.clocks import ladder, queries
from market.clocks.journal import ClockMoved, SuspensionAnswered, SuspensionRequested
from market.clocks.model import Clock, ClockEvent, Suspension
from market.clocks.rules import (
    RESPONSIBLE,
    ClockMove,
    ClockState,
    EventOrderError,
    IllegalClockMoveError,
    NotHoldersTimeError,
    Party,
    SuspensionReason,
    SuspensionState,
    advance,
    check_suspension,
    reaches_on,
)
from market.db import UnitOfWork
from market.errors import MarketError, MissingError, SeparationOfDutiesError, msgid
from market.regulations import Regulation

EVIDENCE_SHORTEST: Final = 10
ANSWER_SHORTEST: Final = 5
OPEN: Final = frozenset({SuspensionState.REQUESTED, SuspensionState.ESCALATED})


class NoEvidenceError(MarketError):
    """A suspension needs its facts."""

    sentence = msgid("请写明挂起的事实和依据（至少 10 个字），将对外公开。")

    def __init__(self) -> None:
        super().__init__(field="evidence")


class NoAnswerError(MarketError):
    """A refusal needs a reason."""

    sentence = msgid("不同意的，请写明理由（至少 5 个字），将对外公开。")

    def __init__(self) -> None:
        super().__init__(field="answer")


class RequestOpenError(MarketError):
    """One request is answered before the next is made."""

    sentence = msgid("已有一项挂起申请或挂起未结束。请等它有了结果再申请。")


class AnswerLateError(MarketError):
    """The other side let its time to answer pass."""

    sentence = msgid("确认期限已过，此申请已转由运营机构决定。如有意见，请联系运营机构。")


class AnswerEarlyError(MarketError):
    """The operator decides only after the other side was silent."""

    sentence = msgid("对方仍在确认期限内。到期未答复的，再由运营机构决定。")


def start(
    work: UnitOfWork,
    *,
    subject: str,
    number: str,
    title: str,
    holder: Party,
    holder_org_id: int,
    other_org_id: int,
    limit_working_days: int,
    regulation: Regulation,
    happened_at: datetime | None = None,
) -> Clock:
    """Start a clock; the day after is day 1.

    Raises:
        UnknownYearError: The deadline would lie in a year without a notice: none is issued.
        EventOrderError: The start lies in the future.
    """
    clock = Clock(
        subject=subject,
        number=number,
        title=title,
        holder=holder,
        holder_org_id=holder_org_id,
        other_org_id=other_org_id,
        limit_working_days=limit_working_days,
        regulation_id=regulation.id,
        state=ClockState.RUNNING,
    )
    work.session.add(clock)
    work.session.flush()
    _add_event(work, clock, "start", holder, why="", happened_at=happened_at)
    segments = queries.segments_of(queries.events_of(work, clock))
    reaches_on(segments, holder, limit_working_days, default_calendar())
    return clock


def settle(work: UnitOfWork, clock: Clock) -> int:
    """Lock a clock and do what time has done to it by now; return how much that was.

    A suspension that is over ends at its end, a request without an answer goes to the operator,
    and every card whose rung was reached is dealt.
    """
    queries.locked(work, clock.id)
    done = 0
    for request in queries.suspensions_of(work, clock):
        if request.next_check_at is None or request.next_check_at > work.now:
            continue
        if request.state is SuspensionState.RUNNING:
            # The end was fixed when it was granted: a sweep that comes late gives no day away.
            _resume(work, clock, request, request.next_check_at, msgid("挂起期满，自动恢复"))
        else:
            request.state = SuspensionState.ESCALATED
            request.next_check_at = None
            _record_answer(work, clock, request)
        done += 1
    return done + ladder.deal(work, clock)


def hand_to(work: UnitOfWork, clock: Clock, party: Party, why: str) -> None:
    """Let time pass on another account from now on, such as the owner's during a check.

    Raises:
        ClockSuspendedError: It must be resumed first.
    """
    settle(work, clock)
    clock.state = advance(clock.state, ClockMove.HAND)
    _end_requests(work, clock)
    _add_event(work, clock, ClockMove.HAND, party, why=why)


def stop(work: UnitOfWork, clock: Clock, why: str, *, happened_at: datetime | None = None) -> None:
    """Stop a clock; an open request to suspend it ends with it."""
    settle(work, clock)
    clock.state = advance(clock.state, ClockMove.STOP)
    _end_requests(work, clock)
    _add_event(work, clock, ClockMove.STOP, None, why=why, happened_at=happened_at)


def reopen(work: UnitOfWork, clock: Clock, party: Party, why: str) -> None:
    """Start a stopped clock again, on the account of ``party``."""
    settle(work, clock)
    clock.state = advance(clock.state, ClockMove.REOPEN)
    _add_event(work, clock, ClockMove.REOPEN, party, why=why)


def request_suspension(
    work: UnitOfWork, clock: Clock, reason: SuspensionReason, evidence: str, working_days: int
) -> Suspension:
    """Ask the other side to agree to a suspension (挂起).

    Raises:
        NoEvidenceError: The facts are missing.
        SuspensionCapError: The days exceed a cap.
        RequestOpenError: Another request is open, or a suspension runs.
        NotHoldersTimeError: Time passes on the other side's account already.
        IllegalClockMoveError: The clock does not run.
    """
    _side(work, clock)
    settle(work, clock)
    if any(
        s.state in {*OPEN, SuspensionState.RUNNING} for s in queries.suspensions_of(work, clock)
    ):
        raise RequestOpenError
    advance(clock.state, ClockMove.SUSPEND)
    _holders_time(work, clock)
    if len(evidence.strip()) < EVIDENCE_SHORTEST:
        raise NoEvidenceError
    rules = regulations.current().by_id(clock.regulation_id)
    caps = queries.caps_of(work, clock, reason)
    check_suspension(
        working_days=working_days,
        used_reason=caps.used_reason,
        used=caps.used,
        cap_per_reason=caps.per_reason,
        cap_total=caps.total,
    )
    answer_by_at = default_calendar().due_at(
        work.today, rules.integer("suspension.confirm_working_days")
    )
    request = Suspension(
        clock_id=clock.id,
        requested_by_org_id=work.org_id,
        requested_at=work.now,
        reason=reason,
        evidence=evidence.strip(),
        working_days=working_days,
        state=SuspensionState.REQUESTED,
        answer_by_at=answer_by_at,
        next_check_at=answer_by_at,
    )
    work.session.add(request)
    work.record(
        SuspensionRequested(
            clock=clock.number,
            reason=reason,
            working_days=working_days,
            answer_by_at=answer_by_at,
        )
    )
    return request


def answer_suspension(
    work: UnitOfWork, clock: Clock, request: Suspension, *, agree: bool, answer: str
) -> None:
    """Agree to or refuse a suspension: the other side, or the operator once it was silent.

    Raises:
        SeparationOfDutiesError: The side that asked answers itself.
        AnswerLateError: The other side answers after its time; the operator decides.
        AnswerEarlyError: The operator answers before that.
        NoAnswerError: It is refused without a reason.
        IllegalClockMoveError: The request has been answered, or the clock does not run.
        UnknownYearError: The calendar does not know when the suspension would end.
    """
    settle(work, clock)
    if request.state not in OPEN:
        raise IllegalClockMoveError
    if request.requested_by_org_id == work.org_id:
        raise SeparationOfDutiesError(msgid("申请方"), msgid("确认方"))
    of_clock = work.org_id in {clock.holder_org_id, clock.other_org_id}
    if of_clock and request.state is SuspensionState.ESCALATED:
        raise AnswerLateError
    if not of_clock and request.state is SuspensionState.REQUESTED:
        raise AnswerEarlyError
    if not agree and len(answer.strip()) < ANSWER_SHORTEST:
        raise NoAnswerError
    request.answered_by_org_id = work.org_id
    request.answered_at = work.now
    request.answer = answer.strip()
    if agree:
        _suspend(work, clock, request)
    else:
        request.state = SuspensionState.REFUSED
        request.next_check_at = None
    _record_answer(work, clock, request)


def resume(work: UnitOfWork, clock: Clock, request: Suspension, why: str) -> None:
    """End a suspension early: the side that asked for it may, at any time.

    Raises:
        MissingError: The other side asked for it.
        IllegalClockMoveError: It does not run.
    """
    settle(work, clock)
    if request.requested_by_org_id != work.org_id:
        raise MissingError
    if request.state is not SuspensionState.RUNNING:
        raise IllegalClockMoveError
    _resume(work, clock, request, work.now, why.strip() or msgid("提前恢复"))


def _resume(work: UnitOfWork, clock: Clock, request: Suspension, at: datetime, why: str) -> None:
    """Let time pass again on the holder's account, which it came from."""
    request.state = SuspensionState.ENDED
    request.next_check_at = None
    request.until_on = queries.last_day_before(at)
    clock.state = advance(clock.state, ClockMove.RESUME)
    _add_event(work, clock, ClockMove.RESUME, clock.holder, why=why, happened_at=at)


def _suspend(work: UnitOfWork, clock: Clock, request: Suspension) -> None:
    _holders_time(work, clock)
    eve = queries.eve_of(work, clock, work.now)
    until_on = default_calendar().add_working_days(eve, request.working_days)
    request.state = SuspensionState.RUNNING
    request.until_on = until_on
    request.next_check_at = end_of(until_on)
    clock.state = advance(clock.state, ClockMove.SUSPEND)
    _add_event(
        work,
        clock,
        ClockMove.SUSPEND,
        RESPONSIBLE[request.reason],
        why=request.evidence[:500],
        reason=request.reason,
    )


def _side(work: UnitOfWork, clock: Clock) -> None:
    if work.org_id not in {clock.holder_org_id, clock.other_org_id}:
        raise MissingError


def _holders_time(work: UnitOfWork, clock: Clock) -> None:
    if queries.events_of(work, clock)[-1].party is not clock.holder:
        raise NotHoldersTimeError


def _end_requests(work: UnitOfWork, clock: Clock) -> None:
    """Close what is still open about suspending: the clock moved on without it."""
    for request in queries.suspensions_of(work, clock):
        if request.state in OPEN:
            request.state = SuspensionState.MOOT
            request.next_check_at = None
            _record_answer(work, clock, request)
        elif request.state is SuspensionState.RUNNING:
            request.state = SuspensionState.ENDED
            request.next_check_at = None
            request.until_on = queries.last_day_before(work.now)


def _record_answer(work: UnitOfWork, clock: Clock, request: Suspension) -> None:
    work.record(
        SuspensionAnswered(
            clock=clock.number,
            reason=request.reason,
            working_days=request.working_days,
            state=request.state,
        )
    )


def _add_event(
    work: UnitOfWork,
    clock: Clock,
    kind: str,
    party: Party | None,
    *,
    why: str,
    reason: SuspensionReason | None = None,
    happened_at: datetime | None = None,
) -> None:
    at = happened_at or work.now
    earlier = queries.events_of(work, clock)
    if at > work.now or (earlier and at < earlier[-1].happened_at):
        raise EventOrderError
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
        )
    )
    work.session.flush()
    ladder.plan_next(work, clock)
    work.record(
        ClockMoved(
            clock=clock.number,
            move=kind,
            party=party,
            reason=reason,
            happened_at=at,
            due_at=clock.due_at,
        )
    )
