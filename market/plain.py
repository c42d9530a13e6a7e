"""What text the market keeps: what can be seen, no controls, and plain names. Pure.

What cannot be seen is dropped before anything is checked, counted or kept (``visible``), so that
nobody writes a reason of eleven characters in which nobody reads a word. What turns a text round
is not dropped but refused (``has_controls``): without it the text would say something else.
"""

import re
import unicodedata
from typing import Final

# The first printable character, and the second block of controls.
_PRINTABLE_FROM: Final = 0x20
_MORE_CONTROLS: Final = range(0x7F, 0xA0)
# Unicode's embeddings, overrides and isolates: they make a text read as what it is not.
_DIRECTIONS: Final = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
# What is not seen by itself: characters of no width (Unicode's Cf, without the signs that stand
# before a number in Arabic, Syriac and Kaithi, which are drawn), what is drawn as nothing or
# blank (fillers of Hangul, an empty Braille cell, a joiner of marks, two vowels of Khmer, a note
# without a head), and what chooses the form of the character before it.
_HIDDEN: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u2065"
    "\u206a-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d159\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
# What joins or parts two characters: seen in emoji and in scripts that join their letters. The
# letters of such scripts come before those of Korean, Chinese and Japanese.
_JOINERS: Final = frozenset("\u200c\u200d")
_JOINED_BELOW: Final = 0x1100
_CHOOSER: Final = re.compile("[\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
# The letters of a flag behind a black one.
_FLAG: Final = "\U0001f3f4"
_TAG: Final = re.compile("[\U000e0020-\U000e007f]")
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


def visible(text: str) -> str:
    """Return a text without what nobody sees, and without blanks around it.

    Args:
        text: As somebody wrote or pasted it.

    Returns:
        The same text without characters of no width and blank look-alikes. What joins emoji or
        letters stays where it joins some, what chooses the form of a character stays behind one,
        and what ``has_controls`` refuses stays to be refused.

    Source: platform default, after Unicode's general category Cf and Default_Ignorable_Code_Point.
    """
    if _HIDDEN.search(text) is None:
        return text.strip()  # the usual case, quickly
    kept: list[str] = []
    for place, c in enumerate(text):
        if not _HIDDEN.match(c) or _belongs(c, kept, text[place + 1 : place + 2]):
            kept.append(c)
    return "".join(kept).strip()


def seen(text: str) -> int:
    """Return how many characters one sees in a text; many blanks in a row count as one."""
    return len(" ".join(_HIDDEN.sub("", text).split()))


def _belongs(c: str, kept: list[str], following: str) -> bool:
    """Whether a hidden character is part of how those around it are drawn."""
    before = kept[-1] if kept else ""
    if not before or before.isspace():
        return False
    if c in _JOINERS:
        return _joins(before) and bool(following) and _joins(following)
    if _TAG.match(c):
        return before == _FLAG or _TAG.match(before) is not None
    return _CHOOSER.match(c) is not None and not _HIDDEN.match(before)


def _joins(c: str) -> bool:
    """Whether joiners stand beside a character: beside emoji, and letters that are joined."""
    if _HIDDEN.match(c):
        return _CHOOSER.match(c) is not None
    kind = unicodedata.category(c)
    return kind in {"So", "Sk", "Mn", "Mc"} or (kind == "Lo" and ord(c) < _JOINED_BELOW)


def is_binary(content: bytes) -> bool:
    """Whether a file is no text, whatever its name ends in."""
    return content.startswith(_BINARY) or b"\x00" in content


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would take a text for a formula."""
    return text.lstrip()[:1] in FORMULA_BEGINS


def is_plain_name(text: str) -> bool:
    """Whether a text can name somebody: one line, no formula, no markup, nothing hidden."""
    return not (has_controls(text) or is_formula(text) or any(c in "<>\r\n\t" for c in text))
