"""Taking a refused suspension to the operator: nobody who would bear the days has the last word.

It goes where a request goes that the other side left unanswered (docs/adr/0103).
"""

from typing import Final

from market.clocks import queries
from market.clocks.actions.record import other_side, tell_side
from market.clocks.actions.settling import settle
from market.clocks.actions.telling import say_answered
from market.clocks.appeal import queries as appeals
from market.clocks.appeal.rules import (
    AppealShortError,
    NoAppealError,
    RejoinderShortError,
)
from market.clocks.appeal.terms import rejoin_term
from market.clocks.messages import SUSPENSION_APPEALED, SUSPENSION_REJOINED
from market.clocks.model import Clock, Suspension
from market.clocks.rules import (
    ClockMove,
    NotHoldersTimeError,
    SuspensionMove,
    advance,
    advance_suspension,
)
from market.db import UnitOfWork
from market.errors import MissingError
from market.reasons import long_enough

WHY_SHORTEST: Final = 10


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
    appeals.check(work, clock, request)
    advance(clock.state, ClockMove.SUSPEND)
    if queries.runs_for(work, clock) is not clock.holder:
        raise NotHoldersTimeError
    words = long_enough(why, WHY_SHORTEST, AppealShortError)
    request.state = advance_suspension(request.state, SuspensionMove.APPEAL)
    request.refused_at, request.refusal = request.answered_at, request.answer
    request.answered_at = request.answered_by_org_id = request.answer = None
    request.appealed_at, request.appeal = work.now, words
    request.rejoin_by_at = rejoin_term(clock, work.now)
    say_answered(work, clock, request)
    tell_side(
        work,
        clock,
        SUSPENSION_APPEALED,
        other_side(clock, work.org_id),
        page=f"/suspensions/{request.id}/rejoin",
        once=f"suspension:{request.id}:appealed",
        reason=request.reason,
        why=words,
        by=request.rejoin_by_at,
    )


def rejoin(work: UnitOfWork, clock: Clock, request: Suspension, text: str) -> None:
    """Let the side that had refused speak to the appeal: once, before it is decided.

    Raises:
        MissingError: The actor is not that side.
        NoAppealError: Nobody asked the operator, it has decided, or it was said.
        RejoinderShortError: Nothing is said.
    """
    sides = {clock.holder_org_id, clock.other_org_id} - {request.requested_by_org_id}
    if work.org_id not in sides:
        raise MissingError
    settle(work, clock)
    if not appeals.waits_for_rejoinder(request):
        raise NoAppealError
    request.rejoinder = long_enough(text, WHY_SHORTEST, RejoinderShortError)
    request.rejoined_at = work.now
    tell_side(
        work,
        clock,
        SUSPENSION_REJOINED,
        request.requested_by_org_id,
        once=f"suspension:{request.id}:rejoined",
        reason=request.reason,
        why=request.rejoinder,
    )
