"""What there is to do for credit, as the workbench lists it."""

from collections.abc import Callable

from flask import url_for
from flask_babel import gettext

from market import regulations
from market.accounts.todo import Todo
from market.credit import queries
from market.credit.cases import dues
from market.credit.cases import queries as cases
from market.credit.cases.queries import CaseRow
from market.credit.cases.rules import CaseState, may_write
from market.credit.cases.scopes import groups_of_breaches
from market.credit.repair import queries as repairs
from market.credit.repair.rules import RepairState
from market.credit.reports import dues as report_dues
from market.credit.reports import queries as reports
from market.credit.reports.rules import ReportState
from market.credit.scope import groups_of_firm, is_first
from market.credit.withdrawals import queries as reviews
from market.db import UnitOfWork
from market.labels import label_of


def for_firm(work: UnitOfWork) -> list[Todo]:
    """Proposed measures that the firm may still answer, and hearings that it asked for."""
    return [*_to_answer(work), *_to_attend(work), *_to_state(work)]


def _to_state(work: UnitOfWork) -> list[Todo]:
    """Breaches that an authority reports, and to which the firm may say something."""
    return [
        Todo(
            what=gettext("对拟登记的失信行为陈述意见"),
            detail=f"{report.number} {gettext(label_of(report.kind).text)}",
            url=url_for("credit.reported", report_number=report.number),
            due_at=report.state_by_at,
            urgency="soon",
        )
        for report in reports.to_state(work)
    ]


def _to_attend(work: UnitOfWork) -> list[Todo]:
    return [
        Todo(
            what=gettext("参加听证"),
            detail=f"{case.number} {hearing.place}",
            url=url_for("credit.case", number=case.number),
            due_at=hearing.held_at,
        )
        for case in cases.own_cases(work)
        if case.state is CaseState.SUMMONED
        and (hearing := cases.hearing_of(work, case)) is not None
        and hearing.held_at is not None
        and work.now < hearing.held_at
    ]


def _to_answer(work: UnitOfWork) -> list[Todo]:
    """Cases that the firm has not answered; asking to be heard answers nothing yet."""
    return [
        Todo(
            what=gettext("提出陈述申辩"),
            detail=f"{case.number} {gettext(label_of(case.measure).text)}",
            url=url_for("credit.case", number=case.number),
            due_at=case.reply_by_at,
            urgency="soon",
        )
        for case in cases.own_cases(work)
        if case.reply is None  # Adding is no duty.
        and may_write(case.state, case.reply_by_at, work.now)
    ]


def for_decider(work: UnitOfWork) -> list[Todo]:
    """Every step of a case that waits for the actor: none is forgotten because nobody asks."""
    steps = (
        (gettext("审核认定建议"), "credit.confirm", cases.to_confirm),
        (gettext("登记听证笔录"), "credit.record", cases.to_record),
        (gettext("确认撤销或者更正"), "credit.review", reviews.to_confirm),
    )
    found = [todo for step in steps for todo in _listed(work, *step)]
    found += [
        Todo(
            what=gettext("确认信用案件决定") if _drafted(row) else gettext("决定信用案件"),
            detail=f"{row.case.number} {row.firm.name}",
            url=url_for(
                "credit.sign" if _drafted(row) else "credit.decide", number=row.case.number
            ),
            due_at=dues.step_by(work, row.case),
        )
        for row in cases.to_decide(work)
    ]
    return [*found, *_to_review(work), *_hearings(work), *_repairs(work), *_reports(work)]


def _to_review(work: UnitOfWork) -> list[Todo]:
    """Decisions whose basis was taken back: two people say what becomes of them."""
    return [
        Todo(
            what=gettext("决定的依据已失效，决定是否撤销或者更正"),
            detail=f"{row.case.number} {row.firm.name}",
            url=url_for("credit.case", number=row.case.number),
            due_at=row.case.basis_by_at,
            urgency="soon",
        )
        for row in dues.to_review(work)
    ]


