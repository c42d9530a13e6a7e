"""The term in which the other side may consent to more time."""

from typing import Final

from market.clock import beijing_day
from market.clocks import kinds
from market.clocks.extension.model import Extension
from market.clocks.extension.rules import ExtensionState
from market.clocks.model import Clock
from market.clocks.times import times_of
from market.db import UnitOfWork
from market.errors import msgid
from market.holidays.terms import About, Days, Term, declare_term


def _about(work: UnitOfWork, one: Extension) -> About:
    clock = work.session.get_one(Clock, one.clock_id)
    return About(
        number=clock.number,
        title=clock.title,
        path=f"/clocks/{clock.id}",
        org_ids=(clock.holder_org_id, clock.other_org_id),
        about=f"clock:{clock.id}",
        is_public=kinds.kind_of(clock.kind).public,
    )


def _days(work: UnitOfWork, one: Extension) -> Days:
    """Count the days to consent; they never go beyond what they would extend."""
    clock = work.session.get_one(Clock, one.clock_id)
    return Days(
        from_on=beijing_day(one.requested_at),
        working_days=times_of(clock).integer("extension.confirm_working_days"),
        most_at=clock.due_at,
    )


# After the clocks in the order of the kinds: by then their own days are right.
ANSWER: Final = declare_term(
    Term(
        kind="extension",
        name=msgid("延期申请的答复期限"),
        model=Extension,
        at=Extension.answer_by_at,
        along=(Extension.next_check_at,),
        runs=Extension.state == ExtensionState.REQUESTED,
        about=_about,
        days=_days,
        never_earlier=True,
    )
)
