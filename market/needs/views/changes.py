"""Changing a notice that is out: proposed by its owner, approved, and carried out in public."""

from dataclasses import dataclass
from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from market.access import Permission, requires
from market.catalogue import queries as catalogue
from market.db import UnitOfWork
from market.errors import MarketError
from market.needs import actions as needs
from market.needs import queries as need_queries
from market.needs.changes import actions, queries
from market.needs.changes.model import NeedChange
from market.needs.changes.rules import OPEN, ChangeState, Difference
from market.needs.forms import DeedForm, NeedForm, ReasonForm
from market.needs.model import Need
from market.needs.rules import NeedState
from market.needs.views.blueprint import ONE, bp
from market.needs.views.checking import wants_a_look
from market.needs.views.editing import form_page, wants_a_row
from market.web.deeds import Page, done, reading
from market.web.errors import sentence_of
from market.web.forms import MarketForm, long_text
from market.web.links import link_to

CHANGE = f"{ONE}/changes/<int:change_id>"


class ChangeForm(NeedForm):
    """The form of a need, and why its notice is changed."""

    why = long_text(_l("变更理由"), 1000, hint=_l("至少 5 个字，写入公告。"), public=True)


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A change as its page shows it."""

    change: NeedChange
    differences: list[Difference]
    problem: str | None


@bp.route(f"{ONE}/change", methods=["GET", "POST"])
@requires(Permission.NEED_POST)
def change(need_id: int) -> Page:
    """Propose other facts for the notice that is out."""
    form = ChangeForm()
    with reading() as work:
        need = need_queries.own(work, need_id)
        item = catalogue.item(need.item_code, work.today)
        if request.method != "POST":
            if problem := _hindrance(work, need):
                raise problem
            form.fill(needs.facts_of(work, need))
    if request.method != "POST" or wants_a_row(form) or wants_a_look():
        return form_page(form, item, need, HTTPStatus.OK, changing=True)
    refused = done(form, lambda work: _propose(work, need_id, form))
    if refused is not None:
        return form_page(form, item, need, refused, changing=True)
    flash(gettext("变更已提交内部审批。批准并由运营机构办理之前，原公告照常进行。"), "success")
    return redirect(url_for("needs.changes", need_id=need_id), code=303)


def _hindrance(work: UnitOfWork, need: Need) -> MarketError | None:
    notice = need_queries.notice_of(work, need) if need.state is NeedState.OPEN else None
    if notice is None or work.now >= notice.enrol_close_at:
        return needs.EnrolmentOverError()
    return actions.ChangeUnderWayError() if queries.open_of(work, need) else None


def _propose(work: UnitOfWork, need_id: int, form: ChangeForm) -> None:
    need = need_queries.own(work, need_id)
    actions.propose(work, need, form.facts(need.item_code), form.why.data or "")


@bp.get(f"{ONE}/changes")
@requires(Permission.WORKBENCH_OPEN)
def changes(need_id: int) -> Page:
    """Show what was proposed for a notice, field by field, and what became of it."""
    return changes_page(need_id, DeedForm(formdata=None), HTTPStatus.OK)


def changes_page(
    need_id: int, form: MarketForm, status: HTTPStatus, reason_form: ReasonForm | None = None
) -> Page:
    """Show the changes of a need to its owner or the operator, with what they may do."""
    with reading() as work:
        need = _readable(work, need_id)
        rows = [_row(work, need, one) for one in queries.of_need(work, need)]
        is_owner = need.owner_org_id == work.actor.org_id
        notice = need_queries.notice_of(work, need)
        page = render_template(
            "needs/changes.html",
            need=need,
            notice=notice,
            rows=rows,
            form=form,
            reason_form=reason_form or ReasonForm(formdata=None),
            is_owner=is_owner,
            posts=is_owner and Permission.NEED_POST in work.actor.permissions,
            approves=is_owner and Permission.NEED_APPROVE in work.actor.permissions,
            checks=Permission.NEED_CHECK in work.actor.permissions,
            me=work.user_id,
            accept_endpoint="draws.change_notice" if link_to("draws.index") else None,
        )
    return page, status


def _readable(work: UnitOfWork, need_id: int) -> Need:
    if Permission.NEED_CHECK in work.actor.permissions:
        return need_queries.to_check(work, need_id)
    return need_queries.own(work, need_id)


def _row(work: UnitOfWork, need: Need, one: NeedChange) -> ChangeRow:
    facts = actions.facts_in(one)
    if one.state is ChangeState.ACCEPTED:
        made = queries.made(work, need).get(one.notice_id)
        return ChangeRow(one, queries.differences_in(made) if made else [], None)
    if one.state not in OPEN:
        return ChangeRow(one, [], None)
    try:
        needs.check(work, facts)
    except MarketError as error:
        return ChangeRow(one, actions.differences_of(work, need, facts), sentence_of(error))
    return ChangeRow(one, actions.differences_of(work, need, facts), None)


@bp.post(f"{CHANGE}/approve")
@requires(Permission.NEED_APPROVE)
def approve_change(need_id: int, change_id: int) -> Page:
    """Approve a change as the owner's second person."""
    form = DeedForm()
    refused = done(
        form, lambda work: actions.approve(work, need_queries.own(work, need_id), change_id)
    )
    return _answered(need_id, form, refused, gettext("变更已批准，转运营机构办理。"))


@bp.post(f"{CHANGE}/take-back")
@requires(Permission.NEED_POST)
def take_change_back(need_id: int, change_id: int) -> Page:
    """Take a change back."""
    form = DeedForm()
    refused = done(
        form, lambda work: actions.take_back(work, need_queries.own(work, need_id), change_id)
    )
    return _answered(need_id, form, refused, gettext("变更已撤回，原公告照常进行。"))


@bp.post(f"{CHANGE}/refuse")
@requires(Permission.NEED_APPROVE)
def refuse_change(need_id: int, change_id: int) -> Page:
    """Refuse a change as the owner's second person, with the reason."""
    return _refuse(need_id, change_id)


@bp.post(f"{CHANGE}/return")
@requires(Permission.NEED_CHECK)
def return_change(need_id: int, change_id: int) -> Page:
    """Refuse a change as the operator, with the reason."""
    return _refuse(need_id, change_id)


def _refuse(need_id: int, change_id: int) -> Page:
    form = ReasonForm()

    def deed(work: UnitOfWork) -> None:
        actions.refuse(work, _readable(work, need_id), change_id, form.reason.data or "")

    refused = done(form, deed)
    if refused is not None:
        return changes_page(need_id, DeedForm(formdata=None), refused, form)
    return _answered(need_id, form, None, gettext("变更未获同意，理由已登记。"))


def _answered(need_id: int, form: MarketForm, refused: HTTPStatus | None, words: str) -> Page:
    if refused is not None:
        return changes_page(need_id, form, refused)
    flash(words, "success")
    return redirect(url_for("needs.changes", need_id=need_id), code=303)
