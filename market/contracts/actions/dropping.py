"""What becomes of a filing that was not confirmed when its award stands still or ends."""

from market.contracts import queries
from market.contracts.actions.record import move, rules_for
from market.contracts.exchange.record import after_halt
from market.contracts.rules import ContractMove, ContractState
from market.db import UnitOfWork
from market.draws.model import Award

_PENDING = (ContractState.FILED, ContractState.RETURNED)


def drop_filing(work: UnitOfWork, award: Award) -> None:
    """End a filing whose award has gone: nothing was agreed."""
    contract = queries.of_award(work, award.id)
    if contract is not None and contract.state in _PENDING:
        move(work, contract, ContractMove.TERMINATE)


def extend_filing(work: UnitOfWork, award: Award) -> None:
    """Give the side whose turn it is what it had left, and no less than there is to sign."""
    contract = queries.of_award(work, award.id)
    if contract is None or contract.state not in _PENDING or award.sign_by_at is None:
        return
    by_at = after_halt(work, contract, award, rules_for(work, contract)) or award.sign_by_at
    if contract.act_by_at is None or contract.act_by_at < by_at:
        contract.act_by_at = by_at
