"""Suspending a clock (挂起): asked by one side, answered by the other, ended by time or early."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Final

from market import regulations
from market.calendar import end_of, provisional_calendar
from market.clocks import asking, ladder, proofs, queries
from market.clocks.actions.moving import reassign
from market.clocks.actions.record import (
    add_event,
    grounds_of,
    log_name,
    other_side,
    placed,
    require_suspendable,
    tell_side,
    words_of_answer,
)
from market.clocks.actions.settling import EXPIRED, end_suspension, settle
from market.clocks.actions.telling import say_answered
from market.clocks.appeal.rules import UnheardError
from market.clocks.errors import (
    AnswerEarlyError,
    AnswerLateError,
    NoEvidenceError,
    NoProofError,
    UnknownReasonError,
)
from market.clocks.journal import SuspensionRequested
from market.clocks.messages import SUSPENSION_ASKED
from market.clocks.model import Clock, Suspension
from market.clocks.replay import Correction
from market.clocks.rules import (
    RESPONSIBLE,
    ClockMove,
    EventOrderError,
    NotHoldersTimeError,
    OthersTimeError,
    SuspensionMove,
    SuspensionReason,
    SuspensionState,
    advance,
    advance_suspension,
    check_suspension,
)
from market.clocks.times import reasons_of, times_of
from market.db import UnitOfWork
from market.errors import MissingError, SeparationOfSidesError, msgid
from market.files import StoredFile
from market.plain import seen, visible

EVIDENCE_SHORTEST: Final = 10


def request_suspension(
    work: UnitOfWork,
    clock: Clock,
    reason: SuspensionReason,
    evidence: str,
    working_days: int,
    *,
    proof: StoredFile | None = None,
) -> Suspension:
    """Ask the other side to agree to a suspension (挂起).

    Raises:
        NotSuspendableError: Clocks of this kind run without a break.
        UnknownReasonError: The clock's rules do not know the reason.
        NoEvidenceError: The facts are missing.
        NoProofError: The reason is one that a file must prove, and there is none.
        SuspensionCapError: The days exceed a cap.
        RequestOpenError: Another request is open, or a suspension runs.
        AskedAgainError: The like was refused too often, and it is too soon.
        NotHoldersTimeError: Time passes on the other side's account already.
        IllegalClockMoveError: The clock does not run.
    """
    _side(work, clock)
    require_suspendable(clock)
    settle(work, clock)
    _check_asked(work, clock, reason)
    advance(clock.state, ClockMove.SUSPEND)
    _holders_time(work, clock)
    _check_evidence(clock, reason, evidence, proof)
    rules = regulations.current().by_id(clock.regulation_id)
    caps = queries.caps_of(work, clock, reason)
    check_suspension(
        working_days=working_days,
        used_reason=caps.used_reason,
        used=caps.used,
        cap_per_reason=caps.per_reason,
        cap_total=caps.total,
    )
    answer_by_at = provisional_calendar().due_at(
        work.today, rules.integer("suspension.confirm_working_days")
    )
    request = Suspension(
        clock_id=clock.id,
        requested_by_org_id=work.org_id,
        requested_at=work.now,
        reason=reason,
        evidence=visible(evidence),
        file_id=proof.id if proof else None,
        working_days=working_days,
        state=SuspensionState.REQUESTED,
        answer_by_at=answer_by_at,
        next_check_at=answer_by_at,
    )
    work.session.add(request)
    work.session.flush()
    _say_asked(work, clock, request, proof)
    return request


def _check_asked(work: UnitOfWork, clock: Clock, reason: SuspensionReason) -> None:
    """Refuse a request beside another, and one that was refused too often to be made at once."""
    asked = queries.suspensions_of(work, clock)
    asking.none_open(asked)
    refused = [
        s.answered_at
        for s in asked
        if s.state is SuspensionState.REFUSED
        and (s.reason, s.requested_by_org_id) == (reason, work.org_id)
        and s.answered_at is not None
    ]
    asking.check(work, clock, refused)


def _check_evidence(
    clock: Clock, reason: SuspensionReason, evidence: str, proof: StoredFile | None
) -> None:
    if reason not in reasons_of(clock):
        raise UnknownReasonError
    if seen(evidence) < EVIDENCE_SHORTEST:
        raise NoEvidenceError
    if proof is None and reason in proofs.due_for(clock):
        raise NoProofError


def _say_asked(
    work: UnitOfWork, clock: Clock, request: Suspension, proof: StoredFile | None
) -> None:
    tell_side(
        work,
        clock,
        SUSPENSION_ASKED,
        other_side(clock, work.org_id),
        page=f"/suspensions/{request.id}/answer",
        once=f"suspension:{request.id}:asked",
        days=request.working_days,
        reason=request.reason,
        by=request.answer_by_at,
    )
    work.record(
        SuspensionRequested(
            clock=log_name(clock),
            reason=request.reason,
            working_days=request.working_days,
            answer_by_at=request.answer_by_at,
            file_digest=proof.digest if proof else None,
        )
    )


def answer_suspension(
    work: UnitOfWork, clock: Clock, request: Suspension, *, agree: bool, answer: str
) -> None:
    """Agree to or refuse a suspension: the other side, or the operator once it was silent.

    Raises:
        SeparationOfSidesError: The side that asked answers itself.
        AnswerLateError: The other side answers after its time; the operator decides.
        AnswerEarlyError: The operator answers before that.
        UnheardError: The operator answers an appeal on which the other side is not heard yet.
        NoAnswerError: It is refused without a reason.
        NoGroundsError: The operator decides without one.
        IllegalClockMoveError: The request has been answered, or the clock does not run.
        UnknownYearError: The calendar does not know when the suspension would end.
    """
    settle(work, clock)
    to = advance_suspension(request.state, SuspensionMove.GRANT if agree else SuspensionMove.REFUSE)
    if request.requested_by_org_id == work.org_id:
        raise SeparationOfSidesError(msgid("申请方"), msgid("确认方"))
    of_clock = work.org_id in {clock.holder_org_id, clock.other_org_id}
    if of_clock and request.state is SuspensionState.ESCALATED:
        raise AnswerLateError
    if not of_clock and request.state is SuspensionState.REQUESTED:
        raise AnswerEarlyError(request.answer_by_at)
    if not of_clock:
        _check_heard(work, request)
    words = words_of_answer(answer, agree=agree) if of_clock else grounds_of(answer)
    request.answered_by_org_id = work.org_id
    request.answered_at = work.now
    request.answer = words
    since = [] if of_clock or not agree else _since(work, clock, request)
    if agree:
        _suspend(work, clock, request, since, by_side=of_clock)
    else:
        request.state = to
        request.next_check_at = None
        if of_clock:
            days = times_of(clock).integer("suspension.appeal_working_days")
            request.appeal_by_at = provisional_calendar().due_at(work.today, days)
    say_answered(work, clock, request)
    if agree:
        _catch_up(work, clock, request, since)


def _check_heard(work: UnitOfWork, request: Suspension) -> None:
    """Refuse to decide an appeal before the other side spoke to it, or let its time pass."""
    by_at = request.rejoin_by_at
    if by_at is not None and request.rejoined_at is None and work.now < by_at:
        raise UnheardError(by_at)


def resume(
    work: UnitOfWork,
    clock: Clock,
    request: Suspension,
    why: str,
    *,
    happened_at: datetime | None = None,
) -> None:
    """End a suspension early: the side that asked for it may, at any time.

    Args:
        work: Who ends it.
        clock: The clock that stands still.
        request: Its suspension.
        why: What has changed.
        happened_at: Since when it could go on, if that was earlier than now.

    Raises:
        EventOrderError, LateEntryError: It cannot have been over then.
        OthersTimeError: The days since would be the other side's, which did not know of it.
        MissingError: The other side asked for it.
        IllegalClockMoveError: It does not run.
    """
    settle(work, clock)
    if request.requested_by_org_id != work.org_id:
        raise MissingError
    advance_suspension(request.state, SuspensionMove.END)
    if happened_at is not None and happened_at > work.now:
        raise EventOrderError
    if happened_at is not None and clock.holder_org_id != work.org_id:
        raise OthersTimeError
    at = happened_at or work.now
    end_suspension(work, clock, request, at, why.strip() or msgid("提前恢复"))
    ladder.deal(work, clock)  # What was reached meanwhile, if it is entered late.


def _suspend(
    work: UnitOfWork,
    clock: Clock,
    request: Suspension,
    since: Sequence[Correction],
    *,
    by_side: bool,
) -> None:
    """Let a clock stand still for the days asked for, since the request if the operator decides.

    Nobody gains by silence: whoever is responsible has the time since the request. Nor does who
    asked: those days, and what it is given for the time ``since``, are part of what was asked for,
    and no more is granted (docs/adr/0120).
    That a card was dealt meanwhile shows beside it (docs/adr/0059).
    """
    _holders_time(work, clock)
    begins_at = work.now if by_side else placed(work, clock, request.requested_at)
    until_on = queries.stands_until(clock, request, begins_at, queries.given(clock, since))
    request.state = advance_suspension(request.state, SuspensionMove.GRANT)
    request.until_on = until_on
    request.next_check_at = end_of(until_on)
    clock.state = advance(clock.state, ClockMove.SUSPEND)
    add_event(
        work,
        clock,
        ClockMove.SUSPEND,
        RESPONSIBLE[request.reason],
        why=request.evidence[:500],
        reason=request.reason,
        happened_at=begins_at,
        by_time=not by_side,
    )


def _catch_up(
    work: UnitOfWork, clock: Clock, request: Suspension, since: Sequence[Correction]
) -> None:
    """Let a clock go on by which as many days are over as were asked for, and give what is due."""
    if request.next_check_at is not None and request.next_check_at <= work.now:
        at = placed(work, clock, request.next_check_at)
        end_suspension(work, clock, request, at, EXPIRED, by_time=True)
    for one in since:
        reassign(work, clock, one, request.evidence[:500])
    ladder.deal(work, clock)


def _since(work: UnitOfWork, clock: Clock, request: Suspension) -> list[Correction]:
    """Return what the holder used between the request and the last event, of the days asked for.

    It is the responsible side's. The suspension begins with that event if the clock was away
    meanwhile; whose that time is, is decided elsewhere (docs/adr/0118).
    """
    found: list[Correction] = []
    holder, to = clock.holder, RESPONSIBLE[request.reason]
    events = queries.events_of(work, clock)
    whose = pairwise(zip(events, queries.segments_of(clock, events), strict=True))
    for (event, segment), (after, _) in whose:
        was_holders = event.party is segment.party is holder is not to
        if was_holders and request.requested_at <= event.happened_at < after.happened_at:
            one = Correction(event.happened_at, after.happened_at, holder, to)
            if queries.given(clock, [*found, one]) <= request.working_days:
                found.append(one)
    return found


def _side(work: UnitOfWork, clock: Clock) -> None:
    if work.org_id not in {clock.holder_org_id, clock.other_org_id}:
        raise MissingError


def _holders_time(work: UnitOfWork, clock: Clock) -> None:
    if queries.events_of(work, clock)[-1].party is not clock.holder:
        raise NotHoldersTimeError
