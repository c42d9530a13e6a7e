"""Finding the refusals that may be taken to the operator, and the appeals to be heard on."""

from sqlalchemy import or_, select

from market.clocks import queries
from market.clocks.appeal.rules import check_appeal
from market.clocks.appeal.terms import appeal_by
from market.clocks.asking import none_open
from market.clocks.model import Clock, Suspension
from market.clocks.rules import ClockState, SuspensionState, check_suspension
from market.db import UnitOfWork
from market.errors import MarketError


def may_appeal(work: UnitOfWork, clock: Clock, request: Suspension) -> bool:
    """Say whether whoever asked for a suspension may take its refusal to the operator now."""
    if clock.state is not ClockState.RUNNING or queries.runs_for(work, clock) is not clock.holder:
        return False
    try:
        check(work, clock, request)
    except MarketError:
        return False
    return request.requested_by_org_id == work.actor.org_id


def refused_to_us(work: UnitOfWork) -> list[tuple[Suspension, Clock]]:
    """Return the requests of the actor's organisation that the other side refused."""
    rows = work.session.execute(
        select(Suspension, Clock)
        .join(Clock, Clock.id == Suspension.clock_id)
        .where(
            Suspension.requested_by_org_id == work.actor.org_id,
            Suspension.state == SuspensionState.REFUSED,
            Suspension.appealed_at.is_(None),
            Clock.state == ClockState.RUNNING,
        )
        .order_by(Suspension.id)
    )
    return [(request, clock) for request, clock in rows]


def appealed_against_us(work: UnitOfWork) -> list[tuple[Suspension, Clock]]:
    """Return the appeals on which the actor's organisation, which had refused, is to be heard."""
    rows = work.session.execute(
        select(Suspension, Clock)
        .join(Clock, Clock.id == Suspension.clock_id)
        .where(
            Suspension.state == SuspensionState.ESCALATED,
            Suspension.appealed_at.is_not(None),
            Suspension.rejoined_at.is_(None),
            Suspension.requested_by_org_id != work.actor.org_id,
            or_(Clock.holder_org_id == work.actor.org_id, Clock.other_org_id == work.actor.org_id),
        )
        .order_by(Suspension.id)
    )
    return [(request, clock) for request, clock in rows]


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
        by_at=appeal_by(work, clock, request),
    )
    none_open([one for one in queries.suspensions_of(work, clock) if one.id != request.id])
    caps = queries.caps_of(work, clock, request.reason)
    check_suspension(
        working_days=request.working_days,
        used_reason=caps.used_reason,
        used=caps.used,
        cap_per_reason=caps.per_reason,
        cap_total=caps.total,
    )


def waits_for_rejoinder(request: Suspension) -> bool:
    """Say whether the side that had refused may still speak to an appeal."""
    is_asked = request.appealed_at is not None and request.rejoined_at is None
    return is_asked and request.state is SuspensionState.ESCALATED
