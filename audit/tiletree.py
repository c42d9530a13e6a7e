"""A tree that lives in tiles: proofs read a few of them, growing keeps one of each level."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from audit.errors import MalformedError
from audit.tiles import TILE_BYTES, TILE_HEIGHT, TILE_WIDTH, Tile, tile_for
from audit.tree import (
    HASH_BYTES,
    consistency_ranges,
    fold,
    parents,
    root_of,
    subtrees,
)

ReadTile: TypeAlias = Callable[[Tile], bytes]
"""Fetches a hash tile; a wider, later state of the same tile is as good."""


class TileTree:
    """The tree of one size, and all it went through, read from tiles.

    A tile is asked for once at most, and what is above its hashes is hashed once, so that
    proofs are the cheaper the more of them one object makes.
    """

    __slots__ = ("_read", "_tiles", "size")

    def __init__(self, size: int, read: ReadTile) -> None:
        self.size = size
        self._read = read
        self._tiles: dict[tuple[int, int], list[bytes]] = {}

    def root(self) -> bytes:
        """Return the 32-byte root. Source: RFC 6962, section 2.1."""
        return self.root_at(self.size)

    def root_at(self, size: int) -> bytes:
        """Return the root this tree had when it was smaller. Source: RFC 6962, section 2.1."""
        return self._range(0, size)

    def inclusion(self, index: int, size: int | None = None) -> tuple[bytes, ...]:
        """Prove that the tree has a leaf at this index.

        Args:
            index: Below the size of the tree.
            size: One this tree went through; its own if None.

        Returns:
            32-byte hashes, the leaf's sibling first.

        Raises:
            ValueError: The tree has no such leaf.
            MalformedError: A tile is too short.

        Source: RFC 6962, section 2.1.1.
        """
        size = self.size if size is None else size
        if not 0 <= index < size <= self.size:
            raise ValueError(f"no leaf {index} in a tree of {size}")
        # The tree is a row of complete subtrees, one for each bit of its size, ever smaller. The
        # leaf lies in that of the first bit in which its index differs. The proof is the way up
        # within that one, then all that lies to its right as one, then those to its left.
        height = (index ^ size).bit_length() - 1
        proof = self._way_up(index, height)
        parts = subtrees(0, size)
        own = (size >> (height + 1)).bit_count()
        if own + 1 < len(parts):
            proof.append(fold([self._subtree(*part) for part in parts[own + 1 :]]))
        proof += [self._subtree(*part) for part in reversed(parts[:own])]
        return tuple(proof)

    def consistency(self, old: int, new: int | None = None) -> tuple[bytes, ...]:
        """Prove that this tree continues the tree of an earlier size.

        Args:
            old: At most ``new``.
            new: A size this tree went through; its own if None.

        Returns:
            32-byte hashes; none if ``old`` is 0 or the size itself.

        Raises:
            ValueError: The old size is not one this tree went through.
            MalformedError: A tile is too short.

        Source: RFC 6962, section 2.1.2.
        """
        new = self.size if new is None else new
        return tuple(self._range(*ends) for ends in consistency_ranges(old, new))

    def _way_up(self, index: int, height: int) -> list[bytes]:
        """Return the siblings of a leaf and of what is above it in a complete subtree."""
        siblings = []
        for level in range(-(-height // TILE_HEIGHT)):
            number, at = divmod(index >> (level * TILE_HEIGHT), TILE_WIDTH)
            rows = self._rows(level, number)
            for row in rows[: height - level * TILE_HEIGHT]:
                sibling = (at ^ 1) * HASH_BYTES
                siblings.append(row[sibling : sibling + HASH_BYTES])
                at >>= 1
        return siblings

    def _range(self, start: int, end: int) -> bytes:
        return fold([self._subtree(height, index) for height, index in subtrees(start, end)])

    def _subtree(self, height: int, index: int) -> bytes:
        """Return the root of a complete subtree: one tile holds all it is made of."""
        level, inner = divmod(height, TILE_HEIGHT)
        number, first = divmod(index, TILE_WIDTH >> inner)
        at = first * HASH_BYTES
        return self._rows(level, number)[inner][at : at + HASH_BYTES]

    def _rows(self, level: int, number: int) -> list[bytes]:
        """Return the hashes of a tile, and above them those of ever larger complete subtrees."""
        if (rows := self._tiles.get((level, number))) is not None:
            return rows
        tile = tile_for(level, number, self.size)
        if tile is None:
            raise ValueError(f"a tree of {self.size} has no tile {number} at level {level}")
        hashes = self._read(tile)[: tile.width * HASH_BYTES]
        if len(hashes) != tile.width * HASH_BYTES:
            raise MalformedError("tile", f"level {level}, number {number} is too short")
        rows = [hashes]
        for _ in range(1, TILE_HEIGHT):
            rows.append(parents(rows[-1]))
        self._tiles[level, number] = rows
        return rows


class Frontier:
    """The partial tile of each level: all that is needed to make a tree grow.

    Its memory does not depend on the size of the tree: at most 8 KiB for each level.
    """

    __slots__ = ("_tails", "size")

    def __init__(self, size: int = 0, tails: Sequence[bytes] = ()) -> None:
        """Take up a tree of ``size`` leaves from the partial tiles that ``widths`` asks for."""
        if [len(tail) for tail in tails] != [width * HASH_BYTES for width in widths(size)]:
            raise ValueError(f"these are not the partial tiles of a tree of {size}")
        self.size = size
        self._tails = list(tails)

    def copy(self) -> "Frontier":
        """Return a tree that grows on its own from the same state."""
        return Frontier(self.size, tuple(self._tails))

    def extend(self, leaves: bytes) -> list[tuple[Tile, bytes]]:
        """Append leaves; return the tiles that this fills, lowest level first.

        Args:
            leaves: Joined 32-byte leaf hashes, any number of them.

        Returns:
            Each newly full tile with its 8,192 bytes.

        Source: C2SP tlog-tiles, "Merkle Tree".
        """
        full: list[tuple[Tile, bytes]] = []
        incoming, level = leaves, 0
        while incoming:
            if level == len(self._tails):
                self._tails.append(b"")
            number = self.size >> (TILE_HEIGHT * (level + 1))
            row = self._tails[level] + incoming
            cut = len(row) - len(row) % TILE_BYTES
            filled = [row[at : at + TILE_BYTES] for at in range(0, cut, TILE_BYTES)]
            full += [(Tile(level, number + at), data) for at, data in enumerate(filled)]
            self._tails[level] = row[cut:]
            incoming = b"".join([root_of(data) for data in filled])
            level += 1
        self.size += len(leaves) // HASH_BYTES
        return full

    def partials(self) -> list[tuple[Tile, bytes]]:
        """Return the partial tiles of the present size, lowest level first."""
        return [
            (
                Tile(level, self.size >> (TILE_HEIGHT * (level + 1)), len(tail) // HASH_BYTES),
                tail,
            )
            for level, tail in enumerate(self._tails)
            if tail
        ]

    def root(self) -> bytes:
        """Return the 32-byte root of the present size. Source: RFC 6962, section 2.1."""
        peaks = []
        for tail in reversed(self._tails):
            at = 0
            for height, _ in subtrees(0, len(tail) // HASH_BYTES):
                peaks.append(root_of(tail[at : at + (HASH_BYTES << height)]))
                at += HASH_BYTES << height
        return fold(peaks)


def widths(size: int) -> list[int]:
    """Return how many hashes the partial tile of each level has, 0 where the last one is full."""
    levels = -(-size.bit_length() // TILE_HEIGHT)
    return [(size >> (TILE_HEIGHT * level)) % TILE_WIDTH for level in range(levels)]
