"""What happens to clocks. Each action adds an event, and says so in the journal."""

from datetime import date, datetime

from market import regulations
from market.calendar import UnknownYearError, default_calendar, end_of
from market.clock import beijing
from market.clocks import queries
from market.clocks.journal import ClockMoved, SuspensionAnswered
from market.clocks.model import Clock, ClockEvent, Suspension
from market.clocks.rules import (
    RESPONSIBLE,
    CardStage,
    ClockMove,
    ClockState,
    EventOrderError,
    IllegalClockMoveError,
    Party,
    Segment,
    SuspensionReason,
    SuspensionState,
    advance,
    check_suspension,
    reaches_on,
    yellow_threshold,
)
from market.db import UnitOfWork
from market.errors import MarketError, SeparationOfDutiesError, msgid
from market.regulations import Regulation


class NoEvidenceError(MarketError):
    """A suspension needs its facts."""

    sentence = msgid("请写明挂起的事实和依据（至少 10 个字），将对外公开。")

    def __init__(self) -> None:
        super().__init__(field="evidence")


EVIDENCE_SHORTEST = 10


def start(
    work: UnitOfWork,
    *,
    subject: str,
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
    return clock


def hand_to(work: UnitOfWork, clock: Clock, party: Party, why: str) -> None:
    """Let time pass on another account from now on, such as the owner's during a check."""
    clock.state = advance(clock.state, ClockMove.HAND)
    _add_event(work, clock, ClockMove.HAND, party, why=why)


def stop(work: UnitOfWork, clock: Clock, why: str) -> None:
    """Stop a clock; an open request to suspend it ends with it."""
    _end_suspensions(work, clock)
    clock.state = advance(clock.state, ClockMove.STOP)
    _add_event(work, clock, ClockMove.STOP, None, why=why)


def reopen(work: UnitOfWork, clock: Clock, party: Party, why: str) -> None:
    """Start a stopped clock again, on the account of ``party``."""
    clock.state = advance(clock.state, ClockMove.REOPEN)
    _add_event(work, clock, ClockMove.REOPEN, party, why=why)


def request_suspension(
    work: UnitOfWork, clock: Clock, reason: SuspensionReason, evidence: str, working_days: int
) -> Suspension:
    """Ask the other side to agree to a suspension (挂起).

    Raises:
        NoEvidenceError: The facts are missing.
        SuspensionCapError: The days exceed a cap.
        IllegalClockMoveError: The clock does not run, or another request is open.
    """
    advance(clock.state, ClockMove.SUSPEND)
    open_ = {SuspensionState.REQUESTED, SuspensionState.ESCALATED, SuspensionState.RUNNING}
    if any(s.state in open_ for s in queries.suspensions_of(work, clock)):
        raise IllegalClockMoveError
    if len(evidence.strip()) < EVIDENCE_SHORTEST:
        raise NoEvidenceError
    rules = regulations.current().by_id(clock.regulation_id)
    check_suspension(
        working_days=working_days,
        used_reason=queries.used_by_suspensions(work, clock, reason),
        used=queries.used_by_suspensions(work, clock),
        cap_per_reason=rules.integer("suspension.cap_working_days_per_reason"),
        cap_total=clock.limit_working_days
        * rules.integer("suspension.cap_percent_of_limit")
        // 100,
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
    work.session.flush()
    return request


def answer_suspension(
    work: UnitOfWork, clock: Clock, request: Suspension, *, agree: bool, answer: str
) -> None:
    """Agree to or refuse a suspension: the other side, or the operator once it was silent.

    Raises:
        SeparationOfDutiesError: The side that asked answers itself.
        IllegalClockMoveError: The request has been answered, or the clock does not run.
    """
    if request.state not in {SuspensionState.REQUESTED, SuspensionState.ESCALATED}:
        raise IllegalClockMoveError
    if request.requested_by_org_id == work.actor.org_id:
        raise SeparationOfDutiesError(msgid("申请方"), msgid("确认方"))
    request.answered_by_org_id = work.org_id
    request.answered_at = work.now
    request.answer = answer.strip()
    if agree:
        _suspend(work, clock, request)
    else:
        request.state = SuspensionState.REFUSED
        request.next_check_at = None
    _record_answer(work, clock, request)


def escalate(work: UnitOfWork, clock: Clock, request: Suspension) -> None:
    """Leave a request that was not answered in time to the operator."""
    request.state = SuspensionState.ESCALATED
    request.next_check_at = None
    _record_answer(work, clock, request)


def resume(work: UnitOfWork, clock: Clock, request: Suspension, at: datetime, why: str) -> None:
    """End a suspension: time passes again on the account it came from."""
    if request.state is not SuspensionState.RUNNING:
        raise IllegalClockMoveError
    request.state = SuspensionState.ENDED
    request.next_check_at = None
    clock.state = advance(clock.state, ClockMove.RESUME)
    _add_event(work, clock, ClockMove.RESUME, clock.holder, why=why, happened_at=at)


def plan_next(work: UnitOfWork, clock: Clock) -> None:
    """Work out when the next rung of the ladder is reached.

    The deadline itself must be known. A rung beyond it that falls into a year without a notice
    waits: it is worked out again when the sweep comes by, a day later.
    """
    segments = queries.segments_of(queries.events_of(work, clock))
    due = reaches_on(segments, clock.holder, clock.limit_working_days, default_calendar())
    if clock.state is not ClockState.RUNNING or due is None:
        clock.due_at = clock.next_check_at = clock.next_stage = None
        return
    clock.due_at = end_of(due)
    dealt = {card.stage for card in queries.cards_of(work, clock)}
    clock.next_stage = next((stage for stage in CardStage if stage not in dealt), None)
    if clock.next_stage is None:
        clock.next_check_at = None
        return
    rules = regulations.current().by_id(clock.regulation_id)
    try:
        clock.next_check_at = _reached_at(clock, clock.next_stage, segments, due, rules)
    except UnknownYearError:
        if clock.next_stage in {CardStage.YELLOW, CardStage.RED}:
            raise
        clock.next_check_at = end_of(work.today)


def _reached_at(
    clock: Clock, stage: CardStage, segments: list[Segment], due: date, rules: Regulation
) -> datetime:
    """Return the instant at which a rung is reached if time goes on as it does now."""
    calendar = default_calendar()
    match stage:
        case CardStage.YELLOW:
            threshold = yellow_threshold(
                clock.limit_working_days,
                rules.integer("clock.yellow_percent_left"),
                rules.integer("clock.yellow_working_days_left"),
            )
            used = clock.limit_working_days - threshold
            return beijing(reaches_on(segments, clock.holder, used, calendar) or due)
        case CardStage.RED:
            late = rules.integer("clock.red_after_working_days")
        case CardStage.SUPERVISE:
            late = rules.integer("clock.supervise_overdue_working_days")
        case CardStage.REFER:
            late = rules.integer("clock.refer_overdue_working_days")
    return end_of(calendar.add_working_days(due, late))


def _suspend(work: UnitOfWork, clock: Clock, request: Suspension) -> None:
    until_on = default_calendar().add_working_days(work.today, request.working_days)
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


def _end_suspensions(work: UnitOfWork, clock: Clock) -> None:
    for request in queries.suspensions_of(work, clock):
        if request.state in {SuspensionState.REQUESTED, SuspensionState.ESCALATED}:
            request.state = SuspensionState.REFUSED
        elif request.state is SuspensionState.RUNNING:
            request.state = SuspensionState.ENDED
        request.next_check_at = None


def _record_answer(work: UnitOfWork, clock: Clock, request: Suspension) -> None:
    work.record(
        SuspensionAnswered(
            clock=clock.subject,
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
    plan_next(work, clock)
    work.record(
        ClockMoved(
            clock=clock.subject,
            move=kind,
            party=party,
            reason=reason,
            happened_at=at,
            due_at=clock.due_at,
        )
    )
