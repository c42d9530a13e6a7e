"""What the public log is told of applications for repair."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from market.journal import Entry, Salted


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairMoved(Entry):
    """An application was made, reported as late, answered or ended. The texts are by digest."""

    kind: ClassVar[str] = "credit-repair.moved.v1"
    repair: str
    case: str
    state: str
    decide_by: datetime
    late: bool
    text_digest: Salted
