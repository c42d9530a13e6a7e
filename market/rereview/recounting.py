"""The terms of re-reviews: going on to the authority, and its decision."""

from typing import Final

from sqlalchemy import exists

from market.clock import beijing_day
from market.db import UnitOfWork
from market.errors import msgid
from market.holidays.terms import About, Days, Term, declare_term
from market.rereview.model import Rereview, RereviewCopyCheck
from market.rereview.queries import contract_of, locked, panel_of, rules_of, waited_for
from market.rereview.rules import HEARING, RereviewState, calls_from

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
    if panel is not None and row.state is RereviewState.DRAWING:
        panel.call_from_at = calls_from(panel.phi_at, *waited_for(work, row))


def _copy_days(work: UnitOfWork, row: Rereview) -> Days | None:
    """Return what the look at the copy is counted from: the day of the request."""
    del work
    days = rules_of(row).integer("rereview.copy_working_days")
    return Days(from_on=beijing_day(row.asked_at), working_days=days)


def _comment_days(work: UnitOfWork, row: Rereview) -> Days | None:
    """Return what a comment is counted from: it begins anew with each stage that hears it."""
    del work
    days = rules_of(row).integer("rereview.comment_working_days")
    return Days(from_on=beijing_day(row.since_at), working_days=days)


def _of_check(work: UnitOfWork, check: RereviewCopyCheck) -> Rereview:
    return work.session.get_one(Rereview, check.rereview_id)


COMMENT: Final = declare_term(
    Term(
        kind="rereview-comment",
        name=msgid("对复评申请提出意见的期限"),
        model=Rereview,
        at=Rereview.comment_by_at,
        runs=Rereview.state.in_(HEARING) & Rereview.commented_at.is_(None),
        about=_about,
        days=_comment_days,
        never_earlier=True,
        follow=_calls_follow,
        lock=locked,
    )
)
COPY: Final = declare_term(
    Term(
        kind="rereview-copy",
        name=msgid("核对复评成果副本的期限"),
        model=Rereview,
        at=Rereview.copy_by_at,
        runs=Rereview.state.in_(HEARING)
        & ~exists().where(RereviewCopyCheck.rereview_id == Rereview.id),
        about=_about,
        days=_copy_days,
        never_earlier=True,
        follow=_calls_follow,
        lock=locked,
    )
)
DOUBT: Final = declare_term(
    Term(
        kind="rereview-copy-doubt",
        name=msgid("运营机构认定复评成果副本是否一致的期限"),
        model=RereviewCopyCheck,
        at=RereviewCopyCheck.due_at,
        runs=RereviewCopyCheck.answered_at.is_(None)
        & exists().where(Rereview.id == RereviewCopyCheck.rereview_id, Rereview.state.in_(HEARING)),
        about=lambda work, check: _about(work, _of_check(work, check)),
        never_earlier=True,
        follow=lambda work, check: _calls_follow(work, _of_check(work, check)),
        lock=lambda work, check_id: locked(
            work, work.session.get_one(RereviewCopyCheck, check_id).rereview_id
        ),
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
