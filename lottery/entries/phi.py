"""Where the last value Φ comes from, as a notice fixes it, and the evidence of its arrival."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, Final, TypeAlias

from lottery.entries.fields import (
    DIGEST,
    TEXT,
    TOKEN,
    Checked,
    Choice,
    Hex,
    Record,
    Tuple,
    Whole,
    of_kind,
)

# More trustees than these serve nobody and would not fit into a notice.
MAX_TRUSTEES: Final = 32


class Mode(StrEnum):
    """The kinds of last value."""

    DRAND = "A"
    NUMBERS = "B"
    COMMITTEE = "C"
    PLATFORM = "D1"
    SUPERVISED = "D2"


_VRF_MODES = (Mode.COMMITTEE, Mode.PLATFORM, Mode.SUPERVISED)
_KEYS = {Mode.COMMITTEE: (2, MAX_TRUSTEES), Mode.PLATFORM: (1, 1), Mode.SUPERVISED: (2, 2)}
_GREATEST_NUMBER = 99
_ROUND = of_kind(Whole(least=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class DrandSource(Checked):
    """Mode A: one round of a drand chain. The round is fixed before anyone enrols."""

    what: ClassVar[str] = "the source of the last value"
    chain: str = field(metadata=DIGEST)
    round: int = field(metadata=_ROUND)
    mode: Mode = field(default=Mode.DRAND, metadata=of_kind(Choice((Mode.DRAND,))))


@dataclass(frozen=True, slots=True, kw_only=True)
class NumbersSource(Checked):
    """Mode B: one issue of a public lottery game."""

    what: ClassVar[str] = "the source of the last value"
    game: str = field(metadata=TOKEN)
    issue: str = field(metadata=TOKEN)
    mode: Mode = field(default=Mode.NUMBERS, metadata=of_kind(Choice((Mode.NUMBERS,))))


@dataclass(frozen=True, slots=True, kw_only=True)
class VrfSource(Checked):
    """Modes C, D1 and D2: the VRF values of named keys, in this order.

    D1 is the platform's key alone. D2 is the platform's key and then the supervisor's.
    """

    what: ClassVar[str] = "the source of the last value"
    mode: Mode = field(metadata=of_kind(Choice(_VRF_MODES)))
    keys: tuple[str, ...] = field(
        metadata=of_kind(Tuple(Hex(32), MAX_TRUSTEES, least=1, distinct=True))
    )

    def check_together(self) -> None:
        """Raise ValueError unless the mode has this many keys."""
        least, most = _KEYS[self.mode]
        if not least <= len(self.keys) <= most:
            raise ValueError(f"keys: mode {self.mode} has {least} to {most} keys")


@dataclass(frozen=True, slots=True, kw_only=True)
class DrandEvidence(Checked):
    """Mode A: the round and its signature; drand's randomness is the signature's SHA-256."""

    what: ClassVar[str] = "the evidence of the last value"
    round: int = field(metadata=_ROUND)
    signature: str = field(metadata=of_kind(Hex(48)))
    mode: Mode = field(default=Mode.DRAND, metadata=of_kind(Choice((Mode.DRAND,))))


@dataclass(frozen=True, slots=True, kw_only=True)
class NumbersEvidence(Checked):
    """Mode B: the numbers drawn, ascending, and where they were read."""

    what: ClassVar[str] = "the evidence of the last value"
    numbers: tuple[int, ...] = field(
        metadata=of_kind(Tuple(Whole(most=_GREATEST_NUMBER), _GREATEST_NUMBER + 1, distinct=True))
    )
    source: str = field(metadata=TEXT)
    mode: Mode = field(default=Mode.NUMBERS, metadata=of_kind(Choice((Mode.NUMBERS,))))

    def check_together(self) -> None:
        """Raise ValueError unless the numbers ascend."""
        if list(self.numbers) != sorted(self.numbers):
            raise ValueError("numbers: expected in ascending order")


@dataclass(frozen=True, slots=True, kw_only=True)
class VrfProof(Checked):
    """One trustee's proof."""

    what: ClassVar[str] = "a VRF proof"
    key: str = field(metadata=DIGEST)
    pi: str = field(metadata=of_kind(Hex(80)))


@dataclass(frozen=True, slots=True, kw_only=True)
class VrfEvidence(Checked):
    """Modes C, D1 and D2: one proof for each key of the notice, in its order."""

    what: ClassVar[str] = "the evidence of the last value"
    mode: Mode = field(metadata=of_kind(Choice(_VRF_MODES)))
    proofs: tuple[VrfProof, ...] = field(metadata=of_kind(Tuple(Record.of(VrfProof), MAX_TRUSTEES)))


PhiSource: TypeAlias = DrandSource | NumbersSource | VrfSource
PhiEvidence: TypeAlias = DrandEvidence | NumbersEvidence | VrfEvidence

SOURCE_KIND: Final = Record(
    {Mode.DRAND: DrandSource, Mode.NUMBERS: NumbersSource, **dict.fromkeys(_VRF_MODES, VrfSource)}
)
EVIDENCE_KIND: Final = Record(
    {
        Mode.DRAND: DrandEvidence,
        Mode.NUMBERS: NumbersEvidence,
        **dict.fromkeys(_VRF_MODES, VrfEvidence),
    }
)
SOURCE: Final = of_kind(SOURCE_KIND)
EVIDENCE: Final = of_kind(EVIDENCE_KIND)
