"""What time does to endings; ``contracts.jobs`` runs it."""

from collections.abc import Sequence

from market.contracts.ending import actions, queries
from market.contracts.ending.model import ContractEnding
from market.contracts.model import Contract
from market.contracts.rules import OVER
from market.db import UnitOfWork
from market.draws.queries import award_at
from market.draws.rules import AwardState


def silent(work: UnitOfWork, after: int | None, limit: int) -> Sequence[int]:
    """Find the endings whose other side let its time pass."""
    return queries.expired_ids(work, work.now, limit, after or 0)


def end_silence(work: UnitOfWork, ending_id: int) -> int:
    """End one such time, unless the award stands still: then no time runs."""
    row = work.session.get_one(ContractEnding, ending_id)
    contract = work.session.get_one(Contract, row.contract_id)
    if award_at(work, contract.award_id).state is AwardState.FROZEN:
        return 0
    return int(actions.expire(work, row, contract))


def overtaken(work: UnitOfWork, after: int | None, limit: int) -> Sequence[int]:
    """Find the endings of contracts that are over otherwise."""
    return queries.overtaken_ids(work, limit, after or 0)


def overtake(work: UnitOfWork, ending_id: int) -> int:
    """Close one of them."""
    row = work.session.get_one(ContractEnding, ending_id)
    contract = work.session.get_one(Contract, row.contract_id)
    award_at(work, contract.award_id)
    work.session.refresh(contract)
    return int(contract.state in OVER and actions.overtake(work, row, contract))
