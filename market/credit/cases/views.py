"""A case on the web, step by step, to its firm and to the authority."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext

from market import regulations
from market.access import Permission, requires
from market.accounts.model import User
from market.accounts.queries import organisation
from market.clock import beijing
from market.credit.cases import actions, basis, evidence, letters, queries
from market.credit.cases import excluding as excluding  # noqa: PLC0414 - what draws ask of a case
from market.credit.cases.actions.hearing import Summons
from market.credit.cases.forms import (
    AskHearingForm,
    ConfirmForm,
    DecideForm,
    MoveForm,
    RecordForm,
    ReplyForm,
    SignForm,
    SummonForm,
    WhyForm,
)
from market.credit.cases.model import Case
from market.credit.cases.rules import is_hearing, may_add_nothing, says_milder
from market.credit.cases.scopes import in_words
from market.credit.cases.steps import steps_of
from market.credit.cases.turns import when_of
from market.credit.queries import unjudged
from market.credit.repair import queries as repairs
from market.credit.withdrawals import queries as reviews
from market.db import UnitOfWork
from market.firms import queries as firms
from market.letters.queries import standing
from market.letters.remedies.queries import clause_of
from market.web.addresses import clean
from market.web.deeds import NUMBER, Page, done, reading
from market.web.downloads import uploaded
from market.web.forms import MarketForm
from market.web.uploads import kept

ONE = "/cases/<number>"
BOTH = ["GET", "POST"]
# Whoever drafts and whoever signs, beside the chair.
DECIDED_BY = 2
Find = Callable[[UnitOfWork, str], Case]


def register(bp: Blueprint) -> None:
    """Add the pages of a case to the blueprint of credit."""
    bp.add_url_rule(ONE, "case", case)
    bp.add_url_rule(f"{ONE}/confirm", "confirm", confirm, methods=BOTH)
    bp.add_url_rule(f"{ONE}/files/<{NUMBER}:file_id>", "case_file", case_file)
    bp.add_url_rule(f"{ONE}/recall", "recall", recall, methods=BOTH)
    bp.add_url_rule(f"{ONE}/reply", "reply", reply, methods=BOTH)
    bp.add_url_rule(f"{ONE}/extend", "extend", extend, methods=BOTH)
    bp.add_url_rule(f"{ONE}/hearing/ask", "ask_hearing", ask_hearing, methods=BOTH)
    bp.add_url_rule(f"{ONE}/hearing/summon", "summon", summon, methods=BOTH)
    bp.add_url_rule(f"{ONE}/hearing/record", "record", record, methods=BOTH)
    bp.add_url_rule(f"{ONE}/decide", "decide", decide, methods=BOTH)
    bp.add_url_rule(f"{ONE}/sign", "sign", sign, methods=BOTH)
    bp.add_url_rule(f"{ONE}/take-back", "take_back", take_back, methods=BOTH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step as its page shows it: its name, what follows from it, and the words when it is done.

    ``allowed`` names the field of ``Steps`` that says whether it may be taken now.
    """

    allowed: str
    title: str
    button: str
    said: str
    confirm: str = ""
    note: str = ""


def take(number: str, form: MarketForm, step: Step, find: Find, act: Callable[..., object]) -> Page:
    """Run one step of a case: its form, then the case's page."""
    number = clean(number)
    with reading() as work:
        shown = about(work, find(work, number))
    status = done(form, lambda work: act(work, find(work, number)))
    if status is None:
        flash(step.said, "success")
        return redirect(url_for("credit.case", number=number), code=303)
    may = getattr(shown["steps"], step.allowed)
    with reading() as work:
        when = when_of(work, find(work, number), step.allowed)
    page = render_template("credit/step.html", form=form, step=step, may=may, when=when, **shown)
    return page, status


