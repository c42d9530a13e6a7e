"""Finding the messages of a contract."""

from dataclasses import dataclass

from sqlalchemy import exists, func, select

from market.access import Permission
from market.accounts.model import Organisation
from market.clock import beijing
from market.contracts.model import Contract
from market.contracts.queries import for_reader
from market.contracts.thread.model import ContractMessage
from market.db import UnitOfWork
from market.errors import MissingError
from market.files import StoredFile
from market.needs.queries import by_id as need_by_id
from market.needs.scope import looks_after


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A message with who sent it and its file."""

    message: ContractMessage
    sender: str
    file: StoredFile | None


def for_correspondent(work: UnitOfWork, contract_id: int) -> Contract:
    """Return a contract whose messages the actor may read: a side, or who oversees its item.

    Raises:
        MissingError: It is another's.
    """
    contract = for_reader(work, contract_id)
    if is_side(work, contract) or looks_after(work, need_by_id(work, contract.need_id)):
        return contract
    raise MissingError


def is_side(work: UnitOfWork, contract: Contract) -> bool:
    """Whether the actor's organisation is a side of a contract."""
    return work.actor.org_id in {contract.owner_org_id, contract.firm_org_id}


def may_write(work: UnitOfWork, contract: Contract) -> bool:
    """Whether the actor may write to the other side."""
    return is_side(work, contract) and Permission.CONTRACT_FILE in work.actor.permissions


def rows_of(work: UnitOfWork, contract: Contract) -> list[Row]:
    """Return the messages of a contract, the first one first."""
    found = work.session.execute(
        select(ContractMessage, Organisation.name, StoredFile)
        .join(Organisation, Organisation.id == ContractMessage.org_id)
        .outerjoin(StoredFile, StoredFile.id == ContractMessage.file_id)
        .where(ContractMessage.contract_id == contract.id)
        .order_by(ContractMessage.sequence)
    )
    return [Row(message=one, sender=name, file=file) for one, name, file in found]


def count_of(work: UnitOfWork, contract: Contract) -> int:
    """Return how many messages a contract has."""
    count = select(func.count()).where(ContractMessage.contract_id == contract.id)
    return work.session.scalar(count) or 0


def count_today(work: UnitOfWork, contract: Contract) -> int:
    """Return how many messages the actor's organisation wrote today, of a contract."""
    count = select(func.count()).where(
        ContractMessage.contract_id == contract.id,
        ContractMessage.org_id == work.actor.org_id,
        ContractMessage.sent_at >= beijing(work.today),
    )
    return work.session.scalar(count) or 0


def has_file(work: UnitOfWork, contract: Contract, file_id: int) -> bool:
    """Whether a file came with a message of a contract that the actor may read."""
    if not is_side(work, contract) and not looks_after(work, need_by_id(work, contract.need_id)):
        return False
    found = exists().where(
        ContractMessage.contract_id == contract.id, ContractMessage.file_id == file_id
    )
    return bool(work.session.scalar(select(found)))
