"""What the public log is told of messages: that there is one, and what it cannot become."""

from dataclasses import dataclass
from typing import ClassVar

from market.journal import Entry, Salted


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractMessageSent(Entry):
    """A side wrote to the other: ``text_digest`` is that of a secret salt and the text."""

    kind: ClassVar[str] = "contract.message-sent.v1"
    contract: str
    sequence: int
    text_digest: Salted
    file_digest: str | None