def about(work: UnitOfWork, of: Case) -> dict[str, object]:
    """Return what the pages of a case show."""
    overseeing = Permission.OVERSIGHT_READ in work.actor.permissions
    return {
        "case": of,
        "firm": firms.firm_by_id(work, of.firm_id),
        "breaches": queries.breaches_of_case(work, of),
        "proposer": organisation(work, of.proposed_by_org_id).name,
        "decider": _organisation_of(work, of.decided_by_id),
        "people": _people(work, of),
        "rules": regulations.current().by_id(of.regulation_id),
        "terms": regulations.current().by_id(of.terms_regulation_id),
        "own": not overseeing,
        "steps": steps_of(work, of),
        "hears": is_hearing(of.state, of.reply_by_at, work.now),
        "scope": in_words(of.scope),
        "files": evidence.files_of(work, of),
        "hearing": (hearing := queries.hearing_of(work, of)),
        "chair": queries.chair_of(work, hearing),
        "summon_by": queries.summon_by(of, hearing) if hearing is not None else None,
        "waived_by": _name_of(work, of.waived_by_id),
        "issued": [standing(work, letter) for letter in queries.letters_of(work, of)],
        "remedies": letters.remedies_said(work, of) if of.decided_at else _remedies(work),
        "is_milder_in_words": says_milder(of.decision or "") and of.draft_upholds is True,
        "review": reviews.pending(work, of) if overseeing else None,
        "asked": basis.in_question(work, of) if overseeing else [],
        "unjudged": unjudged(work, queries.breaches_of_case(work, of)),
        "reviews": reviews.reviews_of(work, of) if overseeing else [],
        "lost": reviews.lost_meanwhile(work, of) if overseeing else [],
        "repairs": repairs.repairs_of(work, of),
        "ways_out": [way] if (way := repairs.way_out(work, of)) else [],
    }


def _people(work: UnitOfWork, of: Case) -> dict[str, str]:
    """Return to who oversees every authority who proposed, confirmed, drafted and decided."""
    if Permission.DRAW_SUPERVISE not in work.actor.permissions:
        return {}
    ids = {
        "proposer": of.proposed_by_id,
        "confirmer": of.confirmed_by_id,
        "drafter": of.drafted_by_id,
        "decider": of.decided_by_id,
    }
    return {step: _name_of(work, user_id) for step, user_id in ids.items() if user_id is not None}


def _name_of(work: UnitOfWork, user_id: int | None) -> str:
    return work.session.get_one(User, user_id).name if user_id is not None else ""


def _remedies(work: UnitOfWork) -> str:
    """Return what a decision signed now would say; nothing before two people confirmed it."""
    found = clause_of(work, work.actor.org_id) if work.actor.org_id is not None else None
    return found.words if found is not None else ""


def _organisation_of(work: UnitOfWork, user_id: int | None) -> str:
    user = work.session.get(User, user_id) if user_id else None
    return organisation(work, user.organisation_id).name if user else ""


@requires(Permission.WORKBENCH_OPEN)
def case(number: str) -> str:
    """Show a case with its letters to its firm and to those who oversee it."""
    with reading() as work:
        overseeing = Permission.OVERSIGHT_READ in work.actor.permissions
        find = queries.case if overseeing else queries.own_case
        return render_template("credit/case.html", **about(work, find(work, clean(number))))


@requires(Permission.CASE_DECIDE)
def confirm(number: str) -> Page:
    """Confirm a proposal, so that the firm is told; or refuse it."""
    form = ConfirmForm()

    def act(work: UnitOfWork, case: Case) -> None:
        if form.outcome.data == "notify":
            actions.notify(work, case)
        else:
            actions.drop(work, case, form.why.data or "")

    step = Step(
        allowed="confirm",
        title=gettext("审核认定建议"),
        button=gettext("提交审核意见"),
        said=gettext("审核意见已记录。同意的，告知书已发给机构。"),
        confirm=gettext(
            "提交后不能更改。同意的，告知书立即发给机构；不予立案的，不告知机构。确认提交？"
        ),
        note=gettext("同意后向机构发出告知书，陈述申辩期从次日起算。提出人不能审核本人的建议。"),
    )
    return take(number, form, step, queries.case, act)


