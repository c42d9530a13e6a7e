"""What the public log is told when words of a rating are covered."""

from dataclasses import dataclass
from typing import ClassVar

from market.journal import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingCoverMoved(Entry):
    """Covering the words of a rating was asked, done, refused, objected to or ruled on.

    Its scores stand; nothing of its words is told, nor of the objection.
    """

    kind: ClassVar[str] = "rating.cover-moved.v1"
    contract: str
    direction: str
    cover: int
    ground: str
    covered: bool | None
    objected: bool
    upheld: bool | None
