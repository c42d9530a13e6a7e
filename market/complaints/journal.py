"""What the public log is told of complaints: their numbers and states, never who or what."""

from dataclasses import dataclass
from typing import ClassVar

from market.complaints.rules import ComplaintState, Remedy
from market.journal import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintMoved(Entry):
    """A complaint was received, accepted, passed on or decided.

    ``award`` is the number of the award that stands still for it; empty where none does.
    """

    kind: ClassVar[str] = "complaint.moved.v1"
    complaint: str
    award: str
    state: ComplaintState
    remedy: Remedy | None
    regulation: str
