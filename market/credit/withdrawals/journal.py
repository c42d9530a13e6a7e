"""What the public log is told of withdrawals and corrections."""

from dataclasses import dataclass
from typing import ClassVar

from market.journal import Entry, Salted


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewMoved(Entry):
    """The undoing of a decision was proposed, confirmed or refused. The reasons are by digest."""

    kind: ClassVar[str] = "case-review.moved.v1"
    case: str
    review: int
    what: str
    state: str
    text_digest: Salted
