"""The term in which a declaration that a cause is over is to be answered."""

from typing import Final

from market import regulations
from market.clock import beijing_day
from market.clocks import kinds
from market.clocks.model import Clock, Suspension
from market.clocks.over.model import SuspensionOver
from market.clocks.over.rules import OverState
from market.db import UnitOfWork
from market.errors import msgid
from market.holidays.terms import About, Days, Term, declare_term


def _clock(work: UnitOfWork, one: SuspensionOver) -> Clock:
    request = work.session.get_one(Suspension, one.suspension_id)
    return work.session.get_one(Clock, request.clock_id)


def _about(work: UnitOfWork, one: SuspensionOver) -> About:
    clock = _clock(work, one)
    return About(
        number=clock.number,
        title=clock.title,
        path=f"/clocks/{clock.id}",
        org_ids=(clock.holder_org_id, clock.other_org_id),
        about=f"clock:{clock.id}",
        is_public=kinds.kind_of(clock.kind).public,
    )


def _days(work: UnitOfWork, one: SuspensionOver) -> Days:
    rules = regulations.current().by_id(_clock(work, one).regulation_id)
    return Days(
        from_on=beijing_day(one.declared_at),
        working_days=rules.integer("suspension.confirm_working_days"),
    )


ANSWER: Final = declare_term(
    Term(
        kind="suspension-over",
        name=msgid("条件具备声明的答复期限"),
        model=SuspensionOver,
        at=SuspensionOver.answer_by_at,
        along=(SuspensionOver.next_check_at,),
        runs=SuspensionOver.state == OverState.DECLARED,
        about=_about,
        days=_days,
        never_earlier=True,
    )
)
