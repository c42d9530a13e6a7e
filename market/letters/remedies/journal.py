"""What the public log is told of remedies: the words that every decision prints."""

from dataclasses import dataclass
from typing import ClassVar

from market.journal import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class RemediesStated(Entry):
    """An authority's second person confirmed what its decisions say of review and suit."""

    kind: ClassVar[str] = "remedies.stated.v1"
    authority: str
    clause: int
    words: str
