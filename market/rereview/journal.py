"""What the public log is told of re-reviews: which contract it is about only at the end.

Experts can read the log. Until the end a re-review stands in it by its number and item, and by a
commitment to the contract; entries are written by ``expert`` or ``platform``.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from market.journal import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class RereviewMoved(Entry):
    """A re-review was asked for, or came to another state; ``commitment`` hides the contract."""

    kind: ClassVar[str] = "rereview.moved.v1"
    rereview: str
    item: str
    commitment: str
    state: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RereviewSealed(Entry):
    """An expert handed in a sheet; the commitment opens with the result."""

    kind: ClassVar[str] = "rereview.sealed.v1"
    rereview: str
    panel: str
    expert: str
    commitment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RereviewEnded(Entry):
    """A re-review is over: whose work it was about, how it ended, and the digest of the result."""

    kind: ClassVar[str] = "rereview.ended.v1"
    rereview: str
    contract: str
    round: int
    salt: str
    state: str
    document_digest: str
