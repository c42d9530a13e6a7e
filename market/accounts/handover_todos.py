"""What there is to do about accounts, as the workbench lists it."""

from flask import url_for
from flask_babel import gettext

from market.accounts import queries_handovers
from market.accounts.todo import Todo
from market.db import UnitOfWork
from market.labels import label_of


def for_second(work: UnitOfWork) -> list[Todo]:
    """What a colleague asked for."""
    return [
        Todo(
            what=gettext("复核账号办理：%(what)s", what=gettext(label_of(each.row.purpose).text)),
            detail=f"{each.organisation.name} {each.user.name}",
            url=url_for("accounts.handover", handover_id=each.row.id),
            urgency="soon",
            is_personal=True,
        )
        for each in queries_handovers.waiting(work)
    ]


def for_agreers(work: UnitOfWork) -> list[Todo]:
    """Accounts that the operator would open, give a password or close, and the actor can stop."""
    return [
        Todo(
            what=gettext("同意或者不同意：%(what)s", what=gettext(label_of(each.row.purpose).text)),
            detail=f"{each.organisation.name} {each.user.name}",
            url=url_for("accounts.handover_agreement", agreement_id=each.row.id),
            urgency="soon",
            is_personal=True,
        )
        for each in queries_handovers.to_agree(work)
    ]
