"""Who is told what became of a request to suspend: whoever asked, and of a ruling both sides."""

from market.accounts.queries import organisation
from market.clocks import queries
from market.clocks.actions.record import log_name, tell_side
from market.clocks.appeal.terms import appeal_by
from market.clocks.journal import SuspensionAnswered
from market.clocks.messages import (
    SUSPENSION_ANSWERED,
    SUSPENSION_LEFT,
    SUSPENSION_REFUSED,
    SUSPENSION_RULED,
)
from market.clocks.model import Clock, Suspension
from market.clocks.rules import SuspensionState
from market.db import UnitOfWork


def say_answered(work: UnitOfWork, clock: Clock, request: Suspension) -> None:
    """Tell the log, and the sides, what became of a request to suspend."""
    _tell(work, clock, request)
    work.record(
        SuspensionAnswered(
            clock=log_name(clock),
            reason=request.reason,
            working_days=request.working_days,
            state=request.state,
        )
    )


def is_ruled(clock: Clock, request: Suspension) -> bool:
    """Say whether the operator answered a request, and not the other side."""
    sides = {None, clock.holder_org_id, clock.other_org_id}
    return request.answered_by_org_id not in sides


def _tell(work: UnitOfWork, clock: Clock, request: Suspension) -> None:
    if is_ruled(clock, request):
        _tell_ruling(work, clock, request)
    elif request.state is SuspensionState.REFUSED:
        _tell_refusal(work, clock, request)
    elif request.state is not SuspensionState.ESCALATED:
        tell_side(
            work,
            clock,
            SUSPENSION_ANSWERED,
            request.requested_by_org_id,
            once=_once(request),
            reason=request.reason,
            state=request.state,
        )
    elif request.appealed_at is None:  # Whoever appealed need not be told of it.
        tell_side(
            work,
            clock,
            SUSPENSION_LEFT,
            request.requested_by_org_id,
            once=_once(request),
            reason=request.reason,
            by=queries.decide_by(clock, request),
        )


def _tell_refusal(work: UnitOfWork, clock: Clock, request: Suspension) -> None:
    # While the term does not run it is told when it ends at the earliest.
    by_at = appeal_by(work, clock, request) or request.appeal_by_at
    tell_side(
        work,
        clock,
        SUSPENSION_REFUSED,
        request.requested_by_org_id,
        page=f"/suspensions/{request.id}/appeal",
        once=_once(request),
        reason=request.reason,
        why=request.answer,
        by=by_at,
    )


def _tell_ruling(work: UnitOfWork, clock: Clock, request: Suspension) -> None:
    for org_id in (clock.holder_org_id, clock.other_org_id):
        tell_side(
            work,
            clock,
            SUSPENSION_RULED,
            org_id,
            once=f"{_once(request)}:{org_id}",
            days=request.working_days,
            reason=request.reason,
            state=request.state,
            why=request.answer,
            who=organisation(work, request.answered_by_org_id or 0).name,
        )


def _once(request: Suspension) -> str:
    return f"suspension:{request.id}:{request.state}{':appealed' * bool(request.appealed_at)}"
