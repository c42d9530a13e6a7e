"""Taking a refused suspension to the operator: nobody who would bear the days has the last word.

It goes where a request goes that the other side left unanswered (docs/adr/0103).
"""

from datetime import datetime
from typing import Final

from market.calendar import provisional_calendar
from market.clock import beijing_day
from market.clocks import queries
from market.clocks.actions.record import OPEN, other_side, say_answered, tell_side
from market.clocks.actions.settling import settle
from market.clocks.appeal.rules import AppealShortError, check_appeal
from market.clocks.errors import RequestOpenError
from market.clocks.messages import SUSPENSION_APPEALED
from market.clocks.model import Clock, Suspension
from market.clocks.rules import (
    ClockMove,
    NotHoldersTimeError,
    SuspensionMove,
    SuspensionState,
    advance,
    advance_suspension,
    check_suspension,
)
from market.clocks.times import times_of
from market.db import UnitOfWork
from market.errors import MissingError
from market.reasons import long_enough

WHY_SHORTEST: Final = 10


def appeal_by(clock: Clock, request: Suspension) -> datetime:
    """Return until when the operator may be asked about a refusal; no notice makes it earlier."""
    if request.appeal_by_at is not None:
        return request.appeal_by_at
    days = times_of(clock).integer("suspension.appeal_working_days")
    answered_at = request.answered_at or request.requested_at
    return provisional_calendar().due_at(beijing_day(answered_at), days)


def appeal(work: UnitOfWork, clock: Clock, request: Suspension, why: str) -> None:
    """Ask the operator to decide what the other side refused; its refusal is kept.

    Raises:
        MissingError: The other side had asked for the suspension.
        AppealedError: The other side did not refuse it, or the operator was asked before.
        AppealLateError: It is too late.
        RequestOpenError: Another request is open, or a suspension runs.
        SuspensionCapError: Other suspensions have used the days since.
        AppealShortError: It does not say why the refusal is wrong.
        NotHoldersTimeError: Time passes on the other side's account already.
        IllegalClockMoveError: The clock does not run.
    """
    if request.requested_by_org_id != work.org_id:
        raise MissingError
    settle(work, clock)
    check(work, clock, request)
    advance(clock.state, ClockMove.SUSPEND)
    if queries.runs_for(work, clock) is not clock.holder:
        raise NotHoldersTimeError
    words = long_enough(why, WHY_SHORTEST, AppealShortError)
    request.state = advance_suspension(request.state, SuspensionMove.APPEAL)
    request.refused_at, request.refusal = request.answered_at, request.answer
    request.answered_at = request.answered_by_org_id = request.answer = None
    request.appealed_at, request.appeal = work.now, words
    say_answered(work, clock, request)
    tell_side(
        work,
        clock,
        SUSPENSION_APPEALED,
        other_side(clock, work.org_id),
        once=f"suspension:{request.id}:appealed",
        reason=request.reason,
    )


def check(work: UnitOfWork, clock: Clock, request: Suspension) -> None:
    """Refuse what cannot be taken to the operator now; the page asks as well.

    Raises:
        AppealedError, AppealLateError, RequestOpenError, SuspensionCapError: As ``appeal``.
    """
    check_appeal(
        request.state,
        by_side=request.answered_by_org_id in {clock.holder_org_id, clock.other_org_id},
        appealed=request.appealed_at is not None,
        now=work.now,
        by_at=appeal_by(clock, request),
    )
    others = queries.suspensions_of(work, clock)
    if any(one.state in {*OPEN, SuspensionState.RUNNING} for one in others):
        raise RequestOpenError
    caps = queries.caps_of(work, clock, request.reason)
    check_suspension(
        working_days=request.working_days,
        used_reason=caps.used_reason,
        used=caps.used,
        cap_per_reason=caps.per_reason,
        cap_total=caps.total,
    )
