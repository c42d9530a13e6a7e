"""The Merkle tree of RFC 6962: hashes, roots, proofs. Standard library only."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Final

from audit.errors import ProofError

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """Hash one entry.

    Args:
        entry: The exact bytes of the entry.

    Returns:
        32 bytes, SHA-256(0x00 || entry).

    Source: RFC 6962, section 2.1.
    """
    return hashlib.sha256(b"\x00" + entry).digest()


def leaf_hashes(entries: Iterable[bytes]) -> bytes:
    """Hash many entries; return their 32-byte leaf hashes joined. Source: RFC 6962, 2.1."""
    sha256 = hashlib.sha256
    return b"".join([sha256(b"\x00" + entry).digest() for entry in entries])


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees, each 32 bytes: SHA-256(0x01 || left || right). Source: RFC 6962, 2.1."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(hashes: bytes) -> bytes:
    """Return the root over joined leaf hashes (or over subtrees of one equal height).

    One pass per level, holding two levels at most: an odd last node rises unchanged,
    which gives the same tree as the recursive definition.

    Args:
        hashes: n times 32 bytes, leftmost first.

    Returns:
        32 bytes; ``EMPTY_ROOT`` when n is 0.

    Raises:
        ValueError: The length is not a multiple of 32.

    Source: RFC 6962, section 2.1.
    """
    if len(hashes) % HASH_BYTES:
        raise ValueError("a row of hashes is a multiple of 32 bytes")
    if not hashes:
        return EMPTY_ROOT
    level = hashes
    while len(level) > HASH_BYTES:
        odd = level[-HASH_BYTES:] if len(level) % (2 * HASH_BYTES) else b""
        level = parents(level) + odd
    return level


def parents(hashes: bytes) -> bytes:
    """Hash joined hashes two by two; an odd last one is left out. Source: RFC 6962, 2.1."""
    sha256 = hashlib.sha256
    pairs = len(hashes) // (2 * HASH_BYTES) * (2 * HASH_BYTES)
    return b"".join([sha256(b"\x01" + hashes[at : at + 64]).digest() for at in range(0, pairs, 64)])


def subtrees(start: int, end: int) -> list[tuple[int, int]]:
    """Cut a range of leaves into the fewest complete subtrees.

    Args:
        start: Index of the first leaf.
        end: Index after the last leaf.

    Returns:
        (height, index) from left to right: subtree ``index`` of ``height`` covers the leaves
        from ``index << height`` to ``(index + 1) << height``.

    Source: RFC 6962, section 2.1; RFC 9162, section 2.1.2.
    """
    parts = []
    while start < end:
        height = (end - start).bit_length() - 1
        if start:
            height = min(height, (start & -start).bit_length() - 1)
        parts.append((height, start >> height))
        start += 1 << height
    return parts


def fold(peaks: Sequence[bytes]) -> bytes:
    """Join the roots of complete subtrees, ever smaller from left to right, into one root."""
    if not peaks:
        return EMPTY_ROOT
    result = peaks[-1]
    for peak in reversed(peaks[:-1]):
        result = node_hash(peak, result)
    return result


class CompactRange:
    """A growing tree that remembers only the roots of its complete subtrees (log n of them)."""

    __slots__ = ("_peaks", "size")

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def append(self, subtree: bytes, height: int = 0) -> None:
        """Append one leaf hash, or the root of a complete subtree of 2**height leaves.

        Raises:
            ValueError: Such a subtree cannot start at the present size.
        """
        if self.size % (1 << height):
            raise ValueError(f"no subtree of height {height} starts at leaf {self.size}")
        left = self.size >> height
        while left & 1:
            subtree = node_hash(self._peaks.pop(), subtree)
            left >>= 1
        self._peaks.append(subtree)
        self.size += 1 << height

    def peaks(self) -> tuple[bytes, ...]:
        """Return the roots of the complete subtrees that ``subtrees(0, size)`` names."""
        return tuple(self._peaks)

    def root(self) -> bytes:
        """Return the 32-byte root of the tree as it stands. Source: RFC 6962, section 2.1."""
        return fold(self._peaks)


def consistency_ranges(old: int, new: int) -> list[tuple[int, int]]:
    """Say which ranges of leaves a consistency proof is made of.

    Args:
        old: Size of the earlier tree.
        new: Size of the later tree, not below ``old``.

    Returns:
        (start, end) of each subtree in the order of the proof; empty if ``old`` is 0 or ``new``.

    Raises:
        ValueError: The sizes are negative or in the wrong order.

    Source: RFC 6962, section 2.1.2.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} does not continue a tree of {old}")
    if old == 0:
        return []
    start, end, ranges = 0, new, []
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    if start:
        ranges.append((start, end))
    return ranges[::-1]


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Check that a leaf is at an index of the tree with this root.

    Args:
        leaf: 32-byte leaf hash.
        index: Index of the leaf.
        size: Size of the tree.
        proof: 32-byte hashes, the leaf's sibling first.
        root: 32-byte root of the tree.

    Raises:
        ProofError: It is not shown to be there.

    Source: RFC 9162, section 2.1.3.2; the lengths are checked first because hashing hides them.
    """
    _check_lengths((leaf, root, *proof))
    if not 0 <= index < size:
        raise ProofError(f"there is no leaf {index} in a tree of {size}")
    node, last, result = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise ProofError("it has more hashes than the tree has levels")
        if node & 1 or node == last:
            result = node_hash(sibling, result)
            while not node & 1 and node:
                node >>= 1
                last >>= 1
        else:
            result = node_hash(result, sibling)
        node >>= 1
        last >>= 1
    if last or result != root:
        raise ProofError(f"leaf {index} does not lead to the root of {size}")


def verify_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Check that the later tree begins with all the leaves of the earlier one.

    Args:
        old: Size of the earlier tree.
        new: Size of the later tree.
        old_root: Root of the earlier tree.
        new_root: Root of the later tree.
        proof: 32-byte hashes; none when ``old`` is 0 or the sizes are equal.

    Raises:
        ProofError: The later tree is not shown to continue the earlier one.

    Source: RFC 9162, section 2.1.4.2; the empty tree as in C2SP tlog-witness.
    """
    if not 0 <= old <= new:
        raise ProofError(f"a tree of {new} cannot continue a tree of {old}")
    if old in (0, new):
        # Nothing is hashed here: the roots must simply be the same bytes.
        known = EMPTY_ROOT if old == 0 else new_root
        if proof or old_root != known:
            raise ProofError(f"the roots of size {old} differ, or the proof should be empty")
        return
    if consistency_roots(old, new, old_root, proof) != (old_root, new_root):
        raise ProofError(f"the tree of {new} does not continue the tree of {old}")


