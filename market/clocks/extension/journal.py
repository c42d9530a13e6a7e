"""What the public log is told of extensions."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from market.journal import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionRequested(Entry):
    """The holder of a clock asks for more time."""

    kind: ClassVar[str] = "extension.requested.v1"
    clock: str
    reason: str
    working_days: int
    due_at: datetime
    answer_by_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionAnswered(Entry):
    """A request for more time was granted, refused, left unanswered, or became moot.

    ``due_at`` is when the time is up from now on; none while another account runs.
    """

    kind: ClassVar[str] = "extension.answered.v1"
    clock: str
    reason: str
    working_days: int
    state: str
    due_at: datetime | None
