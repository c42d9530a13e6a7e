"""Credit on the web: a firm's ledger, and the way of a case from proposal to decision."""

from flask import Blueprint, Flask, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from market import regulations
from market.access import Permission, public, requires
from market.accounts import todo
from market.contracts import beside
from market.credit import catalogue, queries, todos, watching
from market.credit.cases import actions as case_actions
from market.credit.cases import queries as cases
from market.credit.cases import views as case_views
from market.credit.exports import ledger_header, ledger_row
from market.credit.forms import ProposeForm, ReportForm
from market.credit.ledgers import views as ledger_views
from market.credit.repair import queries as repairs
from market.credit.repair import views as repair_views
from market.credit.reports import actions as reports
from market.credit.reports import queries as report_queries
from market.credit.reports import views as report_views
from market.credit.rules import BreachKind, Measure, OutOfScopeError
from market.credit.withdrawals import views as withdrawal_views
from market.db import UnitOfWork
from market.errors import MissingError, msgid
from market.firms import queries as firms
from market.firms.model import Firm
from market.web.addresses import clean
from market.web.deeds import Page, done, reading
from market.web.lists import csv_file, wants_csv, words_asked
from market.web.uploads import kept
from market.web.work import request_work

bp = Blueprint("credit", __name__, url_prefix="/credit")
case_views.register(bp)
withdrawal_views.register(bp)
repair_views.register(bp)
ledger_views.register(bp)
report_views.register(bp)


def init_app(app: Flask) -> None:
    """Register the pages, and what there is to do for the workbench."""
    app.register_blueprint(bp)
    beside.provide(watching.panel)
    todo.provide(Permission.CASE_REPLY, todos.for_firm)
    todo.provide(Permission.CASE_DECIDE, todos.for_decider)
    todo.provide(Permission.CASE_PROPOSE, todos.for_proposer)
    todo.provide(Permission.DRAW_SUPERVISE, todos.for_supervisor)
    todo.link(Permission.NEED_POST, msgid("本单位信用记录"), "credit.owner_ledger")
    todo.link(Permission.CASE_DECIDE, msgid("受处理机构履行中的合同"), "credit.watch")
    todo.link(Permission.CASE_REPLY, msgid("本机构信用记录"), "credit.ledger")
    todo.link(Permission.CASE_PROPOSE, msgid("提出信用处理"), "credit.propose")
    todo.link(Permission.CASE_PROPOSE, msgid("登记失信行为"), "credit.report")
    todo.link(Permission.OVERSIGHT_READ, msgid("业主信用记录"), "credit.owners")


@bp.get("/ledger")
@requires(Permission.CASE_REPLY)
def ledger() -> str | Response:
    """Explain a firm's own score, entry by entry."""
    with request_work() as work:
        own = firms.of_org_or_none(work, work.org_id)
        return _ledger_page(work, own, own=True) if own else render_template("credit/none.html")


@bp.get("/firms/<code>")
@requires(Permission.OVERSIGHT_READ)
def firm(code: str) -> str | Response:
    """Explain any firm's score to those who oversee it."""
    with request_work() as work:
        return _ledger_page(work, queries.firm_in_scope(work, clean(code)), own=False)


def _ledger_page(work: UnitOfWork, firm: Firm, *, own: bool) -> str | Response:
    if wants_csv():
        rows = queries.ledger(work, firm.id).rows
        return csv_file(f"credit-{firm.code}", ledger_header(), map(ledger_row, rows))
    rules = regulations.in_force("credit", work.today)
    found = cases.own_cases(work) if own else cases.cases_of_firm(work, firm.id)
    return render_template(
        "credit/ledger.html",
        firm=firm,
        own=own,
        ledger=queries.ledger(work, firm.id),
        cases=found,
        reports=report_queries.of_firm(work, firm.id),
        ways_out=[way for case in found if (way := repairs.way_out(work, case))],
        standing=firms.standing_now(work, firm),
        rules=rules,
        thresholds={
            key: rules.integer(f"thresholds.{key}")
            for key in ("remind_at", "suspend_at", "long_suspend_at")
        },
        may_propose=Permission.CASE_PROPOSE in work.actor.permissions,
    )


@bp.get("/watch")
@requires(Permission.OVERSIGHT_READ)
def watch() -> str:
    """Show the contracts that sanctioned firms still carry out."""
    with reading() as work:
        return render_template("credit/watch.html", rows=cases.under_watch(work))


