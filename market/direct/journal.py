"""What the public log is told of direct choices and emergencies."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from market.journal import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectMoved(Entry):
    """A direct choice moved; the firm is told only when it is named."""

    kind: ClassVar[str] = "direct.moved.v1"
    direct: str
    need: str
    ground: str
    move: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectNamed(Entry):
    """A firm was named without a draw: who, why, at what price, under which rules.

    Older logs hold it; ``DirectGiven`` took its place.
    """

    kind: ClassVar[str] = "direct.named.v1"
    direct: str
    need: str
    owner: str
    firm: str
    ground: str
    price_fen: int
    reason_digest: str
    regulation: str
    regulation_digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectGiven(Entry):
    """A firm was named without a draw: who, why, at what price, paid from what kind of money.

    It follows ``direct.named.v1``; an emergency states no kind.
    """

    kind: ClassVar[str] = "direct.named.v2"
    direct: str
    need: str
    owner: str
    firm: str
    ground: str
    funds: str | None
    price_fen: int
    reason_digest: str
    regulation: str
    regulation_digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyMoved(Entry):
    """The after-filing of an emergency moved; texts and files are told by their digests."""

    kind: ClassVar[str] = "emergency.moved.v1"
    direct: str
    ground: str
    move: str
    state: str
    late: bool
    file_by_at: datetime
    text_digest: str
    file_digest: str
