"""What the public log is told of cancellations."""

from dataclasses import dataclass
from typing import ClassVar

from market.journal import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeCancelled(Entry):
    """An owner cancelled a notice before its enrolment closed, and on which ground."""

    kind: ClassVar[str] = "notice.cancelled.v1"
    notice: str
    need: str
    ground: str
