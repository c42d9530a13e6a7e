"""What there is to do for extensions, as the workbench lists it."""

from flask import url_for
from flask_babel import gettext

from market.accounts.todo import Todo
from market.clocks.extension import queries
from market.db import UnitOfWork


def for_sides(work: UnitOfWork) -> list[Todo]:
    """Requests of the other side to answer: silence leaves the due date as it is."""
    return [
        Todo(
            what=gettext("答复延期申请"),
            detail=clock.title,
            url=url_for("clocks.answer_extension", clock_id=clock.id, extension_id=one.id),
            due_at=one.answer_by_at,
        )
        for one, clock in queries.waiting_for_us(work)
    ]
