"""What the public log is told of clocks."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from market.journal import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockMoved(Entry):
    """Time passes on another account from now on."""

    kind: ClassVar[str] = "clock.moved.v1"
    clock: str
    move: str
    party: str | None
    reason: str | None
    happened_at: datetime
    due_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockCorrected(Entry):
    """What passed on one account from one instant to another is another's: it was decided so."""

    kind: ClassVar[str] = "clock.corrected.v1"
    clock: str
    from_at: datetime
    until_at: datetime
    of: str
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspensionRequested(Entry):
    """One side asks to suspend a clock; ``file_digest`` is that of the file that proves why."""

    kind: ClassVar[str] = "suspension.requested.v2"
    clock: str
    reason: str
    working_days: int
    answer_by_at: datetime
    file_digest: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspensionAnswered(Entry):
    """A request to suspend a clock was granted, refused, left to the operator, or became moot."""

    kind: ClassVar[str] = "suspension.answered.v1"
    clock: str
    reason: str
    working_days: int
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardIssued(Entry):
    """A card was given: by time, by another feature's rule, or by an official.

    To whom and what about is said of an official's card once it is upheld (``CardNamed``).
    """

    kind: ClassVar[str] = "card.issued.v3"
    card: str
    about: str | None
    trigger: str
    stage: str
    organisation: str | None
    reached_at: datetime
