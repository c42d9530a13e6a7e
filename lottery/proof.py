"""Merkle proofs: an entry lies in a tree, and one tree is the beginning of another.

Source: RFC 6962, section 2.1; the algorithms are those of RFC 9162, sections 2.1.3 and 2.1.4.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lottery.encoding import HASH_BYTES, node_hash
from lottery.errors import NoteError, ProofError
from lottery.note import parse_base64, parse_decimal

# A tree of 2^63 entries has proofs of 63 hashes.
MAX_PROOF_HASHES: Final = 63
_HEADER = "c2sp.org/tlog-proof@v1"
_EXTRA = "extra "


@dataclass(frozen=True, slots=True)
class TlogProof:
    """A parsed ``.tlog-proof``: where an entry lies, its path, and the checkpoint's bytes."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: bytes


def parse_tlog_proof(data: bytes, *, is_receipt: bool = False) -> TlogProof:
    """Read a C2SP tlog-proof.

    Args:
        data: The whole file; the caller has limited its length.
        is_receipt: Whether an ``extra`` line is let pass; it proves nothing.

    Returns:
        Its parts; the checkpoint is still unread.

    Raises:
        ProofError: It is malformed, or has an ``extra`` line where none may be.

    Source: C2SP tlog-proof, "Format".
    """
    try:
        text = data.decode("utf-8")
        head, blank, checkpoint = text.partition("\n\n")
        lines = head.split("\n", MAX_PROOF_HASHES + 3)
        if is_receipt and len(lines) > 1 and lines[1].startswith(_EXTRA):
            parse_base64(lines.pop(1).removeprefix(_EXTRA), "the extra data")
        if not blank or len(lines) < 2 or lines[0] != _HEADER:  # noqa: PLR2004 - header, index
            raise ProofError("it is not a tlog-proof")
        word, _, number = lines[1].partition(" ")
        if word != "index":
            raise ProofError("its second line is not the index")
        index = parse_decimal(number, "the index")
        return TlogProof(index, parse_hashes(lines[2:]), checkpoint.encode())
    except UnicodeDecodeError:
        raise ProofError("it is not UTF-8") from None
    except NoteError as error:
        raise ProofError(error.reason) from None


def parse_hashes(lines: Sequence[str]) -> tuple[bytes, ...]:
    """Read the base64 lines of a proof.

    Args:
        lines: One hash each, without line ends.

    Returns:
        The hashes, 32 bytes each.

    Raises:
        ProofError: There are more than 63, or one is not the base64 of 32 bytes.

    Source: C2SP tlog-proof, "Format".
    """
    if len(lines) > MAX_PROOF_HASHES:
        raise ProofError(f"it has more than {MAX_PROOF_HASHES} hashes")
    try:
        hashes = tuple(parse_base64(line, "a hash of the proof") for line in lines)
    except NoteError as error:
        raise ProofError(error.reason) from None
    if any(len(item) != HASH_BYTES for item in hashes):
        raise ProofError("a hash of the proof is not 32 bytes")
    return hashes


def parse_hash_file(data: bytes) -> tuple[bytes, ...]:
    """Read a file of base64 hashes, one a line.

    Args:
        data: The whole file; nothing for a proof without hashes.

    Returns:
        The hashes, 32 bytes each.

    Raises:
        ProofError: A line is not the base64 of 32 bytes, or the last has no line feed.

    Source: docs/spec/lottery-v1.md, section 5.
    """
    try:
        lines = data.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise ProofError("it is not ASCII") from None
    if lines.pop():
        raise ProofError("its last line has no line feed")
    return parse_hashes(lines)


def check_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> None:
    """Check that a leaf lies in a tree at an index.

    Args:
        leaf: The 32-byte leaf hash.
        index: Its place, from 0.
        size: How many leaves the tree has.
        path: The 32-byte hashes from the leaf's sibling upward.
        root: The 32-byte root of the tree.

    Raises:
        ProofError: The path does not lead from the leaf to the root.

    Source: RFC 9162, section 2.1.3.2.
    """
    _check_lengths(leaf, root, *path)
    if not 0 <= index < size:
        raise ProofError(f"index {index} lies outside a log of {size} entries")
    node, last, digest = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            raise ProofError("the inclusion proof is too long")
        if node & 1 or node == last:
            digest = node_hash(sibling, digest)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            digest = node_hash(digest, sibling)
        node, last = node >> 1, last >> 1
    if last != 0 or digest != root:
        raise ProofError(f"entry {index} is not in the log that the checkpoint describes")


def check_consistency(
    old_size: int, old_root: bytes, new_size: int, new_root: bytes, path: Sequence[bytes]
) -> None:
    """Check that one tree is the beginning of another.

    Args:
        old_size: How many leaves the earlier tree has, at least 1.
        old_root: Its 32-byte root.
        new_size: How many leaves the later tree has.
        new_root: Its 32-byte root.
        path: The 32-byte hashes of the proof; none if the sizes are equal.

    Raises:
        ProofError: The later tree does not begin with the earlier one.

    Source: RFC 9162, section 2.1.4.2.
    """
    _check_lengths(old_root, new_root, *path)
    if not 0 < old_size <= new_size:
        raise ProofError(f"a log of {new_size} entries cannot extend one of {old_size}")
    if old_size == new_size:
        if path or old_root != new_root:
            raise ProofError("two checkpoints of one size differ: the log has forked")
        return
    hashes = list(path)
    if old_size & (old_size - 1) == 0:
        hashes.insert(0, old_root)
    node, last = old_size - 1, new_size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    if not hashes:
        raise ProofError("the consistency proof is too short")
    if _climb(node, last, hashes) != (old_root, new_root):
        raise ProofError("the later log does not begin with the earlier one: history was changed")


def _climb(node: int, last: int, hashes: list[bytes]) -> tuple[bytes, bytes]:
    """Rebuild both roots from a consistency proof."""
    old = new = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            raise ProofError("the consistency proof is too long")
        if node & 1 or node == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        node, last = node >> 1, last >> 1
    if last != 0:
        raise ProofError("the consistency proof is too short")
    return old, new


def _check_lengths(*hashes: bytes) -> None:
    if any(len(item) != HASH_BYTES for item in hashes):
        raise ProofError("a hash is not 32 bytes")
