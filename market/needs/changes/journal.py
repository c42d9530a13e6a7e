"""What the public log is told of changes."""

from dataclasses import dataclass
from typing import ClassVar

from market.journal import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeChanged(Entry):
    """A notice was called off for a change; the next one of its need has what changed."""

    kind: ClassVar[str] = "notice.changed.v1"
    notice: str
    need: str
    next_attempt: int
    change_digest: str
