"""What there is to do for declarations that a cause is over, as the workbench lists it."""

from flask import url_for
from flask_babel import gettext

from market.accounts.todo import Todo
from market.clocks.over import queries
from market.db import UnitOfWork


def for_sides(work: UnitOfWork) -> list[Todo]:
    """Declarations of the other side to answer: silence goes to the operator."""
    return [
        Todo(
            what=gettext("答复条件已具备的声明"),
            detail=clock.title,
            url=url_for("clocks.answer_over", clock_id=clock.id, over_id=one.id),
            due_at=one.answer_by_at,
        )
        for one, _, clock in queries.waiting_for_us(work)
    ]


def for_operator(work: UnitOfWork) -> list[Todo]:
    """Declarations that were disputed or left unanswered."""
    return [
        Todo(
            what=gettext("决定挂起的条件是否已具备"),
            detail=clock.title,
            url=url_for("clocks.decide_over", clock_id=clock.id, over_id=one.id),
            urgency="soon",
        )
        for one, _, clock in queries.waiting_for_operator(work)
    ]
