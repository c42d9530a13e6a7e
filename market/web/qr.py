"""QR codes as SVG, for what is carried by eye and camera: a beacon's round, a page's address.

Versions 1 to 10 at error correction level M: up to 311 characters of ``0-9A-Z $%*+-./:``, or 213
bytes of anything else. A code is drawn as one path, so that no style is needed.

Source: ISO/IEC 18004:2015.
"""

from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

ALPHANUMERIC: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
QUIET: Final = 4

# For each version at level M: check bytes of a block, and the data bytes of each block. Table 9.
_BLOCKS: Final = (
    (10, (16,)),
    (16, (28,)),
    (26, (44,)),
    (18, (32,) * 2),
    (24, (43,) * 2),
    (16, (27,) * 4),
    (18, (31,) * 4),
    (22, (38, 38, 39, 39)),
    (22, (36, 36, 36, 37, 37)),
    (26, (43, 43, 43, 43, 44)),
)
# Where alignment patterns lie, beside 6. Annex E.
_ALIGNMENT: Final = ((), (18,), (22,), (26,), (30,), (34,), (22, 38), (24, 42), (26, 46), (28, 50))
_FIRST_WITH_VERSION: Final = 7
_LONG_COUNTS_FROM: Final = 10

Grid = list[list[bool]]


class TooLongForACodeError(ValueError):
    """The text does not fit into a code of version 10."""


def svg_of(text: str, label: str, *, css: str = "z-qr") -> Markup:
    """Return a code as an SVG element; ``label`` says to screen readers what is in it."""
    grid = modules_of(text)
    size = len(grid) + 2 * QUIET
    path = "".join(
        f"M{x + QUIET} {y + QUIET}h1v1h-1z"
        for y, row in enumerate(grid)
        for x, dark in enumerate(row)
        if dark
    )
    return Markup(
        '<svg class="{}" viewBox="0 0 {} {}" role="img" aria-label="{}" '
        'shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{}v{}H0z"/><path d="{}"/></svg>'
    ).format(css, size, size, label, size, size, path)


def modules_of(text: str) -> Grid:
    """Return the modules of a code, row by row; true is dark.

    Args:
        text: What a camera shall read.

    Raises:
        TooLongForACodeError: It does not fit.

    Source: ISO/IEC 18004:2015, 7.1.
    """
    version, data = _data_of(text)
    frame = _Frame.of(version)
    laid = _with_checks(version, data)
    bits = [byte >> place & 1 == 1 for byte in laid for place in range(7, -1, -1)]
    candidates = [frame.filled(bits, mask) for mask in range(8)]
    return min(candidates, key=_penalty)


def _data_of(text: str) -> tuple[int, bytes]:
    """Return the smallest version that holds a text, and its data bytes."""
    plain = set(text) <= set(ALPHANUMERIC)
    body = _alphanumeric(text) if plain else "".join(f"{b:08b}" for b in text.encode())
    count = len(text) if plain else len(text.encode())
    for version, (_, blocks) in enumerate(_BLOCKS, 1):
        room = sum(blocks) * 8
        long = version >= _LONG_COUNTS_FROM
        width = (11 if long else 9) if plain else (16 if long else 8)
        bits = f"{'0010' if plain else '0100'}{count:0{width}b}{body}"
        if len(bits) <= room:
            return version, _padded(bits, room)
    raise TooLongForACodeError(f"{len(text)} characters")


def _alphanumeric(text: str) -> str:
    values = [ALPHANUMERIC.index(character) for character in text]
    pairs = [values[place : place + 2] for place in range(0, len(values), 2)]
    return "".join(f"{p[0] * 45 + p[1]:011b}" if len(p) > 1 else f"{p[0]:06b}" for p in pairs)


def _padded(bits: str, room: int) -> bytes:
    bits += "0" * min(4, room - len(bits))
    bits += "0" * (-len(bits) % 8)
    data = bytes(int(bits[place : place + 8], 2) for place in range(0, len(bits), 8))
    missing = room // 8 - len(data)
    return data + (b"\xec\x11" * missing)[:missing]


def _times(a: int, b: int) -> int:
    """Multiply in the field of 256 elements modulo x^8 + x^4 + x^3 + x^2 + 1."""
    product = 0
    for place in range(7, -1, -1):
        product = (product << 1) ^ (product >> 7) * 0x11D
        product ^= (b >> place & 1) * a
    return product


def _checks(data: bytes, number: int) -> bytes:
    """Return the Reed-Solomon check bytes of a block."""
    divisor = [0] * (number - 1) + [1]
    root = 1
    for _ in range(number):
        for place in range(number):
            divisor[place] = _times(divisor[place], root)
            if place + 1 < number:
                divisor[place] ^= divisor[place + 1]
        root = _times(root, 2)
    rest = [0] * number
    for byte in data:
        factor = byte ^ rest.pop(0)
        rest.append(0)
        rest = [r ^ _times(d, factor) for r, d in zip(rest, divisor, strict=True)]
    return bytes(rest)


def _with_checks(version: int, data: bytes) -> bytes:
    """Return data and check bytes as they are laid out: the blocks take turns."""
    number, sizes = _BLOCKS[version - 1]
    blocks, start = [], 0
    for size in sizes:
        blocks.append(data[start : start + size])
        start += size
    checks = [_checks(block, number) for block in blocks]
    laid = [b[place] for place in range(max(sizes)) for b in blocks if place < len(b)]
    laid += [c[place] for place in range(number) for c in checks]
    return bytes(laid)


