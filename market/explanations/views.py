"""Explanations on the web: one public page per award, with the forms of whose turn it is."""

from collections.abc import Callable
from http import HTTPStatus

from flask import Blueprint, Flask, flash, redirect, render_template, url_for
from flask_babel import gettext

from market import regulations
from market.access import Permission, public, requires
from market.accounts import todo
from market.accounts.queries import organisation
from market.db import UnitOfWork
from market.draws import award_links
from market.draws.model import Award
from market.duties import took
from market.errors import msgid
from market.explanations import actions, queries, todos
from market.explanations.forms import AnswerForm, CheckForm
from market.explanations.model import Explanation
from market.explanations.rules import ExplanationState
from market.needs.elsewhere import Link
from market.needs.queries import by_id as need_by_id
from market.web.deeds import Page, as_seen, done, reading, seen_version
from market.web.forms import MarketForm
from market.web.lists import PAGE_ROWS, Pages

bp = Blueprint("explanations", __name__, url_prefix="/explanations")
Find = Callable[[UnitOfWork, str], tuple[Award, Explanation]]


def init_app(app: Flask) -> None:
    """Register the pages, and what there is to do for the workbench."""
    app.register_blueprint(bp)
    todo.provide(Permission.AWARD_ANSWER, todos.for_firm)
    todo.provide(Permission.EXPLANATION_CHECK, todos.for_operator)
    todo.provide(Permission.EXPLANATION_DECIDE, todos.for_authority)
    todo.provide(Permission.OBJECTION_EXAMINE, todos.for_officer)
    todo.provide(Permission.DRAW_SUPERVISE, todos.for_supervisor)
    for permission in (Permission.EXPLANATION_CHECK, Permission.EXPLANATION_DECIDE):
        todo.link(permission, msgid("异常低价说明"), "explanations.index")
    award_links.provide(links_of)


def links_of(work: UnitOfWork, award: Award) -> list[Link]:
    """Return the way from a result to its explanation, where one was asked for."""
    if queries.of_award(work, award) is None:
        return []
    return [Link(msgid("异常低价说明"), url_for("explanations.show", award_number=award.number))]


@bp.get("")
@public
def index() -> str:
    """List every explanation: what it is about, where it stands, and by when it must go on."""
    with reading() as work:
        pages = Pages.of(queries.count(work))
        rows = queries.listed(work, limit=PAGE_ROWS, offset=pages.offset)
        return render_template("explanations/index.html", rows=rows, pages=pages)


@bp.get("/<award_number>")
@public
def show(award_number: str) -> Page:
    """Show what was asked about an award's price, what was said, and what was decided."""
    return _page(award_number, HTTPStatus.OK)


@bp.post("/<award_number>/answer")
@requires(Permission.AWARD_ANSWER)
def answer(award_number: str) -> Page:
    """Explain the price of the actor's firm."""
    form = AnswerForm()

    def deed(work: UnitOfWork, award: Award, row: Explanation) -> None:
        actions.answer(work, award, row, costs=form.costs(), text=form.text.data or "")

    said = msgid("说明已提交并公示，等待运营机构和主管部门审查。")
    return _run(award_number, form, queries.for_firm, deed, said)


@bp.post("/<award_number>/check")
@requires(Permission.EXPLANATION_CHECK)
def check(award_number: str) -> Page:
    """Give the operator's opinion."""
    form = CheckForm()

    def deed(work: UnitOfWork, award: Award, row: Explanation) -> None:
        accepts = form.outcome.data == "accept"
        actions.check(work, award, row, accepts=accepts, text=form.text.data or "")

    said = msgid("意见已登记，请主管部门决定。")
    return _run(award_number, form, queries.locked, deed, said)


@bp.post("/<award_number>/check-late")
@requires(Permission.OBJECTION_EXAMINE)
def check_late(award_number: str) -> Page:
    """Give an officer's opinion where the operator gave none in time."""
    form = CheckForm()

    def deed(work: UnitOfWork, award: Award, row: Explanation) -> None:
        accepts = form.outcome.data == "accept"
        actions.check_late(work, award, row, accepts=accepts, text=form.text.data or "")

    said = msgid("意见已登记，请本部门另一人决定。")
    return _run(award_number, form, queries.for_authority, deed, said)


@bp.post("/<award_number>/decide")
@requires(Permission.EXPLANATION_DECIDE)
def decide(award_number: str) -> Page:
    """Decide for the authority of the item."""
    form = CheckForm()

    def deed(work: UnitOfWork, award: Award, row: Explanation) -> None:
        accepts = form.outcome.data == "accept"
        actions.decide(work, award, row, accepts=accepts, text=form.text.data or "")

    said = msgid("决定已登记并公示。")
    return _run(award_number, form, queries.for_authority, deed, said)


def _run(
    award_number: str,
    form: MarketForm,
    find: Find,
    deed: Callable[[UnitOfWork, Award, Explanation], object],
    said: str,
) -> Page:
    def do(work: UnitOfWork) -> None:
        award, row = find(work, award_number)
        as_seen(row.version)
        deed(work, award, row)

    status = done(form, do)
    if status is None:
        flash(gettext(said), "success")
        return redirect(url_for("explanations.show", award_number=award_number), code=303)
    return _page(award_number, status, form)


def _page(award_number: str, status: HTTPStatus, form: MarketForm | None = None) -> Page:
    with reading() as work:
        award = queries.award_by(work, award_number)
        row = queries.of_award(work, award)
        rules = regulations.in_force(queries.SUBJECT, work.today)
        page = render_template(
            "explanations/show.html",
            award=award,
            need=need_by_id(work, award.need_id),
            row=row,
            low_fen=queries.low_fen(work, award),
            costs=queries.costs_of(work, row) if row else [],
            may=_may(work, row),
            form=form or _form(row),
            is_typed=form is not None,
            version=seen_version(row.version) if row else 0,
            names={
                i: organisation(work, i).name
                for i in (row.firm_org_id, row.decided_by_org_id)
                if i is not None
            }
            if row
            else {},
            days={
                key: rules.integer(f"explanation.{key}_working_days")
                for key in ("answer", "check", "decide")
            },
        )
    return page, status


def _form(row: Explanation | None) -> MarketForm:
    answering = row is not None and row.state is ExplanationState.ASKED
    return AnswerForm(formdata=None) if answering else CheckForm(formdata=None)


def _may(work: UnitOfWork, row: Explanation | None) -> str:
    """Return the one thing that the reader may do now; empty for nothing."""
    if row is None:
        return ""
    permissions = work.actor.permissions
    match row.state:
        case ExplanationState.ASKED:
            own = row.firm_org_id == work.actor.org_id
            return "answer" if own and Permission.AWARD_ANSWER in permissions else ""
        case ExplanationState.ANSWERED:
            return "check" if Permission.EXPLANATION_CHECK in permissions else ""
        case ExplanationState.ESCALATED:
            examines = Permission.OBJECTION_EXAMINE in permissions
            return "check_late" if examines and queries.in_scope(work, row) else ""
        case ExplanationState.CHECKED:
            decides = Permission.EXPLANATION_DECIDE in permissions
            decides = decides and not took(work, row.advised_by_id)
            return "decide" if decides and queries.in_scope(work, row) else ""
        case _:
            return ""