@bp.get("/breaches")
@public
def breaches() -> str:
    """Show everybody the catalogue of breaches: points, evidence, clause."""
    with reading() as work:
        rules = regulations.in_force(catalogue.SUBJECT, work.today)
        return render_template(
            "credit/breaches.html",
            entries=catalogue.entries(rules),
            cards=catalogue.cards(rules),
            owner_faults=catalogue.owner_faults(rules),
            floors=queries.floors(work),
            rules=rules,
        )


@bp.route("/cases/new", methods=["GET", "POST"])
@requires(Permission.CASE_PROPOSE)
def propose() -> Page:
    """Choose a firm, then propose a measure against it."""
    if not (code := words_asked("firm")):
        return _choose("credit.propose", gettext("提出信用处理"))
    form = ProposeForm()
    with reading() as work:
        firm = _known(work, code)
        shown = queries.ledger(work, firm.id)
        terms = case_actions.terms_for(work, firm)
        suspend_at = regulations.in_force("credit", work.today).integer("thresholds.suspend_at")
    # A breach taken up since is the action's to refuse: the form may have been sent twice.
    form.offer([row for row in shown.rows if row.annulled is None], terms)
    numbers: list[str] = []
    status = done(form, lambda work: numbers.append(_propose(work, code, form)))
    if status is None:
        flash(gettext("认定建议已提出，等待另一人审核后告知机构。"), "success")
        return redirect(url_for("credit.case", number=numbers[0]), code=303)
    form.offer(
        [row for row in shown.rows if row.case_number is None and row.annulled is None], terms
    )
    page = render_template(
        "credit/propose.html", form=form, firm=firm, ledger=shown, suspend_at=suspend_at
    )
    return page, status


def _propose(work: UnitOfWork, code: str, form: ProposeForm) -> str:
    firm = _known(work, code)
    case = case_actions.propose(
        work,
        firm,
        queries.breaches_of_firm(work, firm.id, form.breach_ids()),
        measure=Measure(form.measure.data),
        months=form.months.data or 0,
        grounds=form.grounds.data or "",
        groups=form.scope.data or None,
    )
    return case.number


@bp.route("/breaches/new", methods=["GET", "POST"])
@requires(Permission.CASE_PROPOSE)
def report() -> Page:
    """Choose a firm, then report a breach: it counts once the firm was heard and another agrees."""
    if not (code := words_asked("firm")):
        return _choose("credit.report", gettext("登记失信行为"))
    form = ReportForm()
    with reading() as work:
        firm = _known(work, code)
        form.offer(firms.staff(work, firm.id))
        rules = regulations.in_force("credit", work.today)
    numbers: list[str] = []
    status = done(form, lambda work: numbers.append(_report(work, code, form)))
    if status is None:
        flash(gettext("已提出登记并告知机构。机构陈述以后，由另一人确认。"), "success")
        return redirect(url_for("credit.reported", report_number=numbers[0]), code=303)
    days = rules.integer("report.hearing_working_days")
    return render_template("credit/report.html", form=form, firm=firm, days=days), status


def _report(work: UnitOfWork, code: str, form: ReportForm) -> str:
    found = reports.Reported(
        kind=BreachKind(form.kind.data),
        occurred_on=form.occurred_on.data or work.today,
        evidence=form.evidence.data or "",
        named=form.named(),
        staff_id=int(form.staff.data) if form.staff.data else None,
    )
    return reports.report(work, _known(work, code), found, kept(work, form.file.data)).number


def _choose(endpoint: str, title: str) -> str:
    """Show where to look for the firm that a form is about."""
    words = words_asked()
    with reading() as work:
        return render_template(
            "credit/choose.html",
            endpoint=endpoint,
            title=title,
            words=words,
            found=queries.firms_named(work, words) if words else [],
            referred=queries.referred(work),
            low=queries.low_scores(
                work,
                regulations.in_force("credit", work.today).integer("thresholds.remind_at"),
            ),
        )


def _known(work: UnitOfWork, code: str) -> Firm:
    """Return a firm by its code.

    Raises:
        OutOfScopeError: There is such a firm, and another regulator looks after it.
    """
    try:
        return queries.firm_in_scope(work, code)
    except MissingError:
        firms.firm_by_code(work, code)
        raise OutOfScopeError from None
