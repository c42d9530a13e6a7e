"""What there is to do about ending contracts, as the workbench lists it."""

from datetime import timedelta
from typing import Final

from flask import url_for
from flask_babel import gettext

from market.accounts.todo import Todo
from market.contracts.ending import queries
from market.contracts.ending.model import ContractEnding
from market.contracts.ending.rules import EndingState
from market.contracts.model import Contract
from market.db import UnitOfWork

# For how long the sides are told that a contract ended with its award. Platform default.
TOLD_FOR: Final = timedelta(days=15)


def _todo(what: str, row: ContractEnding, contract: Contract) -> Todo:
    return Todo(
        what=what,
        detail=f"{row.number} {contract.title}",
        url=url_for("contracts.ending", contract_id=contract.id),
        due_at=row.due_at,
        urgency="soon",
    )


def for_sides(work: UnitOfWork) -> list[Todo]:
    """What the other side asks, and contracts that ended with their award."""
    words = {
        EndingState.ASKED: gettext("答复对方的协商解除申请"),
        EndingState.HEARING: gettext("对单方解除申请提交意见"),
    }
    found = [_todo(words[row.state], row, contract) for row, contract in queries.to_answer(work)]
    told = gettext("中选结果被取消，合同已解除：请停止履行，办理结算和资料交接")
    return found + [
        _todo(told, row, contract) for row, contract in queries.annulled_since(work, TOLD_FOR)
    ]


def for_officer(work: UnitOfWork) -> list[Todo]:
    """Applications about which an officer proposes what to decide."""
    words = gettext("对单方解除合同的申请提出意见")
    return [_todo(words, *found) for found in queries.to_examine(work)]


def for_decider(work: UnitOfWork) -> list[Todo]:
    """What another person has proposed."""
    words = gettext("对单方解除合同的申请作出决定")
    return [_todo(words, *found) for found in queries.to_decide(work)]


def for_supervisor(work: UnitOfWork) -> list[Todo]:
    """Applications that an authority lets lie."""
    words = gettext("督办：主管部门逾期未决定解除合同的申请")
    return [_todo(words, *found) for found in queries.late(work)]