@requires(Permission.CASE_PROPOSE)
def recall(number: str) -> Page:
    """Take one's own proposal back before another confirms it."""
    form = WhyForm()
    step = Step(
        allowed="recall",
        title=gettext("撤回认定建议"),
        button=gettext("撤回"),
        said=gettext("认定建议已撤回，所依据的失信行为可以另行立案。"),
        note=gettext("审核以前可以撤回；机构没有收到通知，撤回也不通知。"),
    )

    def act(work: UnitOfWork, case: Case) -> None:
        actions.recall(work, case, form.why.data or "")

    return take(number, form, step, queries.case, act)


@requires(Permission.WORKBENCH_OPEN)
def case_file(number: str, file_id: int) -> Page:
    """Hand out what the firm put to its case: to the firm and to those who oversee it."""
    with reading() as work:
        overseeing = Permission.OVERSIGHT_READ in work.actor.permissions
        find = queries.case if overseeing else queries.own_case
        found = evidence.file_of(work, find(work, clean(number)), file_id)
        return uploaded(work, found.file_id)


@requires(Permission.CASE_REPLY)
def reply(number: str) -> Page:
    """Answer a proposed measure."""
    form = ReplyForm()
    with reading() as work:
        may_end = may_add_nothing(queries.own_case(work, clean(number)).state)
    if not may_end and not form.is_last.data:  # Who asked to be heard is not offered the tick.
        del form.is_last
    step = Step(
        allowed="reply",
        title=gettext("提出陈述申辩"),
        button=gettext("提交陈述申辩"),
        said=gettext("陈述申辩已提交，期满后由提出人以外的两人作出决定。"),
        confirm=gettext("提交后不能修改，期满前可以补充。确认提交？"),
    )

    def act(work: UnitOfWork, case: Case) -> None:
        is_last = "is_last" in form and bool(form.is_last.data)
        stored = kept(work, form.file.data)
        actions.reply(work, case, form.reply.data or "", stored, is_last=is_last)

    return take(number, form, step, queries.own_case, act)


@requires(Permission.CASE_REPLY)
def extend(number: str) -> Page:
    """Ask for more time to reply."""
    form = WhyForm()
    step = Step(
        allowed="extend",
        title=gettext("申请延长陈述申辩期"),
        button=gettext("申请延长"),
        said=gettext("陈述申辩期已依规则延长。"),
        note=gettext("期满前申请的，依规则延长一次，无须审批。"),
    )
    return take(
        number, form, step, queries.own_case,
        lambda work, case: actions.extend(work, case, form.why.data or ""),
    )  # fmt: skip


@requires(Permission.CASE_REPLY)
def ask_hearing(number: str) -> Page:
    """Ask for a hearing."""
    form = AskHearingForm()
    step = Step(
        allowed="ask_hearing",
        title=gettext("申请听证"),
        button=gettext("申请听证"),
        said=gettext("听证申请已提交。听证举行前不会作出决定。"),
        note=gettext(
            "写明要求听证的事项和理由。主管部门确定时间、地点和主持人后另行通知。陈述申辩期不变，期内仍可提交书面意见、申请延长。"
        ),
    )
    return take(
        number, form, step, queries.own_case,
        lambda work, case: actions.ask_hearing(
            work, case, form.why.data or "", kept(work, form.file.data)
        ),
    )  # fmt: skip


