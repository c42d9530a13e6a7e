"""The terms of objections: the answer, the complaint after it, and the authority's decision."""

from typing import Final

from market.db import UnitOfWork
from market.errors import msgid
from market.holidays.terms import About, Term, declare_term
from market.objections.model import AwardObjection, ObjectionHearing
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


def _about_hearing(work: UnitOfWork, row: ObjectionHearing) -> About:
    # Its clock tells who is heard, until it spoke.
    one = work.session.get_one(AwardObjection, row.objection_id)
    path = f"/objections/{one.number}"
    orgs = () if row.said_at is None else (row.org_id,)
    return About(number=one.number, title=msgid("中选结果异议"), path=path, org_ids=orgs)


HEARING: Final = declare_term(
    Term(
        kind="objection-hearing",
        name=msgid("对异议处理意见的陈述期限"),
        model=ObjectionHearing,
        at=ObjectionHearing.by_at,
        runs=ObjectionHearing.closed_at.is_(None) & ObjectionHearing.ended_at.is_(None),
        about=_about_hearing,
        never_earlier=True,
    )
)
