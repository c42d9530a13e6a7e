"""What the public log is told of endings: numbers, sides and digests, never a person."""

from dataclasses import dataclass
from typing import ClassVar

from market.contracts.ending.rules import EndingCause, EndingKind, EndingState
from market.contracts.signing.rules import Fault
from market.journal import Entry, Salted


@dataclass(frozen=True, slots=True, kw_only=True)
class EndingMoved(Entry):
    """An ending of a contract was asked for, answered, proposed, decided or done.

    ``text_digest`` is that of what was written at this step; ``by`` says the side or role.
    """

    kind: ClassVar[str] = "contract.ending-moved.v1"
    ending: str
    contract: str
    ending_kind: EndingKind
    state: EndingState
    cause: EndingCause | None
    fault: Fault | None
    settled_fen: int | None
    regulation: str
    text_digest: Salted