def consistency_roots(
    old: int, new: int, old_root: bytes, proof: Sequence[bytes]
) -> tuple[bytes, bytes]:
    """Recompute both roots from a consistency proof.

    Where the later root comes out right, the later tree is fixed by it, and the earlier root
    that comes out is the one that this tree had. If it is another one than ``old_root``, the
    proof shows that the later tree cannot continue the earlier one.

    Args:
        old: Size of the earlier tree, neither 0 nor ``new``.
        new: Size of the later tree.
        old_root: Root of the earlier tree: where ``old`` is a power of two the proof leaves it
            out, and it comes out as it was put in.
        proof: 32-byte hashes.

    Returns:
        The earlier and the later root.

    Raises:
        ProofError: It has not the length that these sizes ask for.

    Source: RFC 9162, section 2.1.4.2, steps 2 to 6.
    """
    _check_lengths((old_root, *proof))
    if not proof:
        raise ProofError("it is empty")
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    return _walk_consistency(old - 1, new - 1, path)


def _walk_consistency(node: int, last: int, path: Sequence[bytes]) -> tuple[bytes, bytes]:
    """Recompute both roots from a path, steps 4 to 6 of RFC 9162, section 2.1.4.2."""
    while node & 1:
        node >>= 1
        last >>= 1
    old = new = path[0]
    for hash_ in path[1:]:
        if last == 0:
            raise ProofError("it has more hashes than the tree has levels")
        if node & 1 or node == last:
            old, new = node_hash(hash_, old), node_hash(hash_, new)
            while not node & 1 and node:
                node >>= 1
                last >>= 1
        else:
            new = node_hash(new, hash_)
        node >>= 1
        last >>= 1
    if last:
        raise ProofError("it has fewer hashes than the tree has levels")
    return old, new


def _split(size: int) -> int:
    """Return the largest power of two below a size of at least 2."""
    return 1 << ((size - 1).bit_length() - 1)


def _check_lengths(hashes: Iterable[bytes]) -> None:
    """Refuse hashes that are not 32 bytes long before any of them is hashed."""
    if any(len(hash_) != HASH_BYTES for hash_ in hashes):
        raise ProofError("a hash is not 32 bytes long")
