"""The clocks of an ending: the other side's answer, and the authority's decision.

An answer is a time to speak: it ends with its term. Neither runs while the award stands still.
"""

from typing import Final

from market import regulations
from market.clocks import actions as clocks
from market.clocks import turns
from market.clocks.kinds import AUTHORITY_DECISION, PARTY_REPLY
from market.clocks.rules import ClockState, Party
from market.contracts.ending.model import ContractEnding
from market.contracts.ending.rules import OPEN, EndingState
from market.contracts.model import Contract
from market.db import UnitOfWork
from market.errors import msgid
from market.needs.queries import by_id as need_by_id
from market.needs.scope import authority_of

DECIDE: Final = "cause.decide_working_days"
ANSWERED: Final = frozenset({EndingState.ASKED, EndingState.HEARING})


def begin(work: UnitOfWork, row: ContractEnding, key: str) -> None:
    """Start the clock of a term that begins: the answer's, or the decision's."""
    contract = work.session.get_one(Contract, row.contract_id)
    rules = regulations.current().by_id(row.regulation_id)
    decides = key == DECIDE
    other_id = _other(row, contract)
    is_firm = other_id == contract.firm_org_id
    item_code = need_by_id(work, contract.need_id).item_code
    turns.begin(
        work,
        AUTHORITY_DECISION if decides else PARTY_REPLY,
        _decision(row) if decides else _answer(row),
        number=row.number,
        title=msgid("解除合同申请的决定") if decides else msgid("答复解除合同的申请"),
        holder=Party.REVIEWER if decides else Party.FIRM if is_firm else Party.OWNER,
        holder_org_id=authority_of(work, item_code) if decides else other_id,
        other_org_id=row.by_org_id or contract.owner_org_id,
        limit=rules.integer(key),
        regulation=rules,
    )


def follow(work: UnitOfWork, row: ContractEnding) -> None:
    """Stop what is over once an ending has moved: the answer, then the decision."""
    if row.state in ANSWERED:
        return
    turns.end_by_now(work, _answer(row), msgid("已答复，或者申请不再待答复"))
    if row.state not in OPEN:
        turns.end(work, _decision(row), msgid("解除合同的申请已办结"))


def pause(work: UnitOfWork, row: ContractEnding) -> None:
    """Stop both while an objection holds the award; they begin anew with the whole term."""
    for about in (_answer(row), _decision(row)):
        turns.end(work, about, msgid("异议期间不计，恢复后重新起算"))


def go_on(work: UnitOfWork, row: ContractEnding) -> None:
    """Let the clock of a decision go on that was late before the award stood still."""
    clock = turns.last_of(work, _decision(row))
    if clock is not None and clock.state is ClockState.STOPPED:
        clocks.reopen(work, clock, Party.REVIEWER, msgid("恢复办理，此前已经逾期"))


def is_timed(work: UnitOfWork, row: ContractEnding) -> bool:
    """Whether the term of an ending has a clock, which tells its sides of a change."""
    about = _answer(row) if row.state in ANSWERED else _decision(row)
    return turns.last_of(work, about) is not None


def _other(row: ContractEnding, contract: Contract) -> int:
    """Return the side that did not ask."""
    return contract.firm_org_id if row.by_org_id == contract.owner_org_id else contract.owner_org_id


def _answer(row: ContractEnding) -> str:
    return f"ending-answer:{row.number}"


def _decision(row: ContractEnding) -> str:
    return f"ending-decision:{row.number}"
