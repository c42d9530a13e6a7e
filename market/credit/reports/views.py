"""A reported breach on the web: the firm speaks, another person confirms or drops it."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext

from market import regulations
from market.access import Permission, requires
from market.accounts.queries import organisation
from market.credit.cases.views import BOTH, Step
from market.credit.model import Breach
from market.credit.reports import actions, queries
from market.credit.reports.forms import AnswerUndoForm, DecideReportForm, StateForm, TakeBackForm
from market.credit.reports.model import BreachReport, BreachStatement
from market.credit.reports.rules import is_heard
from market.db import UnitOfWork
from market.errors import MissingError
from market.firms import queries as firms
from market.firms.model import FirmStaff
from market.web.addresses import clean
from market.web.deeds import NUMBER, Page, as_seen, done, reading, seen_version
from market.web.downloads import uploaded
from market.web.forms import MarketForm
from market.web.uploads import kept

ONE = "/reports/<report_number>"
Find = Callable[..., BreachReport]


def register(bp: Blueprint) -> None:
    """Add the pages of a reported breach to the blueprint of credit."""
    bp.add_url_rule(ONE, "reported", reported)
    bp.add_url_rule(f"{ONE}/file", "report_file", evidence)
    bp.add_url_rule(
        f"{ONE}/statements/<{NUMBER}:statement_id>/file", "statement_file", statement_file
    )
    bp.add_url_rule(f"{ONE}/state", "state_report", state, methods=BOTH)
    bp.add_url_rule(f"{ONE}/take-back", "take_back_report", take_back, methods=BOTH)
    bp.add_url_rule(f"{ONE}/decide", "decide_report", decide, methods=BOTH)
    bp.add_url_rule(f"{ONE}/undo", "undo_report", undo, methods=BOTH)
    bp.add_url_rule(f"{ONE}/undo/answer", "answer_undo", answer_undo, methods=BOTH)


@requires(Permission.WORKBENCH_OPEN)
def reported(report_number: str) -> str:
    """Show a reported breach to its firm and to those who oversee it."""
    with reading() as work:
        found = queries.shown(work, clean(report_number))
        return render_template("credit/reported.html", **_about(work, found))


@requires(Permission.WORKBENCH_OPEN)
def evidence(report_number: str) -> Page:
    """Hand out what the authority put to the report."""
    with reading() as work:
        found = queries.shown(work, clean(report_number))
        return _handed_out(work, found.file_id)


@requires(Permission.WORKBENCH_OPEN)
def statement_file(report_number: str, statement_id: int) -> Page:
    """Hand out what the firm put to its statement."""
    with reading() as work:
        found = queries.shown(work, clean(report_number))
        said = work.session.get(BreachStatement, statement_id)
        if said is None or said.report_id != found.id:
            raise MissingError
        return _handed_out(work, said.file_id)


@requires(Permission.CASE_REPLY)
def state(report_number: str) -> Page:
    """Let the firm say something to a reported breach."""
    form = StateForm()
    step = Step(
        allowed="state",
        title=gettext("陈述意见"),
        button=gettext("提交陈述意见"),
        said=gettext("陈述意见已提交，由提出人以外的人确认。"),
        confirm=gettext("提交后不能修改，期满前可以补充。确认提交？"),
        note=gettext("勾选“不再补充”的，期满前就可以办理；不勾选的，期满以后才办理。"),
    )

    def act(work: UnitOfWork, found: BreachReport) -> None:
        stored = kept(work, form.file.data)
        is_last = bool(form.is_last.data)
        actions.state(work, found, form.statement.data or "", stored, is_last=is_last)

    return _take(report_number, form, step, queries.own, act)


@requires(Permission.CASE_PROPOSE)
def take_back(report_number: str) -> Page:
    """Take one's own report back."""
    form = TakeBackForm()
    step = Step(
        allowed="take_back",
        title=gettext("撤回登记"),
        button=gettext("撤回"),
        said=gettext("登记已撤回，已通知机构。"),
        note=gettext("撤回的登记不记分，不公开；机构会收到通知。"),
    )

    def act(work: UnitOfWork, found: BreachReport) -> None:
        actions.take_back(work, found, form.why.data or "")

    return _take(report_number, form, step, queries.looked_after, act)


