"""Credit on the web: a firm's ledger, and the way of a case from proposal to decision."""

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from market import regulations
from market.access import Permission, requires
from market.accounts import todo
from market.accounts.model import User
from market.accounts.queries import organisation
from market.credit import actions, queries, todos
from market.credit.forms import DecideForm, ProposeForm, ReplyForm, ReportForm
from market.credit.model import Case
from market.credit.rules import BreachKind, Measure, OutOfScopeError, is_hearing
from market.db import UnitOfWork
from market.errors import MissingError, msgid
from market.firms import queries as firms
from market.firms.model import Firm
from market.web.deeds import Page, done, reading
from market.web.lists import words_asked
from market.web.work import request_work

bp = Blueprint("credit", __name__, url_prefix="/credit")


def init_app(app: Flask) -> None:
    """Register the pages, and what there is to do for the workbench."""
    app.register_blueprint(bp)
    todo.provide(Permission.CASE_REPLY, todos.for_firm)
    todo.provide(Permission.CASE_DECIDE, todos.for_decider)
    todo.provide(Permission.CASE_PROPOSE, todos.for_proposer)
    todo.link(Permission.CASE_REPLY, msgid("本机构信用记录"), "credit.ledger")
    todo.link(Permission.CASE_PROPOSE, msgid("提出信用处理"), "credit.propose")
    todo.link(Permission.CASE_PROPOSE, msgid("登记失信行为"), "credit.report")


@bp.get("/ledger")
@requires(Permission.CASE_REPLY)
def ledger() -> str:
    """Explain a firm's own score, entry by entry."""
    with request_work() as work:
        own = firms.of_org_or_none(work, work.org_id)
        return _ledger_page(work, own, own=True) if own else render_template("credit/none.html")


@bp.get("/firms/<code>")
@requires(Permission.OVERSIGHT_READ)
def firm(code: str) -> str:
    """Explain any firm's score to those who oversee it."""
    with request_work() as work:
        return _ledger_page(work, queries.firm_in_scope(work, _clean(code)), own=False)


