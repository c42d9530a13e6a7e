"""What the public log is told of milestones: numbers and digests, never a text."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from market.contracts.reports.rules import MilestoneState
from market.journal import Entry, Salted


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestonesPlanned(Entry):
    """The filing side named so many milestones; ``plan_digest`` is that of their lines."""

    kind: ClassVar[str] = "contract.milestones.v1"
    contract: str
    count: int
    plan_digest: Salted


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneMoved(Entry):
    """A milestone began to run, was reported on, missed, or closed with its contract."""

    kind: ClassVar[str] = "contract.milestone-moved.v1"
    contract: str
    position: int
    state: MilestoneState
    due_at: datetime | None
    percent: int | None
    report_digest: Salted | None
