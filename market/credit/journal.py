"""What the public log is told of credit."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from market.journal import Entry, Salted


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
class BreachAnnulled(Entry):
    """A breach was found to have been entered wrongly: it counts no longer."""

    kind: ClassVar[str] = "breach.annulled.v1"
    firm: str
    source: str
    case: str
    why_digest: Salted