def _ledger_page(work: UnitOfWork, firm: Firm, *, own: bool) -> str:
    rules = regulations.in_force("credit", work.today)
    return render_template(
        "credit/ledger.html",
        firm=firm,
        own=own,
        ledger=queries.ledger(work, firm.id),
        cases=queries.cases_of_firm(work, firm.id),
        standing=firms.standing_now(work, firm),
        rules=rules,
        thresholds={
            key: rules.integer(f"thresholds.{key}")
            for key in ("remind_at", "suspend_at", "long_suspend_at")
        },
        may_propose=Permission.CASE_PROPOSE in work.actor.permissions,
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
        terms = actions.terms_for(work, firm)
        suspend_at = regulations.in_force("credit", work.today).integer("thresholds.suspend_at")
    # A breach taken up since is the action's to refuse: the form may have been sent twice.
    form.offer(shown.rows, terms)
    numbers: list[str] = []
    status = done(form, lambda work: numbers.append(_propose(work, code, form)))
    if status is None:
        flash(gettext("已立案并告知机构，等待陈述申辩。"), "success")
        return redirect(url_for("credit.case", number=numbers[0]), code=303)
    form.offer([row for row in shown.rows if row.case_number is None], terms)
    page = render_template(
        "credit/propose.html", form=form, firm=firm, ledger=shown, suspend_at=suspend_at
    )
    return page, status


def _propose(work: UnitOfWork, code: str, form: ProposeForm) -> str:
    firm = _known(work, code)
    case = actions.propose(
        work,
        firm,
        queries.breaches_of_firm(work, firm.id, form.breach_ids()),
        measure=Measure(form.measure.data),
        months=form.months.data or 0,
        grounds=form.grounds.data or "",
    )
    return case.number


@bp.route("/breaches/new", methods=["GET", "POST"])
@requires(Permission.CASE_PROPOSE)
def report() -> Page:
    """Choose a firm, then enter a breach that an authority established."""
    if not (code := words_asked("firm")):
        return _choose("credit.report", gettext("登记失信行为"))
    form = ReportForm()
    form.offer()
    with reading() as work:
        firm = _known(work, code)
    status = done(form, lambda work: _report(work, code, form))
    if status is None:
        flash(gettext("已登记，并记入该机构的信用记录。"), "success")
        return redirect(url_for("credit.firm", code=firm.code), code=303)
    return render_template("credit/report.html", form=form, firm=firm), status


def _report(work: UnitOfWork, code: str, form: ReportForm) -> None:
    kind = BreachKind(form.kind.data)
    firm = _known(work, code)
    day = form.occurred_on.data or work.today
    actions.report_breach(work, firm, kind, day, form.evidence.data or "")


@bp.get("/cases/<number>")
@requires(Permission.WORKBENCH_OPEN)
def case(number: str) -> str:
    """Show a case with its letters to its firm and to those who oversee it."""
    with request_work() as work:
        overseeing = Permission.OVERSIGHT_READ in work.actor.permissions
        find = queries.case if overseeing else queries.own_case
        return render_template("credit/case.html", **_letters(work, find(work, _clean(number))))


def _letters(work: UnitOfWork, case: Case) -> dict[str, object]:
    decider = work.session.get(User, case.decided_by_id) if case.decided_by_id else None
    open_ = case.state in queries.OPEN
    permissions = work.actor.permissions
    return {
        "case": case,
        "firm": firms.firm_by_id(work, case.firm_id),
        "breaches": queries.breaches_of_case(work, case),
        "proposer": organisation(work, case.proposed_by_org_id).name,
        "decider": organisation(work, decider.organisation_id).name if decider else "",
        "rules": regulations.current().by_id(case.regulation_id),
        "terms": regulations.current().by_id(case.terms_regulation_id),
        "own": Permission.OVERSIGHT_READ not in permissions,
        "may_reply": Permission.CASE_REPLY in permissions and _hears(work, case),
        "may_decide": Permission.CASE_DECIDE in permissions and open_ and not _hears(work, case),
        "hearing": _hears(work, case),
    }


def _hears(work: UnitOfWork, case: Case) -> bool:
    """Whether the firm may still answer, or add to its answer."""
    return is_hearing(case.state, case.reply_by_at, work.now)


@bp.route("/cases/<number>/reply", methods=["GET", "POST"])
@requires(Permission.CASE_REPLY)
def reply(number: str) -> Page:
    """Answer a proposed measure."""
    form = ReplyForm()
    number = _clean(number)
    with reading() as work:
        shown = _letters(work, queries.own_case(work, number))
    status = done(
        form,
        lambda work: actions.reply(
            work,
            queries.own_case(work, number),
            form.reply.data or "",
            is_last=bool(form.is_last.data),
        ),
    )
    if status is None:
        flash(gettext("陈述申辩已提交，由另一人审查后作出决定。"), "success")
        return redirect(url_for("credit.case", number=number), code=303)
    return render_template("credit/reply.html", form=form, **shown), status


@bp.route("/cases/<number>/decide", methods=["GET", "POST"])
@requires(Permission.CASE_DECIDE)
def decide(number: str) -> Page:
    """Decide a case that was heard."""
    form = DecideForm()
    number = _clean(number)
    with reading() as work:
        found = queries.case(work, number)
        shown = _letters(work, found)
    if request.method != "POST" and found.state not in queries.OPEN:
        return redirect(url_for("credit.case", number=number))
    status = done(form, lambda work: _decide(work, number, form))
    if status is None:
        flash(gettext("决定已作出，机构可在案件页面查看和打印决定书。"), "success")
        return redirect(url_for("credit.case", number=number), code=303)
    return render_template("credit/decide.html", form=form, **shown), status


def _decide(work: UnitOfWork, number: str, form: DecideForm) -> None:
    uphold = form.outcome.data == "uphold"
    actions.decide(work, queries.case(work, number), uphold=uphold, text=form.decision.data or "")


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


def _clean(text: str) -> str:
    """Return a part of an address as every database can be asked for it."""
    if not text.isprintable():
        raise MissingError
    return text
