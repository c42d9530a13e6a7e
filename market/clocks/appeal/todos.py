"""What there is to do about refused suspensions, as the workbench lists it."""

from flask import url_for
from flask_babel import gettext

from market.accounts.todo import Todo
from market.clocks.appeal import queries
from market.clocks.appeal.terms import appeal_by
from market.clocks.model import Clock, Suspension
from market.db import UnitOfWork
from market.labels import label_of


def for_sides(work: UnitOfWork) -> list[Todo]:
    """Refusals that may be taken to the operator, and appeals to be heard on."""
    found = [
        Todo(
            what=gettext("对方不同意挂起，可以请运营机构裁定"),
            detail=_detail(request, clock),
            url=url_for("clocks.appeal", clock_id=clock.id, suspension_id=request.id),
            due_at=appeal_by(work, clock, request),
        )
        for request, clock in queries.refused_to_us(work)
        if queries.may_appeal(work, clock, request)
    ]
    found += [
        Todo(
            what=gettext("对裁定请求作出说明"),
            detail=_detail(request, clock),
            url=url_for("clocks.rejoin", clock_id=clock.id, suspension_id=request.id),
            due_at=request.rejoin_by_at,
        )
        for request, clock in queries.appealed_against_us(work)
    ]
    return found


def _detail(request: Suspension, clock: Clock) -> str:
    return f"{clock.title}：{gettext(label_of(request.reason).text)}"
