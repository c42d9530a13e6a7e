"""The bundle ``<draw>.ismdraw.zip``: everything that a stranger needs to check one draw."""

import base64
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Self

from lottery.archive import MAX_ARCHIVE_BYTES, Member, read_archive, write_archive
from lottery.encoding import JsonValue, dumps_canonical, loads_canonical
from lottery.entries import MAX_ENTRY_BYTES
from lottery.errors import BundleError, CanonicalJsonError
from lottery.listing import MAX_LINE_BYTES
from lottery.note import MAX_NOTE_BYTES, MAX_SIGNATURES
from lottery.proof import MAX_PROOF_HASHES

FORMAT: Final = "ismdraw-bundle/v1"
SUFFIX: Final = ".ismdraw.zip"
# With their proofs, these are as many files as a plain zip can name.
MAX_ENTRIES: Final = 30_000

_HASH_LINE_BYTES = 45
_MAX_CONSISTENCY_BYTES = MAX_PROOF_HASHES * _HASH_LINE_BYTES
_MAX_DESCRIPTION_BYTES = 4096
_DESCRIPTION = "bundle.json"
_LIST = "list.ndjson"
_PHI = "phi.json"
_NUMBERED = re.compile(r"(?:entries/([0-9]{3,5})\.json|proofs/([0-9]{3,5})\.tlog-proof)")
# A number below 1000 has three digits, so that each cut has one name.
_CUT = re.compile(
    r"(?:cut|prior/[1-9][0-9]?|later/(?:[0-9]{3}|[1-9][0-9]{3,4}))\.(?:checkpoint|consistency)"
)
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class LoggedEntry:
    """One log entry, byte for byte, and its tlog-proof against the final checkpoint."""

    body: bytes
    proof: bytes


@dataclass(frozen=True, slots=True)
class Cut:
    """An earlier checkpoint, and the proof that the final one continues it.

    ``consistency`` holds one base64 hash a line; nothing if both have one size.
    """

    checkpoint: bytes
    consistency: bytes

    @classmethod
    def of(cls, checkpoint: bytes, hashes: Sequence[bytes]) -> Self:
        """Return the cut for a checkpoint and the 32-byte hashes of its consistency proof."""
        return cls(checkpoint, b"".join(base64.b64encode(item) + b"\n" for item in hashes))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """The parts of a bundle, still unexamined.

    Attributes:
        draw: The draw's id, in hexadecimal.
        origin: The log's origin.
        entries: All entries of this draw, and the NOTICE and VOID of each earlier attempt at
            the same need, ascending by their index in the log.
        cut: The checkpoint that held FREEZE and every counted REVEAL before the last value
            could be known; for a draw called off earlier, one that held its VOID.
        prior: By number of the earlier attempt, a checkpoint that held its VOID before its
            last value could be known.
        later: By number of an entry with ``next``, from 0, a checkpoint that held it before that
            value could be known.
        list_file: ``list.ndjson``, as soon as there is a FREEZE.
        phi: Evidence of the last value that nobody has logged, as canonical JSON.
        damaged: Names of members whose checksum was wrong.
    """

    draw: str
    origin: str
    entries: tuple[LoggedEntry, ...]
    cut: Cut | None = None
    prior: Mapping[int, Cut] = field(default_factory=dict)
    later: Mapping[int, Cut] = field(default_factory=dict)
    list_file: bytes | None = None
    phi: bytes | None = None
    damaged: tuple[str, ...] = ()


def build(bundle: Bundle) -> bytes:
    """Return the bundle file.

    Args:
        bundle: Its parts.

    Returns:
        A zip, the same bytes for the same parts on every machine.

    Raises:
        BundleError: There are no entries, or more than a bundle holds.

    Source: docs/spec/lottery-v1.md, section 5.
    """
    if not 0 < len(bundle.entries) <= MAX_ENTRIES:
        raise BundleError(f"it would have {len(bundle.entries)} entries")
    listed = 0 if bundle.list_file is None else bundle.list_file.count(b"\n")
    description: dict[str, JsonValue] = {
        "draw": bundle.draw,
        "entries": len(bundle.entries),
        "format": FORMAT,
        "listed": listed,
        "origin": bundle.origin,
    }
    members = {_DESCRIPTION: dumps_canonical(description)}
    for number, entry in enumerate(bundle.entries):
        members[f"entries/{number:03d}.json"] = entry.body
        members[f"proofs/{number:03d}.tlog-proof"] = entry.proof
    for stem, cut in named_cuts(bundle):
        members[stem + ".checkpoint"] = cut.checkpoint
        members[stem + ".consistency"] = cut.consistency
    optional = {_LIST: bundle.list_file, _PHI: bundle.phi}
    members |= {name: content for name, content in optional.items() if content is not None}
    return write_archive(members)


def named_cuts(bundle: Bundle) -> list[tuple[str, Cut]]:
    """Return every cut of a bundle with the name of its files.

    Args:
        bundle: Its parts.

    Returns:
        Name without ending, and cut: ``cut``, then ``prior/J``, then ``later/NNN``.

    Source: docs/spec/lottery-v1.md, section 5.
    """
    cuts = [] if bundle.cut is None else [("cut", bundle.cut)]
    cuts += [(f"prior/{attempt}", cut) for attempt, cut in sorted(bundle.prior.items())]
    return cuts + [(f"later/{number:03d}", cut) for number, cut in sorted(bundle.later.items())]


