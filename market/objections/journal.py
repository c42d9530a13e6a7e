"""What the public log is told of objections: numbers, grounds and digests, never a person."""

from dataclasses import dataclass
from typing import ClassVar

from market.journal import Entry, Salted
from market.objections.rules import Fact, Ground, ObjectionState, Outcome, Party


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultObjectionMoved(Entry):
    """An objection to a result was raised, answered, taken further or decided.

    ``text_digest`` is that of what was written at this step. Who objects is not named: the
    public page and the log say as what.
    """

    kind: ClassVar[str] = "award.objection-moved.v1"
    objection: str
    award: str
    party: Party
    ground: Ground
    more_grounds: tuple[Ground, ...]
    freezes: bool
    state: ObjectionState
    outcome: Outcome | None
    fact: Fact | None
    regulation: str
    text_digest: Salted
