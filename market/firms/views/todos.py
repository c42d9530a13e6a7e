"""What there is to do for firms, as the workbench lists it."""

from datetime import timedelta
from typing import Final

from flask import url_for
from flask_babel import gettext

from market.accounts.todo import Todo
from market.calendar import end_of
from market.db import UnitOfWork
from market.firms import listing, queries
from market.firms.actions.registration import STEP_WORDS, missing_steps
from market.firms.checks import QualificationState
from market.firms.model import Firm
from market.firms.rules import FirmState, ServiceState, Step
from market.firms.views.own import PAGES

# The longest of the reminders in the regulation; nearer ones only raise the urgency.
REMIND: Final = timedelta(days=60)
SOON: Final = timedelta(days=7)


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
        return [*_unready(work, firm), *_frozen(work, firm), *_expiring(work, firm)]
    return []


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


def _expiring(work: UnitOfWork, firm: Firm) -> list[Todo]:
    found = []
    for row in queries.qualifications(work, firm.id):
        if row.state is not QualificationState.CONFIRMED or row.valid_to_on is None:
            continue
        left = row.valid_to_on - work.today
        if timedelta(0) <= left <= REMIND and not queries.renewed(work, row):
            found.append(
                Todo(
                    what=gettext("资质即将到期，请续期"),
                    detail=f"{row.name} {row.number}",
                    url=url_for("firms.own_qualifications"),
                    due_at=end_of(row.valid_to_on),
                    urgency="soon" if left <= SOON else "normal",
                )
            )
    return found
