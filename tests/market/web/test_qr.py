"""QR codes: the numbers of the standard, and codes read back module by module."""

import pytest

from market.web import qr

TEXT = "32398885 " + "B6D41264" * 12


def test_the_check_bytes_are_those_of_the_standards_example():
    data = bytes.fromhex("10200C566180EC11EC11EC11EC11EC11")
    assert qr._checks(data, 10).hex().upper() == "A524D4C1ED36C7872C55"


def test_the_format_is_that_of_the_standards_example():
    # Level M under mask 5, written from the top down and from the right to the left.
    grid = qr._Frame.of(2).filled([], 5)
    size = len(grid)
    arm = [grid[8][x] for x in (0, 1, 2, 3, 4, 5, 7, 8)] + [
        grid[y][8] for y in (7, 5, 4, 3, 2, 1, 0)
    ]
    other = [grid[size - 1 - place][8] for place in range(7)]
    other += [grid[8][size - 8 + place] for place in range(8)]
    assert "".join(str(int(dark)) for dark in arm) == "100000011001110"
    assert other == arm


def test_the_version_is_that_of_the_standards_example():
    grid = qr._Frame.of(7).filled([], 0)
    size = len(grid)
    bits = [grid[place // 3][size - 11 + place % 3] for place in range(17, -1, -1)]
    assert "".join(str(int(dark)) for dark in bits) == "000111110010010100"


def read_back(grid):
    """Return what is in a code, after checking that every block is a code word."""
    version = (len(grid) - 17) // 4
    format_bits = [grid[8][x] for x in (0, 1, 2, 3, 4, 5, 7, 8)]
    mask = int("".join(str(int(dark)) for dark in format_bits[2:5]), 2) ^ 0b101
    frame = qr._Frame.of(version)
    bits = [grid[y][x] ^ qr._MASKS[mask](x, y) for x, y in frame._free()]
    laid = [
        sum(bit << (7 - place) for place, bit in enumerate(bits[start : start + 8]))
        for start in range(0, len(bits) // 8 * 8, 8)
    ]
    number, sizes = qr._BLOCKS[version - 1]
    blocks = [[] for _ in sizes]
    rest = iter(laid)
    for place in range(max(sizes)):
        for block, size in zip(blocks, sizes, strict=True):
            if place < size:
                block.append(next(rest))
    data = [byte for block in blocks for byte in block]
    for _ in range(number):
        for block in blocks:
            block.append(next(rest))
    for block in blocks:
        assert not any(value_at(block, root) for root in range(number))
    return text_of(version, "".join(f"{byte:08b}" for byte in data))


def value_at(block, power):
    root = 1
    for _ in range(power):
        root = qr._times(root, 2)
    value = 0
    for byte in block:
        value = qr._times(value, root) ^ byte
    return value


def text_of(version, bits):
    if bits[:4] == "0010":
        width = 11 if version >= 10 else 9
        count = int(bits[4 : 4 + width], 2)
        place, text = 4 + width, ""
        while len(text) < count:
            size = 11 if count - len(text) > 1 else 6
            value = int(bits[place : place + size], 2)
            pair = divmod(value, 45) if size == 11 else (value,)
            text += "".join(qr.ALPHANUMERIC[each] for each in pair)
            place += size
        return text
    width = 16 if version >= 10 else 8
    count = int(bits[4 : 4 + width], 2)
    start = 4 + width
    return bytes(int(bits[start + 8 * n : start + 8 * n + 8], 2) for n in range(count)).decode()


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("A", 1),
        (TEXT, 5),
        ("A" * 122, 5),
        ("A" * 123, 6),
        ("A" * 311, 10),
        ("http://127.0.0.1:8000/draws/GG-2026-000001", 3),
        ("中介超市" * 12, 8),
        ("x" * 213, 10),
    ],
)
def test_a_code_is_read_back(text, version):
    grid = qr.modules_of(text)
    assert len(grid) == 17 + 4 * version
    assert read_back(grid) == text


def test_the_patterns_that_a_camera_looks_for_are_there():
    grid = qr.modules_of(TEXT)
    rings = ["".join(str(int(dark)) for dark in row[:8]) for row in grid[:8]]
    assert rings == [
        "11111110",
        "10000010",
        "10111010",
        "10111010",
        "10111010",
        "10000010",
        "11111110",
        "00000000",
    ]
    assert grid[-8][8]


def test_too_long_a_text_is_refused():
    with pytest.raises(qr.TooLongForACodeError):
        qr.modules_of("A" * 312)


def test_the_picture_escapes_its_label():
    assert "&lt;b&gt;" in qr.svg_of("A", "<b>")
