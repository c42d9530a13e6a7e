"""What there is to do for firms, as the workbench lists it."""

from typing import Final

from flask import url_for
from flask_babel import gettext

from market.accounts.todo import Todo
from market.calendar import end_of
from market.db import UnitOfWork
from market.errors import msgid
from market.firms import listing, queries, queries_entry
from market.firms.actions.registration import STEP_WORDS, missing_steps
from market.firms.endings import endings, is_near
from market.firms.entry import ChangeState, ReminderSubject
from market.firms.model import Firm
from market.firms.rules import FirmState, ServiceState, Step
from market.firms.views.own import PAGES
from market.labels import label_of

_OWN: Final = "firms.own_changes"


def for_operator(work: UnitOfWork) -> list[Todo]:
    """Registrations and qualifications to check."""
    found = [
        Todo(
            what=gettext("审核入驻申请"),
            detail=firm.name,
            url=url_for("firms.check", firm_id=firm.id),
            due_at=firm.check_due_at,
        )
        for firm in listing.to_check(work)
    ]
    found += [
        Todo(
            what=gettext("核查入驻承诺"),
            detail=firm.name,
            url=url_for("firms.verify", firm_id=firm.id),
            due_at=row.due_at,
        )
        for row, firm in queries_entry.to_verify(work)
    ]
    found += [
        Todo(
            what=gettext("答复公示反馈"),
            detail=firm.name,
            url=url_for("firms.answer_feedback", firm_id=firm.id, feedback_id=row.id),
            due_at=row.due_at,
        )
        for row, firm in queries_entry.to_answer(work)
    ]
    found += [
        Todo(
            what=gettext("核对登记信息变更"),
            detail=f"{firm.name}：{gettext(label_of(row.field).text)}",
            url=url_for("firms.decide_change", firm_id=firm.id, change_id=row.id),
            due_at=row.due_at,
        )
        for row, firm in queries_entry.changes_to_check(work)
    ]
    return found + _added(work)


def _added(work: UnitOfWork) -> list[Todo]:
    found = []
    if pending := listing.qualifications_to_check(work):
        found.append(
            Todo(
                what=gettext("核对新增资质"),
                detail="、".join(dict.fromkeys(firm.name for _, firm in pending[:3])),
                url=url_for("firms.checks"),
                count=len(pending),
            )
        )
    if added := listing.staff_to_check(work):
        found.append(
            Todo(
                what=gettext("核对新增执业人员"),
                detail="、".join(dict.fromkeys(firm.name for _, firm in added[:3])),
                url=url_for("firms.checks"),
                count=len(added),
            )
        )
    return found


def for_firm(work: UnitOfWork) -> list[Todo]:
    """The next step of the registration, and what is about to lapse or has."""
    firm = queries.of_org_or_none(work, work.org_id)
    if firm is None:
        return [_step(gettext("填报入驻申请"), gettext("第一步：基本信息"), "firms.own_facts")]
    if firm.state is FirmState.DRAFT:
        missing = missing_steps(work, firm)
        if missing:
            words, endpoint = STEP_WORDS[missing[0]], PAGES[missing[0]]
            return [_step(gettext("继续填报入驻申请"), gettext(words), endpoint)]
        return [_step(gettext("提交入驻申请"), gettext("各步骤已完成"), "firms.own_submit")]
    if firm.state is FirmState.RETURNED:
        last = next(iter(queries.checks(work, firm.id)), None)
        return [_step(gettext("入驻申请被退回，请补正"), last.comment if last else "", "firms.own")]
    if firm.state is FirmState.LISTED:
        found = [*_unready(work, firm), *_frozen(work, firm), *_without_fee(work, firm)]
        return [*_told(work, firm), *found, *_ending(work, firm)]
    return [*_told(work, firm), *_ending(work, firm)]


def _told(work: UnitOfWork, firm: Firm) -> list[Todo]:
    """Return what the operator or time has done to the firm and it can answer."""
    found = []
    if removal := queries_entry.removal(work, firm):
        found.append(
            Todo(
                what=gettext("运营机构告知拟清退本机构，请陈述申辩"),
                detail=removal.reason,
                url=url_for("firms.answer_removal"),
                due_at=removal.effective_at,
                urgency="soon",
            )
        )
    if firm.state is FirmState.DORMANT:
        found.append(_step(gettext("本机构已休眠，恢复后才能报名"), firm.name, "firms.own"))
    if firm.state is FirmState.PAUSED:
        last = next(iter(queries.checks(work, firm.id)), None)
        found.append(
            _step(gettext("本机构被运营机构暂停"), last.comment if last else "", "firms.own")
        )
    last_change = next(iter(queries_entry.changes(work, firm)), None)
    if last_change is not None and last_change.state is ChangeState.RETURNED:
        words = gettext(label_of(last_change.field).text)
        found.append(_step(gettext("变更被退回：%(fact)s", fact=words), last_change.comment, _OWN))
    return found


def _unready(work: UnitOfWork, firm: Firm) -> list[Todo]:
    """Return what an imported firm still lacks to take part."""
    missing = missing_steps(work, firm)
    if not missing:
        return []
    step = Step.PROMISE if Step.PROMISE in missing else missing[0]
    words = gettext(STEP_WORDS[step])
    return [_step(gettext("补全后才能报名：%(step)s", step=words), firm.name, PAGES[step])]


def _step(what: str, detail: str, endpoint: str) -> Todo:
    return Todo(what=what, detail=detail, url=url_for(endpoint))


def _frozen(work: UnitOfWork, firm: Firm) -> list[Todo]:
    names = queries.item_names(work.today)
    return [
        Todo(
            what=gettext("服务已冻结，请补正"),
            detail=f"{names.get(row.item_code, row.item_code)}：{row.frozen_reason}",
            url=url_for("firms.own_qualifications"),
            urgency="late",
        )
        for row in queries.services(work, firm.id)
        if row.state is ServiceState.FROZEN
    ]


def _without_fee(work: UnitOfWork, firm: Firm) -> list[Todo]:
    """Return the services that cannot be enrolled with, for their fee has ended."""
    return [
        Todo(
            what=gettext("公开的收费已到期，不能报名，请公开新的收费"),
            detail=service.item_code,
            url=url_for("firms.own_service", item_code=service.item_code),
            urgency="late",
        )
        for service, fee in queries.offers(work, firm.id)
        if service.state is ServiceState.OFFERED and fee is None
    ]


_PAGES: Final = {
    ReminderSubject.QUALIFICATION: "firms.own_qualifications",
    ReminderSubject.STAFF: "firms.own_staff",
    ReminderSubject.FEE: "firms.own_services",
    ReminderSubject.DORMANCY: "firms.own",
}
_WORDS: Final = {
    ReminderSubject.QUALIFICATION: msgid("资质即将到期，请续期"),
    ReminderSubject.STAFF: msgid("人员证书即将到期，请更新"),
    ReminderSubject.FEE: msgid("公开的收费即将到期，请公开新的收费"),
    ReminderSubject.DORMANCY: msgid("长期未报名，即将转为休眠"),
}


def _ending(work: UnitOfWork, firm: Firm) -> list[Todo]:
    """Return what ends soon: within the last of the regulation's reminders it is urgent."""
    return [
        Todo(
            what=gettext(_WORDS[one.subject]),
            detail=one.name,
            url=url_for(_PAGES[one.subject]),
            due_at=end_of(one.end_on),
            urgency="soon" if (one.end_on - work.today).days <= min(one.days) else "normal",
        )
        for one in endings(work, firm)
        if is_near(one, work.today)
    ]
