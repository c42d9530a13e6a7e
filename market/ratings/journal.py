"""What the public log is told of ratings: at first only a commitment, later what opens it."""

from dataclasses import dataclass
from typing import ClassVar

from market.journal import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingAsked(Entry):
    """A contract is over: one organisation has to rate another, by which regulation."""

    kind: ClassVar[str] = "rating.asked.v1"
    contract: str
    direction: str
    rater: str
    rated: str
    regulation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingSealed(Entry):
    """A rating was given. Nobody can read it from this, and nobody can change it any more."""

    kind: ClassVar[str] = "rating.sealed.v1"
    contract: str
    direction: str
    commitment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingLapsed(Entry):
    """A rating was not given in time."""

    kind: ClassVar[str] = "rating.lapsed.v1"
    contract: str
    direction: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingOpened(Entry):
    """What a commitment stood for: all but the words, of which the log has the digest."""

    kind: ClassVar[str] = "rating.opened.v1"
    contract: str
    direction: str
    commitment: str
    scores: tuple[int, ...]
    reasons: tuple[str, ...]
    comment_digest: str
    salt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingDefaulted(Entry):
    """A rating that was not given in time is shown as such."""

    kind: ClassVar[str] = "rating.defaulted.v1"
    contract: str
    direction: str
    counted_tenths: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingTakenDown(Entry):
    """The words of a rating, or all of it, are no longer shown, by which examination."""

    kind: ClassVar[str] = "rating.taken-down.v1"
    contract: str
    direction: str
    move: str
    review: str
