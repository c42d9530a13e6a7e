"""Writing to the other side of a contract."""

import hashlib
import secrets

from market.accounts.queries import organisation
from market.contracts.messages import LETTER_SENT
from market.contracts.model import Contract
from market.contracts.thread import queries
from market.contracts.thread.journal import ContractMessageSent
from market.contracts.thread.model import ContractMessage
from market.db import UnitOfWork
from market.errors import MarketError, MissingError, msgid
from market.files import StoredFile
from market.messages.actions import tell


class NothingWrittenError(MarketError):
    """A message says something."""

    sentence = msgid("请写明要告知对方的内容。")

    def __init__(self) -> None:
        super().__init__(field="text")


def send(
    work: UnitOfWork, contract: Contract, text: str, stored: StoredFile | None = None
) -> ContractMessage:
    """Write to the other side, which is told that there is something to read.

    Raises:
        MissingError: The actor is of neither side.
        NothingWrittenError: It says nothing.
    """
    if not queries.is_side(work, contract):
        raise MissingError
    words = text.strip()
    if not words:
        raise NothingWrittenError
    # Two people who write at once follow each other.
    work.session.refresh(contract, with_for_update=True)
    row = ContractMessage(
        contract_id=contract.id,
        sequence=queries.count_of(work, contract) + 1,
        org_id=work.org_id,
        sent_by_id=work.user_id,
        sent_at=work.now,
        text=words,
        file_id=stored.id if stored else None,
        salt=secrets.token_hex(16),
    )
    work.session.add(row)
    work.record(
        ContractMessageSent(
            contract=contract.number,
            sequence=row.sequence,
            text_digest=digest_of(row),
            file_digest=stored.digest if stored else None,
        )
    )
    owners = work.org_id == contract.owner_org_id
    tell(
        work,
        LETTER_SENT,
        org_id=contract.firm_org_id if owners else contract.owner_org_id,
        path=f"/contracts/mine/{contract.id}/messages",
        once=f"contract:{contract.id}:message:{row.sequence}",
        number=contract.number,
        sender=organisation(work, work.org_id).name,
    )
    return row


def digest_of(row: ContractMessage) -> str:
    """Return what the public log shows of a message."""
    return hashlib.sha256(f"{row.salt}{row.text}".encode()).hexdigest()
