"""What the public log is told of supervision: numbers, states and digests, never a person."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from market.journal import Entry, Salted


@dataclass(frozen=True, slots=True, kw_only=True)
class CardMoved(Entry):
    """A card was answered, left unanswered, upheld, closed or withdrawn.

    ``text_digest`` is that of what was written; empty where time did it.
    """

    kind: ClassVar[str] = "card.moved.v1"
    card: str
    state: str
    text_digest: Salted


@dataclass(frozen=True, slots=True, kw_only=True)
class CardNamed(Entry):
    """A card that an official gave was upheld: to whom it was given, and what about."""

    kind: ClassVar[str] = "card.named.v1"
    card: str
    about: str
    organisation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardWithdrawalMoved(Entry):
    """Somebody proposed to take back a card, or somebody else decided about it."""

    kind: ClassVar[str] = "card.withdrawal-moved.v1"
    card: str
    sequence: int
    state: str
    text_digest: Salted


@dataclass(frozen=True, slots=True, kw_only=True)
class InterviewMoved(Entry):
    """A party was invited to an interview, or it was held, missed or called off."""

    kind: ClassVar[str] = "interview.moved.v1"
    card: str
    sequence: int
    meet_at: datetime
    state: str
    text_digest: Salted
