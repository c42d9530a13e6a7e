"""What there is to do for clocks, as the workbench lists it."""

from typing import Final

from flask import url_for
from flask_babel import gettext

from market.accounts.todo import Todo
from market.clocks import queries, referring
from market.db import UnitOfWork
from market.labels import label_of
from market.sweeping import put_off

NAMED: Final = 3


def for_sides(work: UnitOfWork) -> list[Todo]:
    """Requests of the other side to answer: silence goes to the operator."""
    return [
        Todo(
            what=gettext("答复挂起申请"),
            detail=f"{clock.title}：{gettext(label_of(request.reason).text)}",
            url=url_for("clocks.answer", clock_id=clock.id, suspension_id=request.id),
            due_at=request.answer_by_at,
        )
        for request, clock in queries.waiting_for_us(work)
    ]


def for_operator(work: UnitOfWork) -> list[Todo]:
    """Requests that were left unanswered, and firms so late that they were referred."""
    found = [
        Todo(
            what=gettext("裁定对方未同意的挂起申请")
            if request.appealed_at
            else gettext("决定对方未答复的挂起申请"),
            detail=f"{clock.title}：{gettext(label_of(request.reason).text)}",
            url=url_for("clocks.decide", clock_id=clock.id, suspension_id=request.id),
            due_at=queries.decide_by(clock, request),
            urgency="soon",
        )
        for request, clock in queries.waiting_for_operator(work)
    ]
    # Who is to be spoken to is listed with its card (market.supervision).
    found += [
        Todo(
            what=gettext("处理已移送的逾期服务"),
            detail=clock.title,
            url=url_for("clocks.show", clock_id=clock.id),
            due_at=referring.by_at(card),
        )
        for card, clock in referring.all_open(work)
    ]
    return found


def of_the_worker(work: UnitOfWork) -> list[Todo]:
    """What the worker could not do and tries again: somebody has to find out why."""
    rows = put_off(work)
    if not rows:
        return []
    return [
        Todo(
            what=gettext("查明自动办理不成的事项"),
            detail="、".join(f"{row.task} {row.key}" for row in rows[:NAMED]),
            url=url_for("clocks.put_off"),
            urgency="late",
            count=len(rows),
        )
    ]
