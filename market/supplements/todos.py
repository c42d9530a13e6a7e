"""What there is to do for add-on contracts, as the workbench lists it."""

from flask import url_for
from flask_babel import gettext

from market.accounts.todo import Todo
from market.contracts.model import Contract
from market.db import UnitOfWork
from market.supplements import queries
from market.supplements.model import Supplement


def for_parties(work: UnitOfWork) -> list[Todo]:
    """Proposals of the other side that wait for an answer."""
    return [_todo(gettext("答复对方提出的补充合同"), *row) for row in queries.to_answer(work)]


def for_deciders(work: UnitOfWork) -> list[Todo]:
    """Agreed add-on contracts that wait for the authority."""
    return [_todo(gettext("审批补充合同"), *row) for row in queries.to_decide(work)]


def _todo(what: str, row: Supplement, contract: Contract) -> Todo:
    return Todo(
        what=what,
        detail=f"{contract.title}（{row.number}）",
        url=url_for("supplements.show", number=row.number),
        due_at=row.decide_by_at,
    )
