"""The terms of re-reviews: going on to the authority, and its decision."""

from typing import Final

from market.db import UnitOfWork
from market.errors import msgid
from market.holidays.terms import About, Term, declare_term
from market.rereview.model import Rereview
from market.rereview.queries import contract_of, locked, panel_of
from market.rereview.rules import RereviewState

TITLE: Final = msgid("成果复评")


def _about(work: UnitOfWork, row: Rereview) -> About:
    contract = contract_of(work, row)
    return About(
        number=row.number,
        title=contract.title,
        path=f"/rereviews/{row.number}",
        org_ids=(contract.owner_org_id, contract.firm_org_id),
    )


def _of_experts(work: UnitOfWork, row: Rereview) -> About:
    # Whose work it is, experts must not read: neither here nor in a message.
    del work
    return About(number=row.number, title=TITLE, path=f"/rereviews/{row.number}", org_ids=())


def _panel_follows(work: UnitOfWork, row: Rereview) -> None:
    panel = panel_of(work, row)
    if panel is not None and row.due_at is not None:
        panel.scoring_by_at = row.due_at


def _calls_follow(work: UnitOfWork, row: Rereview) -> None:
    panel = panel_of(work, row)
    if panel is not None and row.comment_by_at is not None:
        panel.call_from_at = max(panel.phi_at, row.comment_by_at)


COMMENT: Final = declare_term(
    Term(
        kind="rereview-comment",
        name=msgid("对复评申请提出意见的期限"),
        model=Rereview,
        at=Rereview.comment_by_at,
        runs=(Rereview.state == RereviewState.DRAWING) & Rereview.commented_at.is_(None),
        about=_about,
        never_earlier=True,
        follow=_calls_follow,
        lock=locked,
    )
)
SHEETS: Final = declare_term(
    Term(
        kind="rereview-sheets",
        name=msgid("专家提交复评评审表的期限"),
        model=Rereview,
        at=Rereview.due_at,
        along=(Rereview.next_check_at,),
        runs=Rereview.state == RereviewState.REVIEWING,
        about=_of_experts,
        never_earlier=True,
        follow=_panel_follows,
        lock=locked,
    )
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
