"""What the public log is told of declarations that a cause is over."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from market.journal import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class OverDeclared(Entry):
    """The other side says that the cause of a suspension is over since a day."""

    kind: ClassVar[str] = "suspension.over-declared.v1"
    clock: str
    reason: str
    since_on: date
    answer_by_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OverAnswered(Entry):
    """The declaration was granted, refused, left to the operator, or became moot."""

    kind: ClassVar[str] = "suspension.over-answered.v1"
    clock: str
    reason: str
    since_on: date
    state: str
