"""What the public log is told of credit."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from market.journal import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachEntered(Entry):
    """A breach was entered in a firm's ledger."""

    kind: ClassVar[str] = "breach.entered.v1"
    firm: str
    breach: str
    source: str
    points: int
    occurred_at: datetime
    regulation: str
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseMoved(Entry):
    """A case was opened, answered or decided. The texts are in the letters, by digest.

    The firm is named only once a measure was decided: nobody is exposed by a mere proposal.
    """

    kind: ClassVar[str] = "case.moved.v1"
    case: str
    firm: str | None
    state: str
    measure: str
    months: int
    text_digest: str
    effective_at: datetime | None
    ends_at: datetime | None
