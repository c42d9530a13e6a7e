"""What the public log is told when words of a rating are covered."""

from dataclasses import dataclass
from typing import ClassVar

from market.journal import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingCoverMoved(Entry):
    """Covering the words of a rating was asked, done or refused; its scores stand."""

    kind: ClassVar[str] = "rating.cover-moved.v1"
    contract: str
    direction: str
    cover: int
    covered: bool | None
