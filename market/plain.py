"""What text the market keeps: no controls, nothing that turns it round, and plain names. Pure."""

from typing import Final

# The first printable character, and the second block of controls.
_PRINTABLE_FROM: Final = 0x20
_MORE_CONTROLS: Final = range(0x7F, 0xA0)
# Unicode's embeddings, overrides and isolates: they make a text read as what it is not.
_DIRECTIONS: Final = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
# How files begin that are no text: zip and .xlsx, .xls, PDF, pictures, archives.
_BINARY: Final = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\xd0\xcf\x11\xe0",
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x1f\x8b",
    b"7z\xbc\xaf",
    b"Rar!",
)
# Excel takes the full-width signs as well, and passes over blanks before any of them.
FORMULA_BEGINS: Final = frozenset("=+-@＝＋－＠")


def has_controls(text: str) -> bool:
    """Whether a text holds controls other than line ends and tabs, or changes of direction."""
    return any(
        (ord(c) < _PRINTABLE_FROM and c not in "\r\n\t")
        or ord(c) in _MORE_CONTROLS
        or c in _DIRECTIONS
        for c in text
    )


def is_binary(content: bytes) -> bool:
    """Whether a file is no text, whatever its name ends in."""
    return content.startswith(_BINARY) or b"\x00" in content


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would take a text for a formula."""
    return text.lstrip()[:1] in FORMULA_BEGINS


def is_plain_name(text: str) -> bool:
    """Whether a text can name somebody: one line, no formula, no markup, nothing hidden."""
    return not (has_controls(text) or is_formula(text) or any(c in "<>\r\n\t" for c in text))