def read(data: bytes) -> Bundle:
    """Read a bundle file; its parts are not examined yet.

    Args:
        data: The whole file.

    Returns:
        Its parts, each within its limit.

    Raises:
        BundleError: The file is no such zip, a member is missing, unknown, repeated or too
            large, or ``bundle.json`` does not describe the members.

    Source: docs/spec/lottery-v1.md, section 5.
    """
    members = read_archive(data, _limit_of)
    damaged = tuple(sorted(name for name, member in members.items() if member.is_damaged))
    content = {name: member.data for name, member in members.items()}
    draw, origin, count, listed = _read_description(members)
    cuts = _read_cuts(content)
    entries = _read_entries(content, count)
    _check_bounds(entries, cuts.values())
    list_file = content.get(_LIST)
    found = 0 if list_file is None else list_file.count(b"\n")
    if found != listed:
        raise BundleError(f"{_DESCRIPTION} announces {listed} candidates, there are {found}")
    return Bundle(
        draw=draw,
        origin=origin,
        entries=entries,
        cut=cuts.pop("cut", None),
        prior=_numbered(cuts, "prior/"),
        later=_numbered(cuts, "later/"),
        list_file=list_file,
        phi=content.get(_PHI),
        damaged=damaged,
    )


def _limit_of(name: str) -> int | None:
    """Return how many bytes a member may have, or None if there is no such member."""
    if name == _DESCRIPTION:
        return _MAX_DESCRIPTION_BYTES
    if name == _LIST:
        return MAX_ARCHIVE_BYTES
    if name == _PHI:
        return MAX_ENTRY_BYTES
    if match := _NUMBERED.fullmatch(name):
        proof_bytes = MAX_NOTE_BYTES + _MAX_CONSISTENCY_BYTES + _HASH_LINE_BYTES
        return MAX_ENTRY_BYTES if match[1] else proof_bytes
    if _CUT.fullmatch(name):
        return MAX_NOTE_BYTES if name.endswith(".checkpoint") else _MAX_CONSISTENCY_BYTES
    return None


def _read_description(members: Mapping[str, Member]) -> tuple[str, str, int, int]:
    if _DESCRIPTION not in members:
        raise BundleError(f"{_DESCRIPTION} is missing")
    try:
        value = loads_canonical(members[_DESCRIPTION].data)
    except CanonicalJsonError as error:
        raise BundleError(f"{_DESCRIPTION}: {error.reason}") from None
    match value:
        case {
            "draw": str(draw),
            "entries": int(count),
            "format": str(form),
            "listed": int(listed),
            "origin": str(origin),
            **others,
        } if not others and form == FORMAT and type(count) is type(listed) is int:
            pass
        case _:
            raise BundleError(f"{_DESCRIPTION} does not describe a bundle of format {FORMAT}")
    if not 0 < count <= MAX_ENTRIES:
        raise BundleError(f"{_DESCRIPTION} announces {count} entries")
    if not _DIGEST.fullmatch(draw):
        raise BundleError(f"{_DESCRIPTION} names no draw")
    if _LIST in members and len(members[_LIST].data) > listed * MAX_LINE_BYTES:
        raise BundleError(f"{_LIST} is too large for {listed} candidates")
    return draw, origin, count, listed


def _read_entries(content: Mapping[str, bytes], count: int) -> tuple[LoggedEntry, ...]:
    numbered = sum(name.startswith(("entries/", "proofs/")) for name in content)
    if numbered != 2 * count:
        raise BundleError(f"{_DESCRIPTION} announces {count} entries, there are other files")
    try:
        return tuple(
            LoggedEntry(content[f"entries/{n:03d}.json"], content[f"proofs/{n:03d}.tlog-proof"])
            for n in range(count)
        )
    except KeyError as error:
        raise BundleError(f"{error.args[0]} is missing") from None


def _check_bounds(entries: Sequence[LoggedEntry], cuts: Collection[Cut]) -> None:
    """Refuse proofs and checkpoints of too many lines, whatever the lines say."""
    notes = {cut.checkpoint for cut in cuts}
    for proof in {entry.proof for entry in entries}:
        head, _, note = proof.partition(b"\n\n")
        if head.count(b"\n") > MAX_PROOF_HASHES + 1:
            raise BundleError(f"a proof has more than {MAX_PROOF_HASHES} hashes")
        notes.add(note)
    for note in notes:
        signatures = note.rpartition(b"\n\n")[2]
        if len(note) > MAX_NOTE_BYTES or signatures.count(b"\n") > MAX_SIGNATURES:
            raise BundleError(f"a checkpoint has more than {MAX_SIGNATURES} signatures")


def _numbered(cuts: Mapping[str, Cut], folder: str) -> dict[int, Cut]:
    """Return the cuts of one folder by their numbers."""
    return {
        int(stem.removeprefix(folder)): cut for stem, cut in cuts.items() if stem.startswith(folder)
    }


def _read_cuts(content: Mapping[str, bytes]) -> dict[str, Cut]:
    stems = {name.rpartition(".")[0] for name in content if _CUT.fullmatch(name)}
    try:
        return {
            stem: Cut(content[stem + ".checkpoint"], content[stem + ".consistency"])
            for stem in sorted(stems)
        }
    except KeyError as error:
        raise BundleError(f"{error.args[0]} is missing") from None
