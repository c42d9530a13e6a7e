"""Writing to the other side of a contract."""

from typing import Final

from market import rulebook
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
from market.plain import visible
from market.salts import salted

SUBJECT: Final = "service"


class NothingWrittenError(MarketError):
    """A message says something."""

    sentence = msgid("请写明要告知对方的内容。")

    def __init__(self) -> None:
        super().__init__(field="text")


class WroteOftenError(MarketError):
    """A side writes only so often on one day: each message is an entry of the public log."""

    sentence = msgid(
        "今天已就本合同发出 %(most)s 条消息，达到每日上限。请合并内容，明天再发；急事请电话联系。"
    )

    def __init__(self, most: int) -> None:
        super().__init__(field="text", most=most)


def send(
    work: UnitOfWork, contract: Contract, text: str, stored: StoredFile | None = None
) -> ContractMessage:
    """Write to the other side, which is told at most once an hour that there is something to read.

    Raises:
        MissingError: The actor is of neither side.
        NothingWrittenError: It says nothing.
        WroteOftenError: The side wrote as often today as the rules allow.
    """
    if not queries.is_side(work, contract):
        raise MissingError
    words = visible(text)
    if not words:
        raise NothingWrittenError
    # Two people who write at once follow each other.
    work.session.refresh(contract, with_for_update=True)
    most = rulebook.apply(work, SUBJECT).integer("thread.most_per_day")
    if queries.count_today(work, contract) >= most:
        raise WroteOftenError(most)
    row = ContractMessage(
        contract_id=contract.id,
        sequence=queries.count_of(work, contract) + 1,
        org_id=work.org_id,
        sent_by_id=work.user_id,
        sent_at=work.now,
        text=words,
        file_id=stored.id if stored else None,
    )
    work.session.add(row)
    work.record(
        ContractMessageSent(
            contract=contract.number,
            sequence=row.sequence,
            text_digest=salted(work, contract.number, words),
            file_digest=stored.digest if stored else None,
        )
    )
    owners = work.org_id == contract.owner_org_id
    tell(
        work,
        LETTER_SENT,
        org_id=contract.firm_org_id if owners else contract.owner_org_id,
        path=f"/contracts/mine/{contract.id}/messages",
        # Thirty messages in a minute are one notice: e-mails and SMS cost the other side.
        once=f"contract:{contract.id}:messages:{work.org_id}:{work.now:%Y%m%dT%H}",
        number=contract.number,
        sender=organisation(work, work.org_id).name,
    )
    return row