@requires(Permission.CASE_DECIDE)
def decide(report_number: str) -> Page:
    """Confirm or drop a reported breach as another person."""
    form = DecideReportForm()
    step = Step(
        allowed="decide",
        title=gettext("确认失信行为登记"),
        button=gettext("提交确认意见"),
        said=gettext("确认意见已记录，已通知机构。"),
        confirm=gettext("确认的，立即计入信用记录。确认提交？"),
        note=gettext("确认以后才记分，才能作为立案的依据。提出人不能确认本人的登记。"),
    )

    def act(work: UnitOfWork, found: BreachReport) -> None:
        confirm = form.outcome.data == "confirm"
        actions.decide(work, found, confirm=confirm, why=form.decision.data or "")

    return _take(report_number, form, step, queries.looked_after, act)


@requires(Permission.CASE_DECIDE)
def undo(report_number: str) -> Page:
    """Propose to undo a confirmed report."""
    form = TakeBackForm()
    step = Step(
        allowed="undo",
        title=gettext("撤销失信行为登记"),
        button=gettext("提出撤销"),
        said=gettext("撤销已提出，等待另一人确认。"),
        note=gettext("登记有误的，由一人提出、另一人确认撤销；撤销后不再计分，并通知机构。"),
    )

    def act(work: UnitOfWork, found: BreachReport) -> None:
        actions.ask_undo(work, found, form.why.data or "")

    return _take(report_number, form, step, queries.looked_after, act)


@requires(Permission.CASE_DECIDE)
def answer_undo(report_number: str) -> Page:
    """Undo a confirmed report as the second person, or leave it."""
    form = AnswerUndoForm()
    step = Step(
        allowed="answer_undo",
        title=gettext("确认撤销失信行为登记"),
        button=gettext("提交确认意见"),
        said=gettext("确认意见已记录。"),
        confirm=gettext("同意撤销的，立即不再计分，并通知机构。确认提交？"),
    )

    def act(work: UnitOfWork, found: BreachReport) -> None:
        undone = form.outcome.data == "undo"
        actions.answer_undo(work, found, undo=undone, why=form.why.data or "")

    return _take(report_number, form, step, queries.looked_after, act)


def _take(
    number: str,
    form: MarketForm,
    step: Step,
    find: Find,
    act: Callable[[UnitOfWork, BreachReport], object],
) -> Page:
    number = clean(number)

    def deed(work: UnitOfWork) -> None:
        found = find(work, number, held=True)
        as_seen(found.version)
        act(work, found)

    with reading() as work:
        find(work, number)
    status = done(form, deed)
    if status is None:
        flash(step.said, "success")
        return redirect(url_for("credit.reported", report_number=number), code=303)
    with reading() as work:
        shown = _about(work, find(work, number))
    may = getattr(shown["steps"], step.allowed)
    page = render_template("credit/report_step.html", form=form, step=step, may=may, **shown)
    return page, status


def _about(work: UnitOfWork, found: BreachReport) -> dict[str, object]:
    person = work.session.get(FirmStaff, found.staff_id) if found.staff_id else None
    breach = work.session.get(Breach, found.breach_id) if found.breach_id else None
    return {
        "report": found,
        "firm": firms.firm_by_id(work, found.firm_id),
        "own": Permission.OVERSIGHT_READ not in work.actor.permissions,
        "authority": organisation(work, found.proposed_by_org_id).name,
        "person": person.name if person is not None else "",
        "breach": breach,
        "statements": queries.statements_of(work, found),
        "is_heard": is_heard(found.state, found.state_by_at, work.now),
        "rules": regulations.current().by_id(found.regulation_id),
        "steps": queries.steps_of(work, found),
        "version": seen_version(found.version),
    }


def _handed_out(work: UnitOfWork, file_id: int | None) -> Page:
    if file_id is None:
        raise MissingError
    return uploaded(work, file_id)