_MASKS: Final = (
    lambda x, y: (x + y) % 2 == 0,
    lambda _, y: y % 2 == 0,
    lambda x, _: x % 3 == 0,
    lambda x, y: (x + y) % 3 == 0,
    lambda x, y: (x // 3 + y // 2) % 2 == 0,
    lambda x, y: x * y % 2 + x * y % 3 == 0,
    lambda x, y: (x * y % 2 + x * y % 3) % 2 == 0,
    lambda x, y: ((x + y) % 2 + x * y % 3) % 2 == 0,
)


@dataclass(frozen=True, slots=True)
class _Frame:
    """The modules of a version that do not depend on the data: None is free for data."""

    version: int
    modules: list[list[bool | None]]

    @classmethod
    def of(cls, version: int) -> "_Frame":
        size = 17 + 4 * version
        frame = cls(version, [[None] * size for _ in range(size)])
        for place in range(size):
            frame.modules[6][place] = frame.modules[place][6] = place % 2 == 0
        for x, y in ((3, 3), (size - 4, 3), (3, size - 4)):
            frame._rings(x, y, 4, {2, 4})
        places = (6, *_ALIGNMENT[version - 1])
        corners = {(6, 6), (6, places[-1]), (places[-1], 6)}
        for x, y in {(x, y) for x in places for y in places} - corners:
            frame._rings(x, y, 2, {1})
        frame._set_format(0)
        if version >= _FIRST_WITH_VERSION:
            frame._set_version()
        return frame

    def _rings(self, centre_x: int, centre_y: int, radius: int, light: set[int]) -> None:
        size = len(self.modules)
        for y in range(max(0, centre_y - radius), min(size, centre_y + radius + 1)):
            for x in range(max(0, centre_x - radius), min(size, centre_x + radius + 1)):
                ring = max(abs(x - centre_x), abs(y - centre_y))
                self.modules[y][x] = ring not in light

    def _set_format(self, mask: int) -> None:
        """Write level and mask twice, with their check bits. 7.9."""
        rest = mask  # Level M is 00.
        for _ in range(10):
            rest = rest << 1 ^ (rest >> 9) * 0x537
        bits = (mask << 10 | rest) ^ 0x5412
        size = len(self.modules)
        across = [0, 1, 2, 3, 4, 5, 7, 8]
        for place in range(15):
            dark = bits >> place & 1 == 1
            if place < 8:  # noqa: PLR2004 - the bits of one arm
                self.modules[across[place]][8] = dark
                self.modules[8][size - 1 - place] = dark
            else:
                self.modules[8][across[14 - place]] = dark
                self.modules[size - 15 + place][8] = dark
        self.modules[size - 8][8] = True

    def _set_version(self) -> None:
        """Write the version twice, with its check bits. 7.10."""
        rest = self.version
        for _ in range(12):
            rest = rest << 1 ^ (rest >> 11) * 0x1F25
        bits = self.version << 12 | rest
        size = len(self.modules)
        for place in range(18):
            dark = bits >> place & 1 == 1
            a, b = size - 11 + place % 3, place // 3
            self.modules[b][a] = self.modules[a][b] = dark

    def _free(self) -> list[tuple[int, int]]:
        """Return the places of data, two columns at a time, up and down in turn. 7.7.3."""
        size = len(self.modules)
        rights = [x for x in range(size - 1, 0, -2) if x > 6] + [5, 3, 1]  # noqa: PLR2004 - the timing column
        places = []
        for turn, right in enumerate(rights):
            rows = range(size) if turn % 2 else range(size - 1, -1, -1)
            places += [(x, y) for y in rows for x in (right, right - 1)]
        return [(x, y) for x, y in places if self.modules[y][x] is None]

    def filled(self, bits: list[bool], mask: int) -> Grid:
        """Return the whole code under a mask."""
        copy = _Frame(self.version, [row[:] for row in self.modules])
        for number, (x, y) in enumerate(self._free()):
            dark = bits[number] if number < len(bits) else False
            copy.modules[y][x] = dark ^ _MASKS[mask](x, y)
        copy._set_format(mask)
        return [[module is True for module in row] for row in copy.modules]


def _penalty(grid: Grid) -> int:
    """Return how badly a code can be read. 7.8.3."""
    lines = ["".join("1" if dark else "0" for dark in row) for row in grid]
    lines += ["".join(column) for column in zip(*lines, strict=True)]
    total = 0
    for line in lines:
        runs = line.replace("01", "0 1").replace("10", "1 0").split()
        total += sum(len(run) - 2 for run in runs if len(run) >= 5)  # noqa: PLR2004 - as the standard says
        total += 40 * sum(
            line[place : place + 11] in {"10111010000", "00001011101"}
            for place in range(len(line) - 10)
        )
    size = len(grid)
    total += 3 * sum(
        grid[y][x] == grid[y][x + 1] == grid[y + 1][x] == grid[y + 1][x + 1]
        for y in range(size - 1)
        for x in range(size - 1)
    )
    dark = sum(map(sum, grid))
    return total + 10 * (abs(20 * dark - 10 * size * size) // (size * size))
