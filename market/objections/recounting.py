"""The terms of objections: the answer, the complaint after it, and the authority's decision."""

from typing import Final

from market.db import UnitOfWork
from market.errors import msgid
from market.holidays.terms import About, Term, declare_term
from market.objections.model import AwardObjection
from market.objections.rules import NOT_OVER, ObjectionState


def _about(work: UnitOfWork, one: AwardObjection) -> About:
    del work
    return About(
        number=one.number,
        title=msgid("中选结果异议"),
        path=f"/objections/{one.number}",
        # While it waits for its answer, its clock tells both sides (``timing``).
        org_ids=() if one.state is ObjectionState.OPEN else (one.org_id,),
    )


DUTY: Final = declare_term(
    Term(
        kind="objection",
        name=msgid("异议的办理期限"),
        model=AwardObjection,
        at=AwardObjection.due_at,
        runs=AwardObjection.state.in_(
            [state for state in NOT_OVER if state is not ObjectionState.ANSWERED]
        ),
        about=_about,
    )
)
COMPLAIN: Final = declare_term(
    Term(
        kind="objection-complain",
        name=msgid("收到异议答复后投诉的期限"),
        model=AwardObjection,
        at=AwardObjection.due_at,
        runs=AwardObjection.state == ObjectionState.ANSWERED,
        about=_about,
        never_earlier=True,
    )
)
