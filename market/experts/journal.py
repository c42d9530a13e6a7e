"""What the public log is told of experts: their codes, which say nothing of the person."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from market.experts.rules import ExpertMove, ExpertReason, ExpertState, SittingOutcome
from market.journal import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpertMoved(Entry):
    """An expert entered the pool, changed there or left it; whoever reads can count the pool.

    ``reason`` is one of a closed list; the words, the name and the employer are not told.
    """

    kind: ClassVar[str] = "expert.moved.v1"
    expert: str
    move: ExpertMove
    state: ExpertState
    reason: ExpertReason | None
    items: tuple[str, ...]
    renew_by_on: date | None
    regulation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpertDeclared(Entry):
    """An expert declared the ties to avoid, or that there are none; which ones is not told."""

    kind: ClassVar[str] = "expert.declared.v1"
    expert: str
    declared_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpertServed(Entry):
    """How an expert's part in one panel ended."""

    kind: ClassVar[str] = "expert.served.v1"
    expert: str
    panel: str
    outcome: SittingOutcome
