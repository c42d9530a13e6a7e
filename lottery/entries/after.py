"""Entries from the arrival of the last value onward."""

from dataclasses import dataclass, field
from typing import ClassVar

from lottery.entries.base import DrawEntry, Entry
from lottery.entries.before import MAX_CANDIDATES, MAX_PLACES
from lottery.entries.fields import (
    COUNT,
    DIGEST,
    FIRM,
    FIRM_KIND,
    INSTANT,
    REASON,
    TEXT,
    Checked,
    Maybe,
    Record,
    Tuple,
    Whole,
    of_kind,
)
from lottery.entries.phi import EVIDENCE, EVIDENCE_KIND, SOURCE, PhiEvidence, PhiSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Phi(DrawEntry):
    """The last value arrived; the evidence lets anyone check it."""

    kind: ClassVar[str] = "phi"
    what: ClassVar[str] = "phi"
    evidence: PhiEvidence = field(metadata=EVIDENCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result(DrawEntry):
    """The first firms of the order: ``k`` winners, then ``a`` alternates, if there are so many.

    ``order_digest`` is the SHA-256 of the order file: every firm's code, one a line.
    """

    kind: ClassVar[str] = "result"
    what: ClassVar[str] = "result"
    seed: str = field(metadata=DIGEST)
    order: tuple[str, ...] = field(metadata=of_kind(Tuple(FIRM_KIND, 2 * MAX_PLACES, least=1)))
    order_digest: str = field(metadata=DIGEST)


@dataclass(frozen=True, slots=True, kw_only=True)
class NextValue(Checked):
    """The later value, fixed in advance, that decides who takes a vacant place."""

    what: ClassVar[str] = "the next value"
    phi: PhiSource = field(metadata=SOURCE)
    t_phi: int = field(metadata=INSTANT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure(DrawEntry):
    """A firm that does not take its place, or will not take one. ``who`` is its credit code.

    ``next_value`` is there exactly if alternates are fresh and the firm was selected.
    """

    who: str = field(metadata=FIRM)
    reason: str = field(metadata=REASON)
    evidence: str = field(metadata=DIGEST)
    next_value: NextValue | None = field(
        default=None, metadata=of_kind(Maybe(Record.of(NextValue)), "next")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Decline(Departure):
    """A firm gave its place up."""

    kind: ClassVar[str] = "decline"
    what: ClassVar[str] = "decline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Disqualify(Departure):
    """A firm lost its place by decision."""

    kind: ClassVar[str] = "disqualify"
    what: ClassVar[str] = "disqualify"


@dataclass(frozen=True, slots=True, kw_only=True)
class Replace(DrawEntry):
    """The next alternate took a winner's place.

    ``rank`` is its place, from 1, in the order or in the fresh order; ``evidence`` is that of
    the value that made the fresh order.
    """

    kind: ClassVar[str] = "replace"
    what: ClassVar[str] = "replace"
    out_firm: str = field(metadata=of_kind(FIRM_KIND, "out"))
    in_firm: str = field(metadata=of_kind(FIRM_KIND, "in"))
    rank: int = field(metadata=of_kind(Whole(1, MAX_CANDIDATES)))
    evidence: PhiEvidence | None = field(default=None, metadata=of_kind(Maybe(EVIDENCE_KIND)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Void(DrawEntry):
    """The draw was called off, by whom and on what written order (its SHA-256)."""

    kind: ClassVar[str] = "void"
    what: ClassVar[str] = "void"
    reason: str = field(metadata=REASON)
    order: str = field(metadata=DIGEST)
    authority: str = field(metadata=TEXT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit(Entry):
    """A periodic comparison of database rows with the first ``size`` entries of the log."""

    kind: ClassVar[str] = "audit"
    what: ClassVar[str] = "audit"
    size: int = field(metadata=COUNT)
    rows: int = field(metadata=COUNT)
    digest: str = field(metadata=DIGEST)
