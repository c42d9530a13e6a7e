"""Repair of credit on the web: the firm applies, two people answer."""

from flask import Blueprint
from flask_babel import gettext

from market.access import Permission, requires
from market.credit.cases import queries as cases
from market.credit.cases.forms import RepairAnswerForm, RepairForm, SignForm
from market.credit.cases.model import Case
from market.credit.cases.views import BOTH, ONE, Step, take
from market.credit.repair import actions, queries
from market.db import UnitOfWork
from market.web.deeds import Page


def register(bp: Blueprint) -> None:
    """Add the pages to the blueprint of credit."""
    bp.add_url_rule(f"{ONE}/repair", "repair", repair, methods=BOTH)
    bp.add_url_rule(f"{ONE}/repair/answer", "answer_repair", answer, methods=BOTH)
    bp.add_url_rule(f"{ONE}/repair/sign", "sign_repair", sign, methods=BOTH)


@requires(Permission.CASE_REPLY)
def repair(number: str) -> Page:
    """Apply for repair."""
    form = RepairForm()
    step = Step(
        allowed="repair",
        title=gettext("申请信用修复"),
        button=gettext("提交申请"),
        said=gettext("信用修复申请已提交。"),
        confirm=gettext("申请和承诺提交后不能修改。确认提交？"),
        note=gettext("承诺内容：") + gettext(actions.PROMISE),
    )

    def act(work: UnitOfWork, case: Case) -> None:
        promised = bool(form.promise.data)
        actions.apply_for(work, case, form.correction.data or "", promised=promised)

    return take(number, form, step, cases.own_case, act)


@requires(Permission.CASE_DECIDE)
def answer(number: str) -> Page:
    """Draft the answer to an application."""
    form = RepairAnswerForm()
    step = Step(
        allowed="answer_repair",
        title=gettext("答复信用修复申请"),
        button=gettext("拟定答复"),
        said=gettext("答复已拟定，等待另一人确认。"),
        note=gettext("另一人确认后生效：同意的，措施即时终止，不再公示。逾期不答复不视为同意。"),
    )

    def act(work: UnitOfWork, case: Case) -> None:
        found = queries.pending_or_missing(work, case)
        grant = form.outcome.data == "grant"
        actions.draft(work, case, found, grant=grant, text=form.decision.data or "")

    return take(number, form, step, cases.case, act)


@requires(Permission.CASE_DECIDE)
def sign(number: str) -> Page:
    """Sign the answer to an application as the second person, or send it back."""
    form = SignForm()
    step = Step(
        allowed="sign_repair",
        title=gettext("确认信用修复答复"),
        button=gettext("提交确认意见"),
        said=gettext("确认意见已记录。同意的，答复已发给机构。"),
        confirm=gettext("同意后答复立即发给机构。确认？"),
    )

    def act(work: UnitOfWork, case: Case) -> None:
        found = queries.pending_or_missing(work, case)
        if form.outcome.data == "sign":
            actions.confirm(work, case, found)
        else:
            actions.send_back(work, case, found, form.why.data or "")

    return take(number, form, step, cases.case, act)
