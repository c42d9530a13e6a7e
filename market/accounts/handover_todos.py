"""What there is to do about passwords, as the workbench lists it."""

from flask import url_for
from flask_babel import gettext

from market.accounts import queries_handovers
from market.accounts.todo import Todo
from market.db import UnitOfWork
from market.labels import label_of


def for_second(work: UnitOfWork) -> list[Todo]:
    """Passwords that a colleague asked for."""
    return [
        Todo(
            what=gettext("复核密码办理：%(what)s", what=gettext(label_of(each.row.purpose).text)),
            detail=f"{each.organisation.name} {each.user.name}",
            url=url_for("accounts.handover", handover_id=each.row.id),
            urgency="soon",
            is_personal=True,
        )
        for each in queries_handovers.waiting(work)
    ]
