"""Entries from the genesis of a log to the freezing of a list."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, Final

from lottery.entries.base import DrawEntry, Entry
from lottery.entries.fields import (
    COUNT,
    DIGEST,
    FIRM,
    INSTANT,
    REASON,
    TEXT,
    TOKEN,
    Checked,
    Choice,
    Flag,
    Hex,
    Maybe,
    Record,
    Tuple,
    Whole,
    of_kind,
)
from lottery.entries.phi import SOURCE, PhiSource

MAX_PLACES: Final = 1000
MAX_CONTRIBUTORS: Final = 32
# 20 million firms would be more than there are; the bound keeps arithmetic small.
MAX_CANDIDATES: Final = 2**24
MAX_WEIGHT: Final = 1000
ENROLMENT: Final = "enrol:"
"""How COMMIT and REVEAL name an enrolment, and so no contributor is named."""
MAX_WEIGHT_TOTAL: Final = 2**24


class WeightRule(StrEnum):
    """How the weights of a list come about."""

    EQUAL = "equal"
    LISTED = "listed"


class Alternates(StrEnum):
    """How a winner that falls away is replaced: by the next of the order, or by a fresh draw."""

    ORDERED = "ordered"
    FRESH = "fresh"


@dataclass(frozen=True, slots=True, kw_only=True)
class Genesis(Entry):
    """The first entry of a log: what it runs on."""

    kind: ClassVar[str] = "genesis"
    what: ClassVar[str] = "genesis"
    origin: str = field(metadata=TEXT)
    policy: str = field(metadata=DIGEST)
    suite: str = field(metadata=TOKEN)
    chains: tuple[str, ...] = field(metadata=of_kind(Tuple(Hex(32), 16, distinct=True)))
    software: str = field(metadata=DIGEST)
    spec: str = field(metadata=DIGEST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contributor(Checked):
    """A party that commits to a value before the list closes and reveals it after the freeze.

    With a ``key`` (Ed25519) its commitments must be signed; without one they are the
    platform's word, and the verifier says so.
    """

    what: ClassVar[str] = "a contributor"
    who: str = field(metadata=TOKEN)
    key: str | None = field(metadata=of_kind(Maybe(Hex(32))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice(Entry):
    """The rules of one draw, fixed before anyone enrols. Its leaf hash is the draw's id.

    ``k`` firms win and the next ``a`` are alternates. ``document``, ``eligibility_rules``:
    SHA-256 of the published files. ``firm_commits``: whether enrolments may contribute to the
    seed, too. ``prev``: the id of the attempt before, if there was one.
    """

    kind: ClassVar[str] = "notice"
    what: ClassVar[str] = "notice"
    need: str = field(metadata=TOKEN)
    document: str = field(metadata=DIGEST)
    purchaser: str = field(metadata=FIRM)
    k: int = field(metadata=of_kind(Whole(1, MAX_PLACES)))
    a: int = field(metadata=of_kind(Whole(0, MAX_PLACES)))
    alternates: Alternates = field(
        default=Alternates.ORDERED, metadata=of_kind(Choice(tuple(Alternates)))
    )
    eligibility_rules: str = field(metadata=DIGEST)
    firm_commits: bool = field(default=False, metadata=of_kind(Flag()))
    weight_rule: WeightRule = field(
        default=WeightRule.EQUAL, metadata=of_kind(Choice(tuple(WeightRule)))
    )
    enrol_open: int = field(metadata=INSTANT)
    enrol_close: int = field(metadata=INSTANT)
    freeze_by: int = field(metadata=INSTANT)
    reveal_by: int = field(metadata=INSTANT)
    t_phi: int = field(metadata=INSTANT)
    phi: PhiSource = field(metadata=SOURCE)
    contributors: tuple[Contributor, ...] = field(
        default=(), metadata=of_kind(Tuple(Record.of(Contributor), MAX_CONTRIBUTORS))
    )
    attempt: int = field(default=1, metadata=of_kind(Whole(1, 99)))
    prev: str | None = field(default=None, metadata=of_kind(Maybe(Hex(32))))

    def check_together(self) -> None:
        """Raise ValueError if a contributor is named twice, or fresh alternates are counted."""
        names = [contributor.who for contributor in self.contributors]
        if len(set(names)) != len(names):
            raise ValueError("contributors: one is named twice")
        if any(name.startswith(ENROLMENT) for name in names):
            raise ValueError(f"contributors: {ENROLMENT} is how enrolments are named")
        if self.alternates == Alternates.FRESH and self.a:
            raise ValueError("a: expected 0, since fresh alternates are drawn when one is needed")

    @property
    def draw_id(self) -> bytes:
        """The 32 bytes that name this draw."""
        return self.leaf_hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrol(DrawEntry):
    """A firm enrolled. Who it is stays hidden until the freeze; ``seq`` counts from 0."""

    kind: ClassVar[str] = "enrol"
    what: ClassVar[str] = "enrol"
    seq: int = field(metadata=COUNT)
    enrol_commit: str = field(metadata=DIGEST)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Removal(DrawEntry):
    """An enrolment that will not be in the list. ``enrol`` is its index in the log."""

    enrol: int = field(metadata=COUNT)
    reason: str = field(metadata=REASON)
    evidence: str = field(metadata=DIGEST)
    officer: str = field(metadata=TOKEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw(_Removal):
    """A firm took its enrolment back."""

    kind: ClassVar[str] = "withdraw"
    what: ClassVar[str] = "withdraw"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ineligible(_Removal):
    """A firm no longer meets the rules; the reason is on record."""

    kind: ClassVar[str] = "ineligible"
    what: ClassVar[str] = "ineligible"


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit(DrawEntry):
    """A contributor's commitment, signed if the notice gives the contributor a key.

    With ``firm_commits`` an enrolment may commit as well; ``who`` is then ``enrol:`` and its
    ``seq``, so that the firm stays hidden.
    """

    kind: ClassVar[str] = "commit"
    what: ClassVar[str] = "commit"
    who: str = field(metadata=TOKEN)
    commit: str = field(metadata=DIGEST)
    signature: str | None = field(default=None, metadata=of_kind(Maybe(Hex(64))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Close(DrawEntry):
    """Enrolment ended.

    ``first_index`` is the log index of the notice, ``last_index`` the greatest index of this
    draw's entries so far; ``enrolled`` and ``commits`` count entries between them.
    """

    kind: ClassVar[str] = "close"
    what: ClassVar[str] = "close"
    first_index: int = field(metadata=COUNT)
    last_index: int = field(metadata=COUNT)
    enrolled: int = field(metadata=COUNT)
    commits: int = field(metadata=COUNT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeze(DrawEntry):
    """The list is fixed. ``enrolled`` = ``n`` + ``withdrawn`` + ``ineligible``.

    ``list_root`` commits to the candidates, ``list_digest`` is the SHA-256 of the list file.
    ``commits`` follows the notice's contributors, null for one that did not commit; ``phi`` is
    the notice's, word for word.
    """

    kind: ClassVar[str] = "freeze"
    what: ClassVar[str] = "freeze"
    list_root: str = field(metadata=DIGEST)
    list_digest: str = field(metadata=DIGEST)
    n: int = field(metadata=of_kind(Whole(1, MAX_CANDIDATES)))
    weight_total: int = field(metadata=of_kind(Whole(1, MAX_WEIGHT_TOTAL)))
    enrolled: int = field(metadata=COUNT)
    withdrawn: int = field(metadata=COUNT)
    ineligible: int = field(metadata=COUNT)
    commits: tuple[str | None, ...] = field(
        default=(), metadata=of_kind(Tuple(Maybe(Hex(32)), MAX_CONTRIBUTORS))
    )
    phi: PhiSource = field(metadata=SOURCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reveal(DrawEntry):
    """A contributor, or an enrolment, opened its commitment."""

    kind: ClassVar[str] = "reveal"
    what: ClassVar[str] = "reveal"
    who: str = field(metadata=TOKEN)
    value: str = field(metadata=DIGEST)
