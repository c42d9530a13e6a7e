"""What the public log is told of panels beside the entries of their draws."""

from dataclasses import dataclass
from typing import ClassVar

from market.journal import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelOpened(Entry):
    """A panel's draw was opened with its notice; ``candidates`` counts the pool."""

    kind: ClassVar[str] = "panel.opened.v1"
    panel: str
    need: str
    notice: str
    document_digest: str
    draw: str
    seats: int
    candidates: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatMoved(Entry):
    """An expert was called, or answered; experts are known by their codes."""

    kind: ClassVar[str] = "panel.seat.v1"
    panel: str
    expert: str
    rank: int
    state: str
    ground: str
