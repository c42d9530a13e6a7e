"""Names and contents of tiles: how a tree and its entries become static files."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from audit.encoding import from_decimal
from audit.errors import EntryLengthError, MalformedError
from audit.tree import HASH_BYTES

TILE_HEIGHT: Final = 8
TILE_WIDTH: Final = 1 << TILE_HEIGHT
TILE_BYTES: Final = TILE_WIDTH * HASH_BYTES
ENTRIES: Final = -1
"""The level under which entry bundles are kept; in a path it is written ``entries``."""
LAST_LEVEL: Final = 63
LONGEST_ENTRY: Final = 0xFFFF
_LONGEST_PATH: Final = 64
_PATH: Final = re.compile(
    r"tile/(entries|[0-9]{1,2})/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII
)


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """The place of a tile: up to 256 hashes of one level, or up to 256 entries."""

    level: int
    number: int
    width: int = TILE_WIDTH

    def __post_init__(self) -> None:
        if not ENTRIES <= self.level <= LAST_LEVEL or self.number < 0:
            raise ValueError(f"no tile has level {self.level} and number {self.number}")
        if not 1 <= self.width <= TILE_WIDTH:
            raise ValueError(f"no tile is {self.width} wide")

    @property
    def is_full(self) -> bool:
        """Whether the tile will never grow again."""
        return self.width == TILE_WIDTH

    @property
    def path(self) -> str:
        """Where the tile is served and exported.

        Source: C2SP tlog-tiles, "Merkle Tree" and "Log entries".
        """
        digits = f"{self.number:03d}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
        number = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
        level = "entries" if self.level == ENTRIES else str(self.level)
        return f"tile/{level}/{number}" + ("" if self.is_full else f".p/{self.width}")


def parse_path(path: str) -> Tile:
    """Read a tile's path; only the one canonical spelling is accepted.

    Args:
        path: Such as ``tile/0/x001/234.p/44``, without a leading slash.

    Returns:
        The place of the tile.

    Raises:
        MalformedError: It is not the path of a tile.

    Source: C2SP tlog-tiles, "Merkle Tree".
    """
    match = _PATH.fullmatch(path) if len(path) <= _LONGEST_PATH else None
    if match is None:
        raise MalformedError("tile path", f"{path[:_LONGEST_PATH]!r}")
    level, number, width = match.groups()
    try:
        tile = Tile(
            ENTRIES if level == "entries" else int(level),
            from_decimal(re.sub(r"[x/]", "", number).lstrip("0") or "0", "tile path"),
            int(width or TILE_WIDTH),
        )
    except ValueError as error:
        raise MalformedError("tile path", str(error)) from error
    if tile.path != path:
        raise MalformedError("tile path", f"{path!r} should be written {tile.path!r}")
    return tile


def tile_for(level: int, number: int, size: int) -> Tile | None:
    """Return the tile with this place in a tree of this size, or None where it would be empty.

    Source: C2SP tlog-tiles, "Partial Tiles".
    """
    hashes = size >> (TILE_HEIGHT * max(level, 0))
    width = min(hashes - number * TILE_WIDTH, TILE_WIDTH)
    return Tile(level, number, width) if width > 0 else None


def tiles_of(size: int) -> Iterator[Tile]:
    """Yield every tile of a tree of this size, entry bundles first, then level by level.

    Source: C2SP tlog-tiles, "Partial Tiles".
    """
    for level in (ENTRIES, *range(LAST_LEVEL + 1)):
        hashes = size >> (TILE_HEIGHT * max(level, 0))
        if hashes == 0:
            return
        full, rest = divmod(hashes, TILE_WIDTH)
        for number in range(full):
            yield Tile(level, number)
        if rest:
            yield Tile(level, full, rest)


def encode_bundle(entries: Iterable[bytes]) -> bytes:
    """Write entries as a bundle: each behind its length as a big-endian uint16.

    Args:
        entries: Each at most 65,535 bytes.

    Returns:
        The bundle.

    Raises:
        EntryLengthError: An entry is too long.

    Source: C2SP tlog-tiles, "Log entries".
    """
    parts = []
    for entry in entries:
        if len(entry) > LONGEST_ENTRY:
            raise EntryLengthError(len(entry), LONGEST_ENTRY)
        parts += [len(entry).to_bytes(2, "big"), entry]
    return b"".join(parts)


def decode_bundle(data: bytes, width: int) -> list[bytes]:
    """Read a bundle of exactly this many entries and nothing behind them.

    Args:
        data: The bundle.
        width: How many entries it must hold, 1 to 256.

    Returns:
        The entries.

    Raises:
        MalformedError: It ends early or late.

    Source: C2SP tlog-tiles, "Log entries".
    """
    entries: list[bytes] = []
    at = 0
    for _ in range(width):
        start = at + 2
        at = start + int.from_bytes(data[at:start], "big")
        if start > len(data) or at > len(data):
            raise MalformedError("entry bundle", f"it ends in the middle of entry {len(entries)}")
        entries.append(data[start:at])
    if at != len(data):
        raise MalformedError("entry bundle", f"bytes follow its {width} entries")
    return entries
