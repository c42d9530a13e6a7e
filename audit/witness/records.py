"""What a witness's store gives and takes."""

from collections.abc import Sequence
from dataclasses import dataclass

from audit.witness.draws import Awaits, Late
from audit.witness.rules import PROOFS, EvidenceKind, Known


@dataclass(frozen=True, slots=True)
class LogKey:
    """A key that the witness accepts for a log, and where the log can be read."""

    origin: str
    vkey: str
    url: str
    added_at: int


@dataclass(frozen=True, slots=True)
class Latest:
    """The newest cosigned checkpoint of a log, as the monitors get it."""

    known: Known
    note: bytes
    cosigned_at: int
    peaks: bytes


@dataclass(frozen=True, slots=True)
class Found:
    """What a witness found about a log: what was cosigned before, and what was offered.

    ``what`` says in words what is wrong. ``late`` are the entries that hold the log up.
    ``consistency`` shows a fork: the root that the offered tree had at the kept size, and the
    hashes that lead from there to the offered root.
    """

    origin: str
    kind: EvidenceKind
    kept: bytes
    offered: bytes
    what: str
    late: Sequence[Late] = ()
    consistency: bytes = b""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Two signed checkpoints of one log, and what is wrong with the second."""

    id: int
    origin: str
    kind: EvidenceKind
    found_at: int
    kept: bytes
    offered: bytes
    what: str
    holds: bool
    acknowledged_at: int | None
    reason: str | None
    consistency: bytes

    @property
    def is_proof(self) -> bool:
        """Whether it proves by itself that the log signed what cannot all be true."""
        return self.kind in PROOFS

    @property
    def waits(self) -> bool:
        """Whether a person has to do something about it."""
        return self.holds or (self.is_proof and self.acknowledged_at is None)


@dataclass(frozen=True, slots=True)
class Growing:
    """What a draw-aware witness takes along from one checkpoint to the next."""

    peaks: bytes = b""
    awaits: tuple[Awaits, ...] = ()
