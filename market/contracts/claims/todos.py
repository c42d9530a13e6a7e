"""The days that an owner has to confirm, as the workbench lists them."""

from flask import url_for
from flask_babel import gettext

from market.accounts.todo import Todo
from market.contracts.claims import queries
from market.db import UnitOfWork


def for_owner(work: UnitOfWork) -> list[Todo]:
    """Days on which firms say to have handed in their work."""
    return [
        Todo(
            what=gettext("确认中介机构自称的提交日期"),
            detail=contract.title,
            url=url_for("contracts.claim", contract_id=contract.id),
        )
        for contract in queries.waiting_for_us(work)
    ]
