"""What the public log is told of add-on contracts."""

from dataclasses import dataclass
from typing import ClassVar

from market.journal import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplementProposed(Entry):
    """One side of a contract proposed an add-on contract."""

    kind: ClassVar[str] = "supplement.proposed.v1"
    supplement: str
    contract: str
    amount_fen: int
    ground: str
    by_firm: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplementMoved(Entry):
    """An add-on contract was agreed to, approved, or ended without effect."""

    kind: ClassVar[str] = "supplement.moved.v1"
    supplement: str
    contract: str
    move: str
    state: str
