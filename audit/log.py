"""Reading the log: checkpoints, tiles, receipts, proofs, the export and the check of all of it."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select

from audit import directory, recheck, store
from audit.errors import (
    MalformedError,
    MissingCheckpointError,
    MissingEntryError,
    MissingTileError,
    OriginError,
)
from audit.findings import Finding
from audit.keys import Verifier
from audit.proof import Receipt
from audit.tiles import ENTRIES, TILE_WIDTH, Tile, encode_bundle, parse_path
from audit.tiletree import TileTree


@dataclass(frozen=True, slots=True)
class Log:
    """The log as its readers see it. The origin is the name of its key and never changes."""

    origin: str
    verifier: Verifier

    def __post_init__(self) -> None:
        if self.origin != self.verifier.name:
            raise OriginError(self.origin, self.verifier.name)

    def checkpoint(self, connection: Connection) -> bytes | None:
        """Return the latest signed checkpoint, or None before the first one."""
        latest = store.latest_checkpoint(connection)
        return latest and latest.note

    def tile(self, connection: Connection, path: str) -> bytes:
        """Return a tile or an entry bundle as it is served.

        Args:
            connection: Of the database that holds the log.
            path: As in C2SP tlog-tiles, such as ``tile/entries/000.p/17``.

        Returns:
            The bytes; they never change.

        Raises:
            MissingTileError: The path is not that of a tile, or of none that is there yet.

        Source: C2SP tlog-tiles, "Merkle Tree" and "Log entries".
        """
        try:
            tile = parse_path(path)
        except MalformedError as error:
            raise MissingTileError(path) from error
        return _read(connection, tile)

    def receipt(self, connection: Connection, index: int) -> str:
        """Return the receipt of an entry under the latest checkpoint.

        Args:
            connection: Of the database that holds the log.
            index: Of the entry.

        Returns:
            A ``.tlog-proof`` file.

        Raises:
            MissingEntryError: The entry is not sequenced yet.

        Source: C2SP tlog-proof.
        """
        latest = store.latest_checkpoint(connection)
        if latest is None:
            raise MissingEntryError(index, 0)
        return _receipt(connection, index, latest)

    def receipt_at(self, connection: Connection, index: int, size: int) -> str:
        """Return the receipt of an entry under the checkpoint of an earlier size.

        Args:
            connection: Of the database that holds the log.
            index: Of the entry.
            size: Of the tree when that checkpoint was signed.

        Returns:
            A ``.tlog-proof`` file.

        Raises:
            MissingCheckpointError: No tree of this size was ever signed.
            MissingEntryError: The tree of this size did not hold the entry yet.

        Source: C2SP tlog-proof.
        """
        row = connection.execute(
            select(store.checkpoints).where(store.checkpoints.c.size == size)
        ).one_or_none()
        if row is None:
            raise MissingCheckpointError(size)
        return _receipt(connection, index, store.checkpoint_row(row))

    def consistency(self, connection: Connection, old: int, new: int) -> tuple[bytes, ...]:
        """Prove that the tree of one size continues the tree of an earlier size.

        Args:
            connection: Of the database that holds the log.
            old: The earlier size.
            new: The later size, at most the size of the log.

        Returns:
            32-byte hashes; none if ``old`` is 0 or ``new``.

        Raises:
            MissingTileError: The log has not grown to ``new``.
            ValueError: ``old`` is larger than ``new``.

        Source: RFC 6962, section 2.1.2.
        """
        return _tree(connection, new).consistency(old)

    def export(self, connection: Connection, folder: Path) -> None:
        """Write the log as static files; see ``audit.directory.write``.

        Raises:
            MissingCheckpointError: Nothing was signed yet.
        """
        note = self.checkpoint(connection)
        if note is None:
            raise MissingCheckpointError(0)
        directory.write(folder, note, self.verifier, lambda tile: _read(connection, tile))

    def verify(self, connection: Connection) -> list[Finding]:
        """Recompute the whole log from the stored entries; see ``audit.recheck``."""
        return recheck.verify(connection, self.verifier)


def _receipt(connection: Connection, index: int, under: store.CheckpointRow) -> str:
    if not 0 <= index < under.size:
        raise MissingEntryError(index, under.size)
    hashes = _tree(connection, under.size).inclusion(index)
    return Receipt(index, hashes, under.note).text


def _tree(connection: Connection, size: int) -> TileTree:
    return TileTree(size, lambda tile: _read(connection, tile, wider=True))


def _read(connection: Connection, tile: Tile, *, wider: bool = False) -> bytes:
    """Return a tile from its row, or from the leaves where partial tiles are not stored."""
    column = store.tiles.c
    enough = column.width >= tile.width if wider else column.width == tile.width
    data = connection.execute(
        select(column.data)
        .where(column.level == tile.level, column.number == tile.number, enough)
        .order_by(column.width)
        .limit(1)
    ).scalar_one_or_none()
    if data is None and tile.level < 1 and not tile.is_full:
        data = _read_leaves(connection, tile)
    if data is None:
        raise MissingTileError(tile.path)
    return bytes(data)


def _read_leaves(connection: Connection, tile: Tile) -> bytes | None:
    """Put together a partial tile of level 0 or a partial bundle; None where leaves are missing."""
    leaf = store.leaves.c
    first = tile.number * TILE_WIDTH
    wanted = leaf.leaf_hash if tile.level == 0 else store.submissions.c.body
    rows = select(wanted).where(leaf.index.between(first, first + tile.width - 1))
    if tile.level == ENTRIES:
        rows = rows.join(store.submissions, store.submissions.c.id == leaf.submission_id)
    found = [bytes(part) for part in connection.execute(rows.order_by(leaf.index)).scalars()]
    if len(found) != tile.width:
        return None
    return encode_bundle(found) if tile.level == ENTRIES else b"".join(found)
