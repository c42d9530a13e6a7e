"""The whole public log as zip files: unpacked side by side, they make one folder of a log.

A part holds the full tiles of so many entries and never changes again; what still grows, and the
checkpoint, are in the last one.
"""

import zipfile
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import IO, Final

from sqlalchemy import Connection

from audit.tiles import TILE_WIDTH, Tile, tiles_of
from market import log
from market.errors import MissingError
from market.installation import Installation

# As many as a tile of level 1 covers.
PART_ENTRIES: Final = TILE_WIDTH * TILE_WIDTH
FOLDER: Final = "log"
IN_MEMORY: Final = 1 << 20
# A zip must say when its files were made; the same bytes for everybody are worth more.
_NO_DATE: Final = (1980, 1, 1, 0, 0, 0)


def size_of(checkpoint: bytes) -> int:
    """Return how many entries a checkpoint signs: its second line."""
    return int(checkpoint.split(b"\n", 2)[1])


def parts_of(size: int) -> int:
    """Return into how many parts a log of this size is cut."""
    return max(1, -(-size // PART_ENTRIES))


def tiles_in(size: int, part: int) -> Iterator[Tile]:
    """Yield the tiles of one part, from 0, of a log of this size."""
    last = parts_of(size) - 1
    for tile in tiles_of(size):
        if _part_of(tile, last) == part:
            yield tile


def _part_of(tile: Tile, last: int) -> int:
    if not tile.is_full or tile.level > 1:
        return last
    return tile.number if tile.level == 1 else tile.number // TILE_WIDTH


def part(here: Installation, connection: Connection, number: int) -> IO[bytes]:
    """Return one part of the log, numbered from 1, as an open file at its beginning.

    Raises:
        MissingError: Nothing is signed yet, or the log has no such part.
    """
    own = log.log_of(here)
    checkpoint = own.checkpoint(connection)
    if checkpoint is None or not 1 <= number <= parts_of(size_of(checkpoint)):
        raise MissingError
    size = size_of(checkpoint)
    file = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - the answer closes it
    with zipfile.ZipFile(file, "w") as archive:
        for tile in tiles_in(size, number - 1):
            _write(archive, tile.path, own.tile(connection, tile.path))
        if number == parts_of(size):
            _write(archive, "log.vkey", f"{log.vkey(here)}\n".encode())
            _write(archive, "checkpoint", checkpoint)
    file.seek(0)
    return file


def _write(archive: zipfile.ZipFile, path: str, data: bytes) -> None:
    archive.writestr(zipfile.ZipInfo(f"{FOLDER}/{path}", _NO_DATE), data)
