"""The terms of a refusal: to ask the operator about it, and to speak to what was asked."""

from typing import Final

from sqlalchemy import and_

from market.clock import beijing_day
from market.clocks import kinds
from market.clocks.actions.record import other_side
from market.clocks.model import Clock, Suspension
from market.clocks.rules import SuspensionState
from market.clocks.times import times_of
from market.db import UnitOfWork
from market.errors import msgid
from market.holidays.terms import About, Days, Term, declare_term


def _about(work: UnitOfWork, one: Suspension) -> About:
    clock = work.session.get_one(Clock, one.clock_id)
    return _of(clock, one.requested_by_org_id)


def _about_rejoinder(work: UnitOfWork, one: Suspension) -> About:
    clock = work.session.get_one(Clock, one.clock_id)
    return _of(clock, other_side(clock, one.requested_by_org_id))


def _of(clock: Clock, org_id: int) -> About:
    return About(
        number=clock.number,
        title=clock.title,
        path=f"/clocks/{clock.id}",
        org_ids=(org_id,),
        about=f"clock:{clock.id}",
        is_public=kinds.kind_of(clock.kind).public,
    )


def _days(work: UnitOfWork, one: Suspension) -> Days | None:
    """Count the days while they run: what is over stays over."""
    if one.appeal_by_at is None or one.appeal_by_at <= work.now:
        return None
    clock = work.session.get_one(Clock, one.clock_id)
    return Days(
        from_on=beijing_day(one.answered_at or one.requested_at),
        working_days=times_of(clock).integer("suspension.appeal_working_days"),
    )


def _days_of_rejoinder(work: UnitOfWork, one: Suspension) -> Days | None:
    """Count the days while they run: what is over stays over."""
    if one.appealed_at is None or one.rejoin_by_at is None or one.rejoin_by_at <= work.now:
        return None
    clock = work.session.get_one(Clock, one.clock_id)
    return Days(
        from_on=beijing_day(one.appealed_at),
        working_days=times_of(clock).integer("suspension.rejoin_working_days"),
    )


APPEAL: Final = declare_term(
    Term(
        kind="suspension-appeal",
        name=msgid("未同意挂起的，申请裁定的期限"),
        model=Suspension,
        at=Suspension.appeal_by_at,
        runs=and_(Suspension.state == SuspensionState.REFUSED, Suspension.appealed_at.is_(None)),
        about=_about,
        days=_days,
        never_earlier=True,
    )
)
REJOINDER: Final = declare_term(
    Term(
        kind="suspension-rejoinder",
        name=msgid("对裁定请求作出说明的期限"),
        model=Suspension,
        at=Suspension.rejoin_by_at,
        runs=and_(Suspension.state == SuspensionState.ESCALATED, Suspension.rejoined_at.is_(None)),
        about=_about_rejoinder,
        days=_days_of_rejoinder,
        never_earlier=True,
    )
)
