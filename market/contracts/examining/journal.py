"""What the public log is told of examinations: codes, numbers and digests, never a text."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from market.contracts.examining.rules import ExamMove, ExamState
from market.contracts.rules import ReturnReason
from market.journal import Entry, Salted


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverableExamined(Entry):
    """A step in the examination of one round.

    ``text_digest`` is that of what was written at this step, its clause on the first line.
    """

    kind: ClassVar[str] = "deliverable.examined.v1"
    contract: str
    round: int
    move: ExamMove
    state: ExamState
    reason: ReturnReason | None
    due_at: datetime | None
    file_digest: str | None
    text_digest: Salted
    regulation: str
    happened_at: datetime
