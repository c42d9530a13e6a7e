"""What the public log is told of examinations of bad ratings, and of call-backs."""

from dataclasses import dataclass
from typing import ClassVar

from market.journal import Entry, Salted


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewMoved(Entry):
    """The examination of a bad rating was opened, or went a step further."""

    kind: ClassVar[str] = "rating.review.v1"
    review: str
    contract: str
    direction: str
    state: str
    finding: str | None
    text_digest: Salted
    regulation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallBackMoved(Entry):
    """Somebody is to be called back, or was: why, how often, and what it came to."""

    kind: ClassVar[str] = "rating.call-back.v1"
    contract: str
    direction: str
    why: str
    state: str
    tries: int
