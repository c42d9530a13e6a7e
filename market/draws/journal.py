"""What the public log is told of draws beside the draw's own entries."""

from dataclasses import dataclass
from typing import ClassVar

from market.journal import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisorKeyRegistered(Entry):
    """A supervisor made its public VRF key known."""

    kind: ClassVar[str] = "draw.supervisor-key.v1"
    supervisor: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmExcluded(Entry):
    """An officer excluded a firm. It is not named: that would tell who may have enrolled."""

    kind: ClassVar[str] = "draw.excluded.v1"
    draw: str
    ground: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardMoved(Entry):
    """An award was published, offered, confirmed, declined, lapsed or signed."""

    kind: ClassVar[str] = "award.moved.v1"
    award: str
    need: str
    draw: str
    firm: str
    rank: int
    state: str
