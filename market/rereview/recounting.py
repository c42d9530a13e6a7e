"""The terms of re-reviews: going on to the authority, and its decision."""

from typing import Final

from market.db import UnitOfWork
from market.errors import msgid
from market.holidays.terms import About, Term, declare_term
from market.rereview.model import Rereview
from market.rereview.queries import contract_of
from market.rereview.rules import RereviewState


def _about(work: UnitOfWork, row: Rereview) -> About:
    contract = contract_of(work, row)
    return About(
        number=row.number,
        title=contract.title,
        path=f"/rereviews/{row.number}",
        org_ids=(contract.owner_org_id, contract.firm_org_id),
    )


REFER: Final = declare_term(
    Term(
        kind="rereview-refer",
        name=msgid("复评没有结论时请主管部门裁定的期限"),
        model=Rereview,
        at=Rereview.due_at,
        along=(Rereview.next_check_at,),
        runs=Rereview.state == RereviewState.FAILED,
        about=_about,
        never_earlier=True,
    )
)
DECIDE: Final = declare_term(
    Term(
        kind="rereview-decide",
        name=msgid("主管部门裁定复评的期限"),
        model=Rereview,
        at=Rereview.due_at,
        along=(Rereview.next_check_at,),
        runs=Rereview.state == RereviewState.REFERRED,
        about=_about,
    )
)
