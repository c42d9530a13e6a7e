"""The last value as pages show it: where it comes from, what of it has arrived, and as what."""

from collections.abc import Sequence
from dataclasses import dataclass

from lottery.entries import (
    DrandEvidence,
    DrandSource,
    NumbersEvidence,
    NumbersSource,
    Phi,
    PhiEvidence,
    PhiSource,
    VrfEvidence,
    VrfSource,
    decode,
)
from market.db import UnitOfWork
from market.draws import queries
from market.draws.model import Draw
from market.draws.rules import DrawMode

GROUP = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """One key whose value is part of the last one; ``name`` is empty for the platform's own."""

    name: str
    key: str
    organisation_id: int | None
    proof: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """Where a draw's last value comes from, and what has arrived."""

    mode: DrawMode
    round: int = 0
    signature: str = ""
    game: str = ""
    issue: str = ""
    numbers: Sequence[int] = ()
    seen_in: str = ""
    holders: Sequence[Holder] = ()
    has_arrived: bool = False

    @property
    def missing(self) -> Sequence[Holder]:
        """Whose proof has not arrived."""
        return [holder for holder in self.holders if not holder.proof]

    @property
    def groups(self) -> Sequence[str]:
        """The beacon's signature in groups, for reading aloud and typing."""
        return grouped(self.signature)

    @property
    def typed_text(self) -> str:
        """The beacon's round as a courier types it, and as its QR code holds it."""
        return f"{self.round} {self.signature.upper()}" if self.signature else ""

    @property
    def line(self) -> str:
        """The numbers of a public lottery as the protocol hashes them."""
        shown = ".".join(f"{number:02d}" for number in sorted(self.numbers))
        return f"{self.game}/{self.issue}:{shown}" if self.numbers else ""


def grouped(digits: str, size: int = GROUP) -> list[str]:
    """Return digits in groups that an eye does not lose."""
    return [digits[place : place + size] for place in range(0, len(digits), size)]


def value_of(work: UnitOfWork, draw: Draw) -> Value:
    """Return where a draw's last value comes from, and what of it has arrived."""
    source = queries.notice_entry(work, draw).phi
    evidence = _evidence(work, draw)
    return shown(work, draw, source, evidence)


def _evidence(work: UnitOfWork, draw: Draw) -> PhiEvidence | None:
    rows = queries.entries_of(work, draw, Phi.kind)
    entry = decode(rows[0].body) if rows else None
    return entry.evidence if isinstance(entry, Phi) else None


def shown(work: UnitOfWork, draw: Draw, source: PhiSource, evidence: PhiEvidence | None) -> Value:
    """Return a source and its evidence as pages show them."""
    has_arrived = evidence is not None
    match source:
        case DrandSource():
            signature = evidence.signature if isinstance(evidence, DrandEvidence) else ""
            return Value(
                mode=draw.mode, round=source.round, signature=signature, has_arrived=has_arrived
            )
        case NumbersSource():
            found = evidence if isinstance(evidence, NumbersEvidence) else None
            return Value(
                mode=draw.mode,
                game=source.game,
                issue=source.issue,
                numbers=found.numbers if found else (),
                seen_in=found.source if found else "",
                has_arrived=has_arrived,
            )
        case VrfSource():
            return Value(
                mode=draw.mode,
                holders=_holders(work, draw, source, evidence),
                has_arrived=has_arrived,
            )


def _holders(
    work: UnitOfWork, draw: Draw, source: VrfSource, evidence: PhiEvidence | None
) -> list[Holder]:
    waits = queries.awaited(work, draw) if draw.freeze_hash else None
    told = {one.key: one.pi for one in evidence.proofs} if isinstance(evidence, VrfEvidence) else {}
    return [
        Holder(
            name=one.organisation.name if one.organisation else "",
            key=one.key,
            organisation_id=one.organisation.id if one.organisation else None,
            proof=told.get(one.key) or (one.proof.hex() if one.proof else ""),
        )
        for one in queries.trustees_of(work, draw, waits)
        if one.key in source.keys
    ]
