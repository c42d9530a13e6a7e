"""What the public log is told of panels beside the entries of their draws."""

from dataclasses import dataclass
from typing import ClassVar

from market.journal import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelOpened(Entry):
    """A panel's draw was opened with its notice; ``candidates`` counts the pool.

    It is told again, with the later notice, of a panel whose value came too late for the first:
    the same draw serves on. ``key_digest`` commits to the key of the codes.
    """

    kind: ClassVar[str] = "panel.opened.v1"
    panel: str
    need: str
    notice: str
    document_digest: str
    draw: str
    seats: int
    candidates: int
    key_digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatMoved(Entry):
    """An expert was called, or answered; experts are known by their codes in this panel.

    It is written by ``expert``, for an account's name would tell who it is.
    """

    kind: ClassVar[str] = "panel.seat.v1"
    panel: str
    expert: str
    rank: int
    state: str
    ground: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelKeyOpened(Entry):
    """The key of a panel's codes was published: everybody can tell whose they are."""

    kind: ClassVar[str] = "panel.key-opened.v1"
    panel: str
    draw: str
    key: str
