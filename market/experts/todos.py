"""What there is to do about experts, as the workbench lists it."""

from datetime import timedelta

from flask import url_for
from flask_babel import gettext

from market import regulations
from market.accounts.todo import Todo
from market.clock import beijing, beijing_day, months_after
from market.db import UnitOfWork
from market.duties import took
from market.experts import queries
from market.experts.recusing import SUBJECT, limits_of
from market.experts.rules import ExpertState, declaration_holds

ONE_DAY = timedelta(days=1)


def for_operator(work: UnitOfWork) -> list[Todo]:
    """Experts that a colleague entered, and terms that end."""
    rules = regulations.in_force(SUBJECT, work.today)
    soon = work.today + timedelta(days=rules.integer("pool.renew_within_days"))
    found = [
        Todo(
            what=gettext("复核评审专家"),
            detail=f"{expert.name} {expert.code}",
            url=url_for("experts.show", code=expert.code),
            is_personal=True,
        )
        for expert in queries.in_state(work, ExpertState.PENDING)
        if not took(work, expert.entered_by_id)
    ]
    return found + [
        Todo(
            what=gettext("专家聘期将满：续聘或移出"),
            detail=f"{expert.name} {expert.code}",
            url=url_for("experts.show", code=expert.code),
            due_at=None if expert.renew_by_on is None else beijing(expert.renew_by_on + ONE_DAY),
            is_personal=True,
        )
        for expert in queries.ending(work, soon)
    ]


def for_manager(work: UnitOfWork) -> list[Todo]:
    """Experts of the pool who cannot sign in yet."""
    return [
        Todo(
            what=gettext("为评审专家开通账号"),
            detail=f"{expert.name} {expert.code}",
            url=url_for("accounts.person_new", organisation_id=expert.organisation_id),
            urgency="soon",
            is_personal=True,
        )
        for expert in queries.without_account(work)
    ]


def for_expert(work: UnitOfWork) -> list[Todo]:
    """A declaration of ties that is missing or ends soon."""
    expert = queries.expert_of_actor(work)
    if expert is None or expert.state is ExpertState.REMOVED:
        return []
    rules = regulations.in_force(SUBJECT, work.today)
    limits = limits_of(rules)
    declared_on = None if expert.declared_at is None else beijing_day(expert.declared_at)
    soon = work.today + timedelta(days=rules.integer("declaration.remind_days"))
    if declaration_holds(declared_on, limits, soon):
        return []
    ends_on = None if declared_on is None else months_after(declared_on, limits.declaration_months)
    return [
        Todo(
            what=gettext("申报回避单位"),
            detail=gettext("没有有效申报的，一律不参加评审"),
            url=url_for("experts.mine"),
            due_at=None if ends_on is None else beijing(ends_on),
            urgency="soon",
        )
    ]
