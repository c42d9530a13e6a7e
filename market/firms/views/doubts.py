"""A verified past project in doubt: the operator's pages, and the firm's."""

from http import HTTPStatus

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext

from market import regulations
from market.access import Permission, requires
from market.accounts.todo import Todo
from market.db import UnitOfWork
from market.duties import took
from market.firms import queries, queries_past_projects
from market.firms.actions import doubting as actions
from market.firms.doubts import DoubtState, may_be_decided
from market.firms.forms_past_projects import DoubtDecisionForm, DoubtForm, StatementForm
from market.firms.model import Firm
from market.firms.model_past_projects import PastProject, PastProjectDoubt
from market.firms.views.blueprint import bp
from market.web.deeds import NUMBER, Page, as_seen, done, reading, seen_version

_BY_NUMBER = queries_past_projects.doubt_by_number


def for_firm(work: UnitOfWork) -> list[Todo]:
    """Past projects in doubt, about which the firm may still speak."""
    return [
        Todo(
            what=gettext("对业绩复核陈述意见"),
            detail=project.project_name,
            url=url_for("firms.own_doubt", number=doubt.number),
            due_at=doubt.state_by_at,
            urgency="soon",
        )
        for doubt, project, _ in queries_past_projects.doubts_open(
            work, Firm.organisation_id == work.org_id
        )
        if _may_state(work, doubt)
    ]


def for_operator(work: UnitOfWork) -> list[Todo]:
    """Doubts whose firm was heard and that another person opened."""
    return [
        Todo(
            what=gettext("决定业绩复核"),
            detail=f"{firm.name}：{project.project_name}",
            url=url_for("firms.doubt", number=doubt.number),
        )
        for doubt, project, firm in queries_past_projects.doubts_open(work)
        if _may_decide(work, doubt)
    ]


def _may_state(work: UnitOfWork, doubt: PastProjectDoubt) -> bool:
    hearing = doubt.state is DoubtState.HEARING and work.now < doubt.state_by_at
    return hearing and doubt.stated_at is None


def _is_heard(work: UnitOfWork, doubt: PastProjectDoubt) -> bool:
    stated = doubt.stated_at is not None
    return may_be_decided(stated=stated, state_by_at=doubt.state_by_at, now=work.now)


def _may_decide(work: UnitOfWork, doubt: PastProjectDoubt) -> bool:
    heard = doubt.state is DoubtState.HEARING and _is_heard(work, doubt)
    return heard and not took(work, doubt.opened_by_id)


@bp.route(f"/firm-checks/past-projects/<{NUMBER}:project_id>/doubt", methods=["GET", "POST"])
@requires(Permission.FIRM_CHECK)
def open_doubt(project_id: int) -> Page:
    """Put to the firm why its verified project seems wrong."""
    form = DoubtForm()
    status = HTTPStatus.OK
    opened: list[str] = []
    if form.is_submitted():
        refused = done(form, lambda work: opened.append(_open(work, project_id, form)))
        if refused is None:
            flash(gettext("已提出复核，机构可以在期限内陈述意见。"), "success")
            return redirect(url_for("firms.doubt", number=opened[0]), code=303)
        status = refused
    with reading() as work:
        row = queries_past_projects.by_id(work, project_id)
        rules = regulations.in_force(queries_past_projects.SUBJECT, work.today)
        page = render_template(
            "firms/open_doubt.html",
            form=form,
            row=row,
            firm=queries.firm_by_id(work, row.firm_id),
            version=seen_version(row.version),
            days=rules.integer("doubt.hearing_working_days"),
            items=queries.item_names(work.today),
        )
    return page, status


def _open(work: UnitOfWork, project_id: int, form: DoubtForm) -> str:
    row = queries_past_projects.to_decide(work, project_id)
    as_seen(row.version)
    return actions.open_doubt(work, row, form.facts.data or "").number


@bp.route("/firm-checks/past-project-doubts/<number>", methods=["GET", "POST"])
@requires(Permission.FIRM_CHECK)
def doubt(number: str) -> Page:
    """Show a doubt, and let another person decide it."""
    form = DoubtDecisionForm()
    status = HTTPStatus.OK
    if form.is_submitted():
        refused = done(form, lambda work: _decide(work, number, form))
        if refused is None:
            flash(gettext("复核决定已登记，机构可以看到。"), "success")
            return redirect(url_for("firms.doubt", number=number), code=303)
        status = refused
    with reading() as work:
        found, row = _BY_NUMBER(work, number)
        firm = queries.firm_by_id(work, row.firm_id)
        page = _page(work, found, row, firm, form=form, may_decide=_may_decide(work, found))
    return page, status


def _decide(work: UnitOfWork, number: str, form: DoubtDecisionForm) -> None:
    found, _ = _BY_NUMBER(work, number, held=True)
    as_seen(found.version)
    actions.decide_doubt(
        work,
        found,
        uphold=form.outcome.data == "uphold",
        reasons=form.decision.data or "",
    )


@bp.route("/firm/past-project-doubts/<number>", methods=["GET", "POST"])
@requires(Permission.FIRM_EDIT)
def own_doubt(number: str) -> Page:
    """Show the firm a doubt about its project, and hear it."""
    form = StatementForm()
    status = HTTPStatus.OK
    if form.is_submitted():
        refused = done(form, lambda work: _state(work, number, form))
        if refused is None:
            flash(gettext("陈述意见已提交，由提出复核的人以外的人员决定。"), "success")
            return redirect(url_for("firms.own_doubt", number=number), code=303)
        status = refused
    with reading() as work:
        firm = queries.own(work)
        found, row = _BY_NUMBER(work, number, of=firm)
        page = _page(work, found, row, firm, form=form, may_state=_may_state(work, found))
    return page, status


def _state(work: UnitOfWork, number: str, form: StatementForm) -> None:
    found, _ = _BY_NUMBER(work, number, of=queries.own(work), held=True)
    as_seen(found.version)
    actions.state_on_doubt(work, found, form.statement.data or "")


def _page(
    work: UnitOfWork,
    found: PastProjectDoubt,
    row: PastProject,
    firm: Firm,
    *,
    form: StatementForm | DoubtDecisionForm,
    may_state: bool = False,
    may_decide: bool = False,
) -> str:
    return render_template(
        "firms/doubt.html",
        doubt=found,
        row=row,
        firm=firm,
        form=form,
        version=seen_version(found.version),
        is_own=isinstance(form, StatementForm),
        is_open=found.state is DoubtState.HEARING,
        is_heard=_is_heard(work, found),
        may_state=may_state,
        may_decide=may_decide,
        rules=regulations.current().by_id(found.regulation_id),
        items=queries.item_names(work.today),
        now=work.now,
    )
