"""What there is to do about the texts of model contracts, as the workbench lists it."""

from flask import url_for
from flask_babel import gettext

from market.accounts.todo import Todo
from market.catalogue.contract_texts import queries
from market.db import UnitOfWork
from market.duties import took


def for_operator(work: UnitOfWork) -> list[Todo]:
    """Texts that a colleague uploaded."""
    return [
        Todo(
            what=gettext("复核合同示范文本"),
            detail=row.title,
            url=url_for("contract_texts.decide", text_id=row.id),
        )
        for row in queries.waiting(work)
        if not took(work, row.proposed_by_id)
    ]
