"""Reading the log: checkpoints, tiles, receipts, proofs, the export and the check of all of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from audit import cosignatures, directory, recheck, store
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
        """Return the latest signed checkpoint, or None before the first one.

        It carries the cosignatures that are known of it, as every checkpoint below does.
        """
        latest = store.latest_checkpoint(connection)
        return latest and cosignatures.cosigned_note(connection, latest)

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
        """Return the receipt of an entry under the latest checkpoint; see ``receipts``."""
        return self.receipts(connection, [index])[0]

    def receipt_at(self, connection: Connection, index: int, size: int) -> str:
        """Return the receipt of an entry under an earlier checkpoint; see ``receipts``."""
        return self.receipts(connection, [index], size)[0]

    def receipts(
        self, connection: Connection, indexes: Sequence[int], size: int | None = None
    ) -> list[str]:
        """Return the receipts of entries, all under one checkpoint.

        Args:
            connection: Of the database that holds the log.
            indexes: Of the entries.
            size: Of the tree when the checkpoint was signed; the latest one if left out.

        Returns:
            A ``.tlog-proof`` file for each index.

        Raises:
            MissingCheckpointError: No tree of this size was ever signed.
            MissingEntryError: The checkpoint does not cover an entry.

        Source: C2SP tlog-proof.
        """
        under = (
            store.latest_checkpoint(connection)
            if size is None
            else store.checkpoint_at(connection, size)
        )
        for index in indexes:
            if under is None or not 0 <= index < under.size:
                raise MissingEntryError(index, under.size if under else 0)
        if under is None:
            return []
        tree = _tree(connection, under.size)
        note = cosignatures.cosigned_note(connection, under)
        return [Receipt(index, tree.inclusion(index), note).text for index in indexes]

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


def _tree(connection: Connection, size: int) -> TileTree:
    return TileTree(size, lambda tile: _read(connection, tile, wider=True))


def _read(connection: Connection, tile: Tile, *, wider: bool = False) -> bytes:
    """Return a tile from its row, or from the leaves where partial tiles are not stored.

    A wider state of the same tile begins with the same hashes, so proofs may use one.
    """
    data: bytes | None = None
    if tile.is_full or tile.level > 0 or wider:
        place = {"level": tile.level, "number": tile.number, "width": tile.width}
        row = connection.execute(store.WIDER_TILE if wider else store.TILE, place).first()
        data = None if row is None else bytes(row.data)
    if data is None and tile.level < 1 and not tile.is_full:
        data = _read_leaves(connection, tile)
    if data is None:
        raise MissingTileError(tile.path)
    return data


def _read_leaves(connection: Connection, tile: Tile) -> bytes | None:
    """Put together a partial tile of level 0 or a partial bundle; None where leaves are missing."""
    first = tile.number * TILE_WIDTH
    wanted = store.BODIES if tile.level == ENTRIES else store.LEAF_HASHES
    ends = {"first": first, "last": first + tile.width - 1}
    found = [bytes(part) for part in connection.execute(wanted, ends).scalars()]
    if len(found) != tile.width:
        return None
    return encode_bundle(found) if tile.level == ENTRIES else b"".join(found)
