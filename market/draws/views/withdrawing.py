"""An owner withdraws its notice: one person asks, a colleague decides, both on one page."""

from http import HTTPStatus

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext

from market import log
from market.access import Permission, requires
from market.db import UnitOfWork
from market.draws import actions, queries
from market.draws.forms import WithdrawNeedForm
from market.draws.views.blueprint import NEED, bp
from market.duties import took
from market.needs import queries as need_queries
from market.needs.forms import ReasonForm
from market.needs.record import queries as record
from market.needs.record.rules import CancelGround
from market.needs.rules import NeedState
from market.needs.withdrawals import actions as withdrawals
from market.needs.withdrawals import queries as asked
from market.web.deeds import Page, done, reading
from market.web.forms import MarketForm
from market.web.work import installation

ONE = f"/withdraw/{NEED}/<int:withdrawal_id>"


@bp.get(f"/withdraw/{NEED}")
@requires(Permission.WORKBENCH_OPEN)
def withdraw_need(need_id: int) -> Page:
    """Show an owner what a withdrawal means, what was asked for, and what became of it."""
    return _page(need_id, WithdrawNeedForm(formdata=None), HTTPStatus.OK)


@bp.post(f"/withdraw/{NEED}")
@requires(Permission.NEED_POST)
def ask_withdrawal(need_id: int) -> Page:
    """Ask that a notice of one's own be withdrawn before enrolment closes."""
    form = WithdrawNeedForm()
    refused = done(form, lambda work: _ask(work, need_id, form))
    if refused is not None:
        return _page(need_id, form, refused)
    return _back(need_id, gettext("撤回申请已提交，待本单位另一人审批。批准之前公告照常进行。"))


def _ask(work: UnitOfWork, need_id: int, form: WithdrawNeedForm) -> None:
    need = need_queries.own(work, need_id)
    ground = CancelGround(form.ground.data)
    actions.ask_withdrawal(work, need, form.reason.data or "", ground)


@bp.post(f"{ONE}/confirm")
@requires(Permission.NEED_APPROVE)
def confirm_withdrawal(need_id: int, withdrawal_id: int) -> Page:
    """Withdraw the notice as the owner's second person; the draw ends."""
    form = MarketForm()

    def deed(work: UnitOfWork) -> None:
        actions.withdraw_need(work, need_queries.own(work, need_id), withdrawal_id)

    refused = done(form, deed)
    if refused is not None:
        return _page(need_id, form, refused)
    log.sequence(installation())
    return _back(need_id, gettext("公告已撤回，摇号终止，理由已公开。"))


@bp.post(f"{ONE}/refuse")
@requires(Permission.NEED_APPROVE)
def refuse_withdrawal(need_id: int, withdrawal_id: int) -> Page:
    """Refuse the request as the owner's second person, with the reason."""
    form = ReasonForm()

    def deed(work: UnitOfWork) -> None:
        need = need_queries.own(work, need_id)
        withdrawals.refuse(work, need, withdrawal_id, form.reason.data or "")

    refused = done(form, deed)
    if refused is not None:
        return _page(need_id, form, refused)
    return _back(need_id, gettext("未同意撤回，理由已登记。公告照常进行。"))


@bp.post(f"{ONE}/take-back")
@requires(Permission.NEED_POST)
def take_withdrawal_back(need_id: int, withdrawal_id: int) -> Page:
    """Take a request back that nobody has decided."""
    form = MarketForm()

    def deed(work: UnitOfWork) -> None:
        withdrawals.take_back(work, need_queries.own(work, need_id), withdrawal_id)

    refused = done(form, deed)
    if refused is not None:
        return _page(need_id, form, refused)
    return _back(need_id, gettext("撤回申请已收回，公告照常进行。"))


def _back(need_id: int, words: str) -> Page:
    flash(words, "success")
    return redirect(url_for("draws.withdraw_need", need_id=need_id), code=303)


def _page(need_id: int, sent: MarketForm, status: HTTPStatus) -> Page:
    """Show the page, with the form that was refused in its place."""
    with reading() as work:
        need = need_queries.own(work, need_id)
        draw = queries.draw_of_need(work, need.id)
        rows = asked.of_need(work, need)
        waiting = asked.open_of(work, need)
        cancelled, months = record.cancellations_of(work, need.owner_org_id)
        page = render_template(
            "draws/withdraw_need.html",
            need=need,
            draw=draw,
            is_open=need.state is NeedState.OPEN
            and draw is not None
            and work.now < draw.enrol_close_at,
            rows=rows,
            waiting=waiting,
            is_mine=waiting is not None and took(work, waiting.asked_by_id),
            posts=Permission.NEED_POST in work.actor.permissions,
            approves=Permission.NEED_APPROVE in work.actor.permissions,
            sent=sent,
            form=sent if isinstance(sent, WithdrawNeedForm) else WithdrawNeedForm(formdata=None),
            reason_form=sent if isinstance(sent, ReasonForm) else ReasonForm(formdata=None),
            cancelled=cancelled,
            months=months,
            owner_code=work.actor.org_code,
        )
    return page, status
