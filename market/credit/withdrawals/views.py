"""Withdrawing and correcting decisions on the web."""

from flask import Blueprint
from flask_babel import gettext

from market.access import Permission, requires
from market.credit.cases import queries as cases
from market.credit.cases.forms import CorrectForm, SignForm, WithdrawForm
from market.credit.cases.model import Case
from market.credit.cases.views import BOTH, ONE, Step, take
from market.credit.withdrawals import actions, queries
from market.db import UnitOfWork
from market.web.addresses import clean
from market.web.deeds import Page, reading


def register(bp: Blueprint) -> None:
    """Add the pages to the blueprint of credit."""
    bp.add_url_rule(f"{ONE}/withdraw", "withdraw", withdraw, methods=BOTH)
    bp.add_url_rule(f"{ONE}/correct", "correct", correct, methods=BOTH)
    bp.add_url_rule(f"{ONE}/review", "review", review, methods=BOTH)


@requires(Permission.CASE_DECIDE)
def withdraw(number: str) -> Page:
    """Propose that a wrong decision be withdrawn."""
    form = WithdrawForm()
    with reading() as work:
        form.offer(cases.breaches_of_case(work, cases.case(work, clean(number))))
    step = Step(
        allowed="withdraw",
        title=gettext("撤销决定"),
        button=gettext("提出撤销"),
        said=gettext("撤销已提出，等待另一人确认。"),
        note=gettext(
            "另一人确认后：因本决定受到的限制即时解除，公示注明撤销；勾选的失信行为不再计分，没有勾选的继续计分。"
        ),
    )
    return take(
        number, form, step, cases.case,
        lambda work, case: actions.propose_withdrawal(
            work, case, form.why.data or "", wrong_breaches=form.wrong_ids()
        ),
    )  # fmt: skip


@requires(Permission.CASE_DECIDE)
def correct(number: str) -> Page:
    """Propose that a decision be made milder."""
    form = CorrectForm()
    form.offer()
    step = Step(
        allowed="correct",
        title=gettext("更正决定"),
        button=gettext("提出更正"),
        said=gettext("更正已提出，等待另一人确认。"),
        note=gettext("更正只能缩短期限或者缩小范围。加重处理的须另行立案。"),
    )

    def act(work: UnitOfWork, case: Case) -> None:
        scope = " ".join(sorted(form.scope.data or []))
        actions.propose_correction(
            work, case, form.why.data or "", months=form.months.data or 0, scope=scope
        )

    return take(number, form, step, cases.case, act)


@requires(Permission.CASE_DECIDE)
def review(number: str) -> Page:
    """Confirm or refuse a withdrawal or a correction as the second person."""
    form = SignForm()
    step = Step(
        allowed="review",
        title=gettext("确认撤销或者更正"),
        button=gettext("提交确认意见"),
        said=gettext("确认意见已记录。同意的，即时生效并通知机构。"),
        confirm=gettext("提交后不能更改。同意的，即时生效并通知机构；不同意的，原决定不变。确认？"),
    )

    def act(work: UnitOfWork, case: Case) -> None:
        found = queries.pending_or_missing(work, case)
        if form.outcome.data == "sign":
            actions.confirm(work, case, found)
        else:
            actions.refuse(work, case, found, form.why.data or "")

    return take(number, form, step, cases.case, act)
