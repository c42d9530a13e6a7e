"""What the public log is told of days that firms claim."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from market.journal import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryDayMoved(Entry):
    """A firm claims an earlier day for a round, or the owner answered; ``state`` says which."""

    kind: ClassVar[str] = "deliverable.day-moved.v1"
    contract: str
    round: int
    claimed_on: date
    state: str
