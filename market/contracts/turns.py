"""Whose turn it is in a contract, what they have to do and by when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from market.clocks.model import Clock
from market.clocks.queries import clocks_of
from market.clocks.rules import ClockState
from market.contracts.actions import subject_of
from market.contracts.examining.queries import last_of_each
from market.contracts.examining.rules import ExamState
from market.contracts.model import Contract
from market.contracts.rules import ContractState
from market.db import UnitOfWork
from market.errors import msgid


@dataclass(frozen=True, slots=True)
class Turn:
    """The next step of a contract. ``who`` and ``what`` are msgids; ``orgs`` may take it."""

    orgs: frozenset[int]
    who: str
    what: str
    due_at: datetime | None = None

    @property
    def is_over(self) -> bool:
        """Whether nobody has anything left to do."""
        return not self.who


OWNER, FIRM, EITHER = msgid("业主"), msgid("中介机构"), msgid("双方任一方")
REVIEWER = msgid("评审部门")
_WHAT: Final = {
    ContractState.FILED: msgid("确认或退回合同"),
    ContractState.RETURNED: msgid("修改后重新提交合同"),
    ContractState.IN_FORCE: msgid("移交资料，开始计时"),
    ContractState.RUNNING: msgid("提交成果"),
    ContractState.DELIVERED: msgid("验收成果"),
    ContractState.ACCEPTED: msgid("已办结"),
    ContractState.TERMINATED: msgid("已终止"),
    ContractState.ENDED: msgid("已解除"),
}
# What is done with a round that waits for somebody else than its owner.
_EXAMINED: Final = {
    ExamState.SUPPLEMENTING: (FIRM, msgid("按业主列明的内容补正")),
    ExamState.LACKING: (FIRM, msgid("补交容缺的材料")),
    ExamState.UNDER_REVIEW: (REVIEWER, msgid("评审成果")),
    ExamState.REVISING: (FIRM, msgid("按评审意见修改")),
    ExamState.REVIEW_LACKING: (FIRM, msgid("补交评审容缺的材料")),
}


def turn_of(contract: Contract, clock: Clock | None, exam: ExamState | None = None) -> Turn:
    """Return whose turn it is; ``clock`` is the contract's, ``exam`` its last round's."""
    if contract.state is ContractState.DELIVERED and exam in _EXAMINED:
        who, what = _EXAMINED[exam]
        orgs = frozenset({contract.firm_org_id} if who == FIRM else ())
        return Turn(orgs, who, what, contract.act_by_at)
    who = _who(contract)
    orgs = {
        OWNER: frozenset({contract.owner_org_id}),
        FIRM: frozenset({contract.firm_org_id}),
        EITHER: frozenset({contract.owner_org_id, contract.firm_org_id}),
        "": frozenset[int](),
    }[who]
    if contract.state is not ContractState.RUNNING or clock is None:
        return Turn(orgs, who, _WHAT[contract.state], contract.act_by_at)
    if clock.state is ClockState.SUSPENDED:
        return Turn(orgs, who, msgid("挂起中，恢复后提交成果"))
    return Turn(orgs, who, _WHAT[contract.state], clock.due_at)


def _who(contract: Contract) -> str:
    match contract.state:
        case ContractState.FILED:
            return OWNER if contract.filed_by_org_id == contract.firm_org_id else FIRM
        case ContractState.RETURNED:
            return EITHER
        case ContractState.IN_FORCE | ContractState.DELIVERED:
            return OWNER
        case ContractState.RUNNING:
            return FIRM
        case ContractState.ACCEPTED | ContractState.TERMINATED | ContractState.ENDED:
            return ""


def turns_of(work: UnitOfWork, contracts: Iterable[Contract]) -> dict[int, Turn]:
    """Return whose turn it is in each of some contracts, by their ids."""
    listed = list(contracts)
    clocks = clocks_of(work, [subject_of(contract) for contract in listed])
    exams = {key: row.state for key, row in last_of_each(work, listed).items()}
    return {c.id: turn_of(c, clocks.get(subject_of(c)), exams.get(c.id)) for c in listed}