def _reports(work: UnitOfWork) -> list[Todo]:
    """Reported breaches whose firm was heard, and those that another wants undone."""
    return [
        Todo(
            what=gettext("确认撤销失信行为登记")
            if row.report.state is ReportState.UNDOING
            else gettext("确认失信行为登记"),
            detail=f"{row.report.number} {row.firm.name}",
            url=url_for("credit.reported", report_number=row.report.number),
            due_at=report_dues.step_by(work, row.report),
        )
        for row in reports.to_decide(work)
    ]


def _hearings(work: UnitOfWork) -> list[Todo]:
    """Hearings without a day, and those that the actor chairs."""
    return [
        *(
            Todo(
                what=gettext("确定听证时间"),
                detail=f"{row.case.number} {row.firm.name}",
                url=url_for("credit.summon", number=row.case.number),
                due_at=cases.summon_by(row.case, hearing),
            )
            for row in cases.to_summon(work)
            if (hearing := cases.hearing_of(work, row.case)) is not None
        ),
        *(
            Todo(
                what=gettext("主持听证"),
                detail=f"{row.case.number} {row.firm.name} {hearing.place}",
                url=url_for("credit.case", number=row.case.number),
                due_at=hearing.held_at,
            )
            for row in cases.to_hear(work)
            if (hearing := cases.hearing_of(work, row.case)) is not None
        ),
    ]


def _drafted(row: CaseRow) -> bool:
    return row.case.state is CaseState.DRAFTED


def _listed(
    work: UnitOfWork, what: str, endpoint: str, find: Callable[[UnitOfWork], list[CaseRow]]
) -> list[Todo]:
    return [
        Todo(
            what=what,
            detail=f"{row.case.number} {row.firm.name}",
            url=url_for(endpoint, number=row.case.number),
            due_at=dues.step_by(work, row.case),
        )
        for row in find(work)
    ]


def _repairs(work: UnitOfWork) -> list[Todo]:
    return [
        Todo(
            what=gettext("确认信用修复答复")
            if row.repair.state is RepairState.DRAFTED
            else gettext("答复信用修复申请"),
            detail=f"{row.repair.number} {row.firm.name}",
            url=url_for(
                "credit.sign_repair"
                if row.repair.state is RepairState.DRAFTED
                else "credit.answer_repair",
                number=row.case.number,
            ),
            due_at=row.repair.decide_by_at,
        )
        for row in repairs.to_decide(work)
    ]


def for_proposer(work: UnitOfWork) -> list[Todo]:
    """Referrals without a case, and firms whose score allows a suspension or asks a reminder."""
    found = [
        Todo(
            what=gettext("处理移送的失信行为"),
            detail=f"{firm.name} {gettext(label_of(breach.kind).text)}",
            url=url_for("credit.propose", firm=firm.code),
            urgency="soon",
        )
        for breach, firm in queries.referred(work)
        if is_first(work, groups_of_breaches(work, [breach]) or groups_of_firm(work, firm))
    ]
    rules = regulations.in_force("credit", work.today)
    suspend_at = rules.integer("thresholds.suspend_at")
    long_at = rules.integer("thresholds.long_suspend_at")
    for firm, score in queries.low_scores(work, rules.integer("thresholds.remind_at")):
        if not is_first(work, groups_of_firm(work, firm)):
            continue
        if score > suspend_at:
            what = gettext(
                "信用分不高于 %(score)s，提醒机构", score=rules.integer("thresholds.remind_at")
            )
        elif score > long_at:
            what = gettext("信用分不高于 %(score)s，可提出暂停报名", score=suspend_at)
        else:
            what = gettext("信用分不高于 %(score)s，可提出延长暂停", score=long_at)
        found.append(
            Todo(
                what=what,
                detail=gettext("%(firm)s（%(score)s 分）", firm=firm.name, score=score),
                url=url_for("credit.firm", code=firm.code)
                if score > suspend_at
                else url_for("credit.propose", firm=firm.code),
            )
        )
    return found
