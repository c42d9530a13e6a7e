"""What the public log is told of needs."""

from dataclasses import dataclass
from typing import ClassVar

from market.journal import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedMoved(Entry):
    """A need changed state."""

    kind: ClassVar[str] = "need.moved.v1"
    need: str
    move: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticePublished(Entry):
    """A notice was published: the digest of its exact bytes, and the rules it stands under."""

    kind: ClassVar[str] = "notice.published.v1"
    notice: str
    need: str
    attempt: int
    document_digest: str
    regulation: str
    regulation_digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedFailed(Entry):
    """A need failed (流标), and why."""

    kind: ClassVar[str] = "need.failed.v1"
    need: str
    attempt: int
    reason: str
