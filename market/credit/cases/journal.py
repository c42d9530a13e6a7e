"""What the public log is told of cases: numbers and digests, and a firm only once decided."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from market.journal import Entry, Salted


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseMoved(Entry):
    """A case was proposed, told, answered, heard, decided or ended. The texts are by digest.

    The firm is named only once a measure was decided: nobody is exposed by a mere proposal.
    """

    kind: ClassVar[str] = "case.moved.v1"
    case: str
    firm: str | None
    state: str
    measure: str
    months: int
    scope: str
    text_digest: Salted
    effective_at: datetime | None
    ends_at: datetime | None
