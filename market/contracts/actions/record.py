"""What all actions of contracts share: the move, the rules that apply, the clock's name."""

from market import regulations
from market.contracts.journal import ContractMoved
from market.contracts.model import Contract
from market.contracts.rules import ContractMove, advance
from market.db import UnitOfWork
from market.needs.model import Need
from market.needs.queries import by_id as need_by_id
from market.regulations import Regulation


def move(work: UnitOfWork, contract: Contract, deed: ContractMove) -> None:
    """Move a contract and say so; whose turn it is next is for the caller to say."""
    contract.state = advance(contract.state, deed)
    contract.act_by_at = None
    contract.next_check_at = None
    work.record(ContractMoved(contract=contract.number, move=deed, state=contract.state))


def rules_for(work: UnitOfWork, contract: Contract) -> Regulation:
    """Return the rules the notice was published under; a later instrument never reaches back."""
    return rules_of(need_by_id(work, contract.need_id))


def rules_of(need: Need) -> Regulation:
    """Return the rules a need was published under."""
    return regulations.current().by_id(need.regulation_id or "")


def subject_of(contract: Contract) -> str:
    """Return how the contract's clock names it."""
    return f"contract:{contract.id}"
