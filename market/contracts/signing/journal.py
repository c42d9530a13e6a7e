"""What the public log is told of findings."""

from dataclasses import dataclass
from typing import ClassVar

from market.contracts.signing.rules import Fault, SigningState
from market.journal import Entry, Salted


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningMoved(Entry):
    """Nobody signed in time: the hearing began or ended, a fault was proposed or found.

    ``text_digest`` is that of what was written at this step.
    """

    kind: ClassVar[str] = "award.unsigned-moved.v1"
    case: str
    award: str
    state: SigningState
    fault: Fault | None
    regulation: str
    text_digest: Salted
