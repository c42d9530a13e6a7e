"""The reports a firm has to write, as the workbench lists them."""

from flask import url_for
from flask_babel import gettext

from market.accounts.todo import Todo
from market.contracts.reports import queries
from market.db import UnitOfWork


def for_firm(work: UnitOfWork) -> list[Todo]:
    """Reports that are due, and those that are late."""
    return [
        Todo(
            what=gettext("提交进度报告"),
            detail=f"{contract.title}：{one.name}",
            url=url_for("contracts.report", contract_id=contract.id, milestone_id=one.id),
            due_at=None if one.stands else one.due_at,
        )
        for one, contract in queries.awaited_of_us(work)
    ]
