"""Past projects: the firm's own list, and the operator's comparison with their proof."""

from http import HTTPStatus

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from market import regulations
from market.access import Permission, requires
from market.accounts.todo import Todo
from market.db import UnitOfWork
from market.firms import materials, queries, queries_past_projects
from market.firms.actions import past_projects as actions
from market.firms.forms_past_projects import PastProjectCheckForm, PastProjectForm
from market.firms.past_projects import MOVES, ProjectMove, ProjectState
from market.firms.rules import CHANGEABLE
from market.firms.views.blueprint import bp
from market.web.deeds import NUMBER, Page, as_seen, done, reading, seen_version
from market.web.work import request_work, today


def for_firm(work: UnitOfWork) -> list[Todo]:
    """Past projects that the operator refused."""
    firm = queries.of_org_or_none(work, work.org_id)
    rows = queries_past_projects.of_firm(work, firm.id, ProjectState.REFUSED) if firm else ()
    return [
        Todo(
            what=gettext("业绩核对不通过，请更正或撤回"),
            detail=f"{row.project_name}：{row.comment}",
            url=url_for("firms.own_past_project", project_id=row.id),
        )
        for row in rows
    ]


def for_operator(work: UnitOfWork) -> list[Todo]:
    """Past projects to compare with their proof."""
    rows = queries_past_projects.to_check(work)
    if not rows:
        return []
    names = "、".join(dict.fromkeys(firm.name for _, firm in rows[:3]))
    url = url_for("firms.past_project_checks")
    return [Todo(what=gettext("核对业绩"), detail=names, url=url, count=len(rows))]


@bp.route("/firm/past-projects", methods=["GET", "POST"])
@requires(Permission.FIRM_EDIT)
def own_past_projects() -> Page:
    """The firm's list, and the form for one more."""
    form = PastProjectForm()
    form.offer(today())
    status = HTTPStatus.OK
    if form.is_submitted():
        refused = done(
            form,
            lambda work: actions.state_past_project(work, queries.own(work), form.facts()),
        )
        if refused is None:
            flash(gettext("业绩已填报。请上传证明，运营机构核对后标为“已核实”。"), "success")
            return redirect(url_for("firms.own_past_projects"), code=303)
        status = refused
    with reading() as work:
        firm = queries.own(work)
        proofs = materials.proofs(work, firm, actions.PROOF)
        page = render_template(
            "firms/past_projects.html",
            form=form,
            firm=firm,
            changeable=firm.state in CHANGEABLE,
            rows=[
                (row, proofs.get(row.id, materials.Proof.NONE))
                for row in queries_past_projects.of_firm(work, firm.id)
            ],
            items=queries.item_names(work.today),
            most=regulations.in_force(queries_past_projects.SUBJECT, work.today).integer(
                "entry.most"
            ),
        )
    return page, status


@bp.route(f"/firm/past-projects/<{NUMBER}:project_id>", methods=["GET", "POST"])
@requires(Permission.FIRM_EDIT)
def own_past_project(project_id: int) -> Page:
    """Correct one that nobody has verified."""
    form = PastProjectForm()
    form.offer(today())
    status = HTTPStatus.OK
    if form.is_submitted():
        refused = done(form, lambda work: _correct(work, project_id, form))
        if refused is None:
            flash(gettext("业绩已更正，等待运营机构核对。"), "success")
            return redirect(url_for("firms.own_past_projects"), code=303)
        status = refused
    with reading() as work:
        row = queries_past_projects.of_own(work, queries.own(work), project_id)
        if not form.is_submitted():
            form.fill(row.facts)
        page = render_template(
            "firms/past_project.html",
            form=form,
            row=row,
            version=seen_version(row.version),
            may_correct=(row.state, ProjectMove.CORRECT) in MOVES,
            may_withdraw=(row.state, ProjectMove.WITHDRAW) in MOVES
            and queries_past_projects.open_doubt_of(work, row) is None,
            doubts=queries_past_projects.doubts_of(work, row),
            items=queries.item_names(work.today),
        )
    return page, status


def _correct(work: UnitOfWork, project_id: int, form: PastProjectForm) -> None:
    firm = queries.own(work)
    row = queries_past_projects.of_own(work, firm, project_id)
    as_seen(row.version)
    actions.correct_past_project(work, firm, row, form.facts())


@bp.post(f"/firm/past-projects/<{NUMBER}:project_id>/withdraw")
@requires(Permission.FIRM_EDIT)
def withdraw_past_project(project_id: int) -> Response:
    """Take one back."""
    with request_work() as work:
        firm = queries.own(work)
        row = queries_past_projects.of_own(work, firm, project_id)
        actions.withdraw_past_project(work, firm, row)
    flash(gettext("业绩已撤回，不再公开。"), "success")
    return redirect(url_for("firms.own_past_projects"), code=303)


@bp.get("/firm-checks/past-projects")
@requires(Permission.FIRM_CHECK)
def past_project_checks() -> Page:
    """List what waits for the operator."""
    with reading() as work:
        return render_template(
            "firms/past_project_checks.html",
            rows=queries_past_projects.to_check(work),
            items=queries.item_names(work.today),
        )


@bp.route(f"/firm-checks/past-projects/<{NUMBER}:project_id>", methods=["GET", "POST"])
@requires(Permission.FIRM_CHECK)
def check_past_project(project_id: int) -> Page:
    """Compare one with its proof."""
    form = PastProjectCheckForm()
    status = HTTPStatus.OK
    if form.is_submitted():
        refused = done(form, lambda work: _check(work, project_id, form))
        if refused is None:
            flash(gettext("核对结果已登记。"), "success")
            return redirect(url_for("firms.past_project_checks"), code=303)
        status = refused
    with reading() as work:
        row = queries_past_projects.by_id(work, project_id)
        firm = queries.firm_by_id(work, row.firm_id)
        page = render_template(
            "firms/check_past_project.html",
            form=form,
            row=row,
            firm=firm,
            version=seen_version(row.version),
            slots=materials.about(work, firm, actions.PROOF, row.id),
            may_verify=(row.state, ProjectMove.VERIFY) in MOVES,
            may_doubt=row.state is ProjectState.VERIFIED
            and queries_past_projects.open_doubt_of(work, row) is None,
            proof=actions.proof_of(work, firm, row),
            doubts=queries_past_projects.doubts_of(work, row),
            items=queries.item_names(work.today),
        )
    return page, status


def _check(work: UnitOfWork, project_id: int, form: PastProjectCheckForm) -> None:
    row = queries_past_projects.to_decide(work, project_id)
    as_seen(row.version)
    actions.check_past_project(
        work, row, verify=form.outcome.data == "yes", comment=form.comment.data or ""
    )
