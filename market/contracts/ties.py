"""What of the contracts binds a firm: those it must still perform, even after leaving."""

from sqlalchemy import select

from market.contracts.model import Contract
from market.contracts.rules import ContractState
from market.db import UnitOfWork
from market.errors import msgid
from market.firms.model import Firm
from market.firms.ties import Tie

RUNNING = (ContractState.IN_FORCE, ContractState.RUNNING, ContractState.DELIVERED)


def of_firm(work: UnitOfWork, firm: Firm) -> list[Tie]:
    """Return the contracts that a firm has still to perform; none keeps it from leaving."""
    numbers = work.session.scalars(
        select(Contract.number)
        .where(Contract.firm_id == firm.id, Contract.state.in_(RUNNING))
        .order_by(Contract.id)
    )
    words = msgid("合同 %(number)s 正在履行，退出后仍须继续履行")
    return [Tie(sentence=words, facts={"number": number}, holds=False) for number in numbers]
