"""What a witness's store gives and takes."""

from dataclasses import dataclass

from audit.witness.draws import Awaits
from audit.witness.rules import EvidenceKind, Known


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


@dataclass(frozen=True, slots=True)
class Growing:
    """What a draw-aware witness takes along from one checkpoint to the next."""

    peaks: bytes = b""
    awaits: tuple[Awaits, ...] = ()