@requires(Permission.CASE_DECIDE)
def summon(number: str) -> Page:
    """Fix a hearing and tell the firm."""
    with reading() as work:
        found = queries.case(work, clean(number))
        chairs = queries.may_chair(work, found)
        hearing = queries.hearing_of(work, found)
    form = MoveForm() if hearing is not None and hearing.held_at is not None else SummonForm()
    form.offer(chairs)
    note = gettext("举行前须按规定的工作日提前通知；另定时间的，重新通知，原通知书注明已被替换。")
    if len(chairs) <= DECIDED_BY:
        note += gettext(
            "注意：主持人不参加决定，本单位除提出人和主持人外的决定人员不足两名，"
            "听证后可能没有人能作出决定。请先增设决定人员，或者由其他主管单位的人员决定。"
        )
    step = Step(
        allowed="summon",
        title=gettext("确定听证时间"),
        button=gettext("发出听证通知"),
        said=gettext("听证通知已发给机构。"),
        confirm=gettext("通知书立即发给机构。确认发出？"),
        note=note,
    )

    def act(work: UnitOfWork, case: Case) -> None:
        hour, minute = map(int, (form.hour.data or "").split(":"))
        facts = Summons(
            held_at=beijing(form.held_on.data or work.today, hour, minute),
            place=form.place.data or "",
            chair=form.chair.data or "",
            why=(form.why.data or "") if isinstance(form, MoveForm) else "",
        )
        actions.summon(work, case, facts)

    return take(number, form, step, queries.case, act)


@requires(Permission.CASE_DECIDE)
def record(number: str) -> Page:
    """Enter what was said at a hearing."""
    form = RecordForm()
    step = Step(
        allowed="record",
        title=gettext("登记听证笔录"),
        button=gettext("登记笔录"),
        said=gettext("听证笔录已登记。"),
        confirm=gettext("登记后不能修改。确认登记？"),
    )

    def act(work: UnitOfWork, case: Case) -> None:
        attended = form.attended.data == "yes"
        actions.record_hearing(work, case, form.record.data or "", attended=attended)

    return take(number, form, step, queries.case, act)


@requires(Permission.CASE_DECIDE)
def decide(number: str) -> Page:
    """Draft the decision of a case that was heard."""
    form = DecideForm()
    step = Step(
        allowed="decide",
        title=gettext("拟定决定"),
        button=gettext("拟定决定"),
        said=gettext("决定已拟定，等待另一人确认。"),
        note=gettext(
            "另一人确认后决定才成立：按拟定措施处理的，次日零时生效，期满自动终止，并在信用公示栏公开。"
        ),
    )

    def act(work: UnitOfWork, case: Case) -> None:
        uphold = form.outcome.data == "uphold"
        actions.draft(work, case, uphold=uphold, text=form.decision.data or "")

    return take(number, form, step, queries.case, act)


@requires(Permission.CASE_DECIDE)
def sign(number: str) -> Page:
    """Sign a drafted decision as the second person, or send it back."""
    form = SignForm()
    step = Step(
        allowed="sign",
        title=gettext("确认决定"),
        button=gettext("提交确认意见"),
        said=gettext("确认意见已记录。同意的，决定已作出，决定书已发给机构。"),
        confirm=gettext(
            "提交后不能更改。同意的，决定书立即发给机构，只能依程序撤销或者更正；退回的，由拟定人重新拟定。确认？"
        ),
    )

    def act(work: UnitOfWork, case: Case) -> None:
        if form.outcome.data == "sign":
            actions.confirm_decision(work, case)
        else:
            actions.send_back(work, case, form.why.data or "")

    return take(number, form, step, queries.case, act)


@requires(Permission.CASE_DECIDE)
def take_back(number: str) -> Page:
    """Take one's own draft of a decision back."""
    form = WhyForm()
    step = Step(
        allowed="take_back",
        title=gettext("撤回拟定的决定"),
        button=gettext("撤回"),
        said=gettext("拟定的决定已撤回，请重新拟定。"),
        note=gettext("理由记入案件，主管部门、运营机构和监督部门可以看到；机构不会收到通知。"),
    )

    def act(work: UnitOfWork, case: Case) -> None:
        actions.take_back(work, case, form.why.data or "")

    return take(number, form, step, queries.case, act)
