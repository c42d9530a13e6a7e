"""A listed firm's own upkeep: changed facts, waking up, its answer to a notice of removal."""

from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from market.access import Permission, requires
from market.db import UnitOfWork
from market.firms import actions, queries, queries_entry
from market.firms.errors import NoRemovalError
from market.firms.forms_entry import ChangesForm, RemovalReplyForm
from market.firms.rules import SETTLED
from market.firms.views.blueprint import bp
from market.regulations import in_force
from market.web.deeds import Page, done
from market.web.work import request_work


@bp.post("/firm/promise-entry")
@requires(Permission.FIRM_EDIT)
def enter_on_promise() -> Response:
    """List the firm at once on its signed promise."""
    with request_work() as work:
        actions.submit_on_promise(work, queries.own(work))
    flash(gettext("已凭承诺入驻，可以报名。运营机构将事后核查承诺是否属实。"), "success")
    return redirect(url_for("firms.own"), code=303)


@bp.route("/firm/changes", methods=["GET", "POST"])
@requires(Permission.FIRM_EDIT)
def own_changes() -> Page:
    """Ask for other facts; show what became of earlier requests."""
    form = ChangesForm()
    form.offer()
    status = HTTPStatus.OK
    if request.method == "POST":
        refused = done(form, lambda work: _request(work, form))
        if refused is None:
            flash(gettext("变更申请已提交。核对通过前，公开的仍是原资料。"), "success")
            return redirect(url_for("firms.own_changes"), code=303)
        status = refused
    with request_work() as work:
        firm = queries.own(work)
        if request.method == "GET":
            form.process(obj=firm)
        rules = in_force(queries_entry.RULES, work.today)
        page = render_template(
            "firms/changes.html",
            firm=firm,
            form=form,
            changes=queries_entry.changes(work, firm),
            settled=firm.state in SETTLED,
            limit=rules.integer("change.check_working_days"),
        )
    return page, status


def _request(work: UnitOfWork, form: ChangesForm) -> None:
    actions.request_changes(work, queries.own(work), form.facts(), str(form.why.data))


@bp.post("/firm/changes/<int:change_id>/withdraw")
@requires(Permission.FIRM_EDIT)
def withdraw_change(change_id: int) -> Response:
    """Take back a change that nobody has decided."""
    with request_work() as work:
        firm = queries.own(work)
        actions.withdraw_change(work, firm, queries_entry.change(work, firm, change_id))
    flash(gettext("变更申请已撤回。"), "success")
    return redirect(url_for("firms.own_changes"), code=303)


@bp.post("/firm/wake")
@requires(Permission.FIRM_EDIT)
def wake() -> Response:
    """Come back from dormancy."""
    with request_work() as work:
        actions.wake(work, queries.own(work))
    flash(gettext("已恢复，可以报名。"), "success")
    return redirect(url_for("firms.own"), code=303)


@bp.route("/firm/removal", methods=["GET", "POST"])
@requires(Permission.FIRM_EDIT)
def answer_removal() -> Page:
    """Be heard before being removed."""
    form = RemovalReplyForm()
    status = HTTPStatus.OK
    if request.method == "POST":
        refused = done(
            form,
            lambda work: actions.answer_removal(work, queries.own(work), str(form.words.data)),
        )
        if refused is None:
            flash(gettext("陈述申辩已提交运营机构。"), "success")
            return redirect(url_for("firms.own"), code=303)
        status = refused
    with request_work() as work:
        firm = queries.own(work)
        removal = queries_entry.removal(work, firm)
        if removal is None:
            raise NoRemovalError
        page = render_template("firms/removal.html", firm=firm, form=form, removal=removal)
    return page, status
