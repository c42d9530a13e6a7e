"""A bundle laid out for checking: what each part says, before anyone believes it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Generic, TypeVar

from lottery.bundle import Bundle
from lottery.checks.findings import BlockedError, Said
from lottery.draw import check_weights
from lottery.encoding import leaf_hash, loads_canonical
from lottery.entries import (
    Close,
    Commit,
    DrawEntry,
    Enrol,
    Entry,
    Freeze,
    Notice,
    Phi,
    PhiEvidence,
    Result,
    Reveal,
    Void,
    VrfSource,
    decode,
)
from lottery.entries.phi import EVIDENCE_KIND
from lottery.errors import (
    CanonicalJsonError,
    EntryError,
    ListError,
    LotteryError,
    NoteError,
    PhiError,
    ProofError,
    WeightError,
)
from lottery.listing import ListLine, read_list
from lottery.note import Checkpoint, parse_checkpoint
from lottery.phi import evaluate
from lottery.policy import Policy
from lottery.proof import TlogProof, parse_tlog_proof
from lottery.seed import commit, enrolment_number, reveals_digest, seed, vrf_alpha

EntryT_co = TypeVar("EntryT_co", bound=Entry, covariant=True)
DrawEntryT = TypeVar("DrawEntryT", bound=DrawEntry)


@dataclass(frozen=True, slots=True)
class Located(Generic[EntryT_co]):
    """An entry, its place in the log as its proof claims it, its leaf hash and its number."""

    index: int
    entry: EntryT_co
    leaf: bytes
    number: int


@dataclass(frozen=True, slots=True)
class Proven:
    """One numbered pair of a bundle: the body, and the parsed proof or why there is none."""

    number: int
    body: bytes
    proof: TlogProof | ProofError
    entry: Entry | EntryError


@dataclass(frozen=True)
class Case:
    """One bundle under one policy, with what else the verifier holds.

    ``numbers`` are those of mode B that the reader saw; ``receipts`` the tlog-proofs that firms
    got when they enrolled; ``log`` every entry of the log, from the first.
    """

    bundle: Bundle
    policy: Policy
    numbers: tuple[int, ...] | None = None
    receipts: tuple[bytes, ...] = ()
    log: tuple[bytes, ...] | None = None
    proven: tuple[Proven, ...] = field(init=False)

    def __post_init__(self) -> None:
        rows = tuple(
            Proven(number, logged.body, _proof(logged.proof), _entry(logged.body))
            for number, logged in enumerate(self.bundle.entries)
        )
        object.__setattr__(self, "proven", rows)

    @cached_property
    def draw(self) -> bytes:
        """The 32-byte id of the draw, as the bundle names it."""
        return bytes.fromhex(self.bundle.draw)

    @cached_property
    def final(self) -> Checkpoint | NoteError:
        """The checkpoint of the first readable proof; V1 checks that all share it."""
        for row in self.proven:
            if isinstance(row.proof, TlogProof):
                return checkpoint_of(row.proof.checkpoint)
        return NoteError("no proof of the bundle can be read")

    @cached_property
    def cut(self) -> Checkpoint | NoteError | None:
        """The cut, None if the bundle has none."""
        return None if self.bundle.cut is None else checkpoint_of(self.bundle.cut.checkpoint)

    @cached_property
    def cut_size(self) -> int:
        """How many entries lie under the cut; 0 without a readable cut."""
        return self.cut.size if isinstance(self.cut, Checkpoint) else 0

    @cached_property
    def located(self) -> tuple[Located[Entry], ...]:
        """Every entry that could be read, ascending by index."""
        found = [
            Located(row.proof.index, row.entry, leaf_hash(row.body), row.number)
            for row in self.proven
            if isinstance(row.proof, TlogProof) and isinstance(row.entry, Entry)
        ]
        return tuple(sorted(found, key=lambda located: located.index))

    def of(self, kind: type[DrawEntryT]) -> list[Located[DrawEntryT]]:
        """Return this draw's entries of a type (not NOTICE), ascending by index."""
        return [
            Located(item.index, item.entry, item.leaf, item.number)
            for item in self.located
            if isinstance(item.entry, kind) and item.entry.draw == self.bundle.draw
        ]

    @cached_property
    def notices(self) -> list[Located[Notice]]:
        """Every NOTICE of the bundle, this draw's and those of earlier attempts."""
        return [
            Located(item.index, item.entry, item.leaf, item.number)
            for item in self.located
            if isinstance(item.entry, Notice)
        ]

    @property
    def notice(self) -> Located[Notice]:
        """The NOTICE of this draw."""
        for item in self.notices:
            if item.leaf == self.draw:
                return item
        raise BlockedError("V3")

    def may_hold(self, origin: str, index: int) -> bool:
        """Say whether an entry of a log can be an enrolment of this draw.

        It must be of this log, after the draw's NOTICE, and before enrolment ended.

        Args:
            origin: The log.
            index: The entry's place in it.

        Returns:
            False if a receipt of the entry must be of another draw.

        Source: docs/spec/lottery-v1.md, section 7, V2.
        """
        begins = [item.index for item in self.notices if item.leaf == self.draw]
        ends = [item.index for item in (*self.of(Close), *self.of(Void))]
        size = self.final.size if isinstance(self.final, Checkpoint) else 0
        is_within = min(begins, default=-1) < index < min(ends, default=size)
        return origin == self.bundle.origin and is_within

    @property
    def name(self) -> Said:
        """How a reader tells which draw this is."""
        for item in self.notices:
            if item.leaf == self.draw:
                need, attempt = item.entry.need, item.entry.attempt
                return Said(f"需求 {need} 第 {attempt} 次", f"need {need}, attempt {attempt}")
        return Said(f"抽取 {self.bundle.draw}", f"draw {self.bundle.draw}")

    @property
    def close(self) -> Located[Close]:
        """The CLOSE of this draw."""
        return _only(self.of(Close), "V5")

    @property
    def freeze(self) -> Located[Freeze]:
        """The FREEZE of this draw."""
        return _only(self.of(Freeze), "V5")

    @property
    def result(self) -> Located[Result]:
        """The RESULT of this draw."""
        return _only(self.of(Result), "V10")

    @property
    def is_called_off(self) -> bool:
        """Whether the draw ended with a VOID and without a RESULT."""
        return bool(self.of(Void)) and not self.of(Result)

    @cached_property
    def list_lines(self) -> list[ListLine] | ListError:
        """The lines of the list file."""
        if self.bundle.list_file is None:
            return ListError(0, "there is no list")
        try:
            return read_list(self.bundle.list_file)
        except ListError as error:
            return error

    @property
    def weights(self) -> dict[str, int]:
        """The weight of each listed firm by its code."""
        if isinstance(self.list_lines, ListError):
            raise BlockedError("V6")
        result = {line.firm_id: line.weight for line in self.list_lines}
        try:
            check_weights(result)
        except WeightError:
            raise BlockedError("V6") from None
        return result

    @cached_property
    def committers(self) -> list[tuple[str, str | None]]:
        """Who may contribute to the seed, each with its commitment, as RD takes them.

        Contributors have the commitment that FREEZE copied, whether they committed or not; then
        come the enrolments that committed.
        """
        named = [contributor.who for contributor in self.notice.entry.contributors]
        copied = dict(zip(named, self.freeze.entry.commits, strict=False))
        return [(who, copied.get(who)) for who in named] + self._enrolled_committers(named)

    def _enrolled_committers(self, named: Collection[str]) -> list[tuple[str, str | None]]:
        if not self.notice.entry.firm_commits:
            return []
        enrolled = {item.entry.seq for item in self.of(Enrol)}
        found = [
            (number, item.entry)
            for item in self.of(Commit)
            if (number := enrolment_number(item.entry.who)) in enrolled
            and item.entry.who not in named
        ]
        return [(entry.who, entry.commit) for _, entry in sorted(found, key=lambda pair: pair[0])]

    @cached_property
    def _commitments(self) -> frozenset[tuple[str, str | None]]:
        return frozenset(self.committers)

    def opens(self, reveal: Reveal) -> bool:
        """Say whether a reveal opens a commitment of its committer."""
        opened = commit(self.draw, reveal.who, bytes.fromhex(reveal.value))
        return (reveal.who, opened.hex()) in self._commitments

    @cached_property
    def counted_reveals(self) -> tuple[bytes | None, ...]:
        """What each committer revealed in time, None where it did not."""
        in_time = {
            (item.entry.who, commit(self.draw, item.entry.who, value).hex()): value
            for item in self.of(Reveal)
            if item.index < self.cut_size and item.entry.at <= self.notice.entry.reveal_by
            for value in [bytes.fromhex(item.entry.value)]
        }
        return tuple(in_time.get((who, committed or "")) for who, committed in self.committers)

    @cached_property
    def evidence(self) -> PhiEvidence | PhiError | None:
        """The evidence of the last value, from its entry or from ``phi.json``."""
        logged = self.of(Phi)
        if logged:
            return logged[0].entry.evidence
        if self.bundle.phi is None:
            return None
        try:
            value: PhiEvidence = EVIDENCE_KIND.from_json(loads_canonical(self.bundle.phi))  # type: ignore[assignment]  # a kind of exactly these classes
        except (CanonicalJsonError, EntryError, ValueError) as error:
            return PhiError(str(error))
        return value

    @cached_property
    def phi_outcome(self) -> bytes | LotteryError:
        """The last value, or why its evidence is not believed."""
        if self.evidence is None:
            return PhiError("there is none yet")
        if isinstance(self.evidence, PhiError):
            return self.evidence
        source, alpha = self.notice.entry.phi, b""
        if isinstance(source, VrfSource):
            alpha = vrf_alpha(self.freeze.leaf, reveals_digest(self.counted_reveals))
        try:
            return evaluate(source, self.evidence, alpha)
        except LotteryError as error:
            return error

    @property
    def seed(self) -> bytes:
        """The recomputed 32-byte seed."""
        if not isinstance(self.phi_outcome, bytes):
            raise BlockedError("V8")
        reveals = reveals_digest(self.counted_reveals)
        return seed(self.draw, self.freeze.leaf, reveals, self.phi_outcome)


def checkpoint_of(data: bytes) -> Checkpoint | NoteError:
    """Return a checkpoint, or why it cannot be read."""
    try:
        return parse_checkpoint(data)
    except NoteError as error:
        return error


def _only(found: Sequence[Located[DrawEntryT]], name: str) -> Located[DrawEntryT]:
    if not found:
        raise BlockedError(name)
    return found[0]


def _proof(data: bytes) -> TlogProof | ProofError:
    try:
        return parse_tlog_proof(data)
    except ProofError as error:
        return error


def _entry(body: bytes) -> Entry | EntryError:
    try:
        return decode(body)
    except EntryError as error:
        return error
