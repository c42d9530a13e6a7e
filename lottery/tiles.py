"""The entries of a whole log as C2SP tlog-tiles lays them out in a folder.

Source: C2SP tlog-tiles, "Log entries".
"""

from collections.abc import Callable, Iterator
from typing import Final

from lottery.errors import ProofError

TILE_WIDTH: Final = 256
# 65,535 bytes and their length, 256 times.
MAX_TILE_BYTES: Final = TILE_WIDTH * (2 + 65_535)

_GROUP = 1000


def tile_name(number: int) -> str:
    """Return the path of an entry tile below a log's folder.

    Args:
        number: Which tile, from 0.

    Returns:
        Such as ``tile/entries/x001/x234/067`` for tile 1234067.

    Source: C2SP tlog-tiles, "Merkle Tree", on the encoding of tile indexes.
    """
    last = f"{number % _GROUP:03d}"
    groups = []
    while number := number // _GROUP:
        groups.append(f"x{number % _GROUP:03d}/")
    return "tile/entries/" + "".join(reversed(groups)) + last


def split_tile(data: bytes) -> list[bytes]:
    """Return the entries of one tile.

    Args:
        data: The whole tile.

    Returns:
        From 1 to 256 entries.

    Raises:
        ProofError: The tile is cut short or holds more than 256 entries.

    Source: C2SP tlog-tiles, "Log entries": each entry follows its length in two bytes.
    """
    entries, position = [], 0
    while position < len(data):
        start = position + 2
        position = start + int.from_bytes(data[position:start], "big")
        if position > len(data) or start > len(data):
            raise ProofError("an entry tile is cut short")
        entries.append(data[start:position])
    if not 0 < len(entries) <= TILE_WIDTH:
        raise ProofError(f"an entry tile holds {len(entries)} entries")
    return entries


def read_entries(load: Callable[[str], bytes | None]) -> Iterator[bytes]:
    """Return every entry of a log, in order.

    Args:
        load: Gives the bytes of a path below the log's folder, None if there is no such file.

    Returns:
        The entries up to the end of the first tile that is not full.

    Raises:
        ProofError: A tile is malformed.

    Source: C2SP tlog-tiles, "Log entries" and "Partial tiles".
    """
    number = 0
    while (data := _load_widest(load, tile_name(number))) is not None:
        entries = split_tile(data)
        yield from entries
        if len(entries) < TILE_WIDTH:
            return
        number += 1


def _load_widest(load: Callable[[str], bytes | None], name: str) -> bytes | None:
    """Load a tile, or the widest of its partial forms."""
    data = load(name)
    width = TILE_WIDTH
    while data is None and (width := width - 1):
        data = load(f"{name}.p/{width}")
    return data
