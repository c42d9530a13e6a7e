"""What the public log is told of draws beside the draw's own entries."""

from dataclasses import dataclass
from typing import ClassVar

from market.draws.exclusion_rules import ExclusionState
from market.draws.rules import ExclusionGround
from market.journal import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class TrusteeKeyRegistered(Entry):
    """A supervisor or another trustee made its public VRF key known."""

    kind: ClassVar[str] = "draw.trustee-key.v1"
    trustee: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContributorKeyRegistered(Entry):
    """A contributor made the key known with which it signs its commitments."""

    kind: ClassVar[str] = "draw.contributor-key.v1"
    who: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContributorAbsent(Entry):
    """A contributor of a notice was absent, and how often since it registered its key."""

    kind: ClassVar[str] = "draw.contributor-absent.v1"
    draw: str
    who: str
    was: str
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NumbersTyped(Entry):
    """An officer typed the numbers of an issue; which ones is told when two agree."""

    kind: ClassVar[str] = "draw.numbers-typed.v1"
    game: str
    issue: str
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightsFixed(Entry):
    """The digest of the published snapshot that says why each firm has so many tickets."""

    kind: ClassVar[str] = "draw.weights.v1"
    draw: str
    document_digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallingOffProposed(Entry):
    """A written order to call off a draw whose value is lost was entered by the first person."""

    kind: ClassVar[str] = "draw.calling-off.v1"
    draw: str
    authority: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmExcluded(Entry):
    """How far two officers have come with excluding a firm, and on what it rests.

    The firm is not named: that would tell who may have enrolled.
    """

    kind: ClassVar[str] = "draw.excluded.v1"
    draw: str
    exclusion: int
    ground: ExclusionGround
    basis: str
    state: ExclusionState


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueNamed(Entry):
    """Where a draw can be attended was published; the digest is of place and address."""

    kind: ClassVar[str] = "draw.venue.v1"
    draw: str
    document_digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MinutesKept(Entry):
    """Who witnessed a draw was published, by role and organisation; and the recording's digest."""

    kind: ClassVar[str] = "draw.minutes.v1"
    draw: str
    document_digest: str
    recording_digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardMoved(Entry):
    """An award was published, offered, confirmed, declined, lapsed or signed."""

    kind: ClassVar[str] = "award.moved.v1"
    award: str
    need: str
    draw: str
    firm: str
    rank: int
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardPriced(Entry):
    """How an award's price came about: the lower of its limit and the firm's published fee."""

    kind: ClassVar[str] = "award.priced.v1"
    award: str
    need: str
    firm: str
    price_fen: int
    limit_fen: int
    fee_version: int | None
    disclosed_fen: int | None
    hindrance: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenAwardMoved(Entry):
    """An award that rests on a direct choice, and on no draw, moved."""

    kind: ClassVar[str] = "award.chosen.v1"
    award: str
    need: str
    direct: str
    firm: str
    state: str
