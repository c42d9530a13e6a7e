"""The kinds of letters. Each feature declares its own in its ``letters.py``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_KINDS: Final[dict[str, "LetterKind"]] = {}
_SERIES: Final = re.compile(r"W[A-Z]{1,3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterKind:
    """One kind of letter: its name (a msgid), the series of its numbers and its remedies.

    ``series`` is W and one to three further capitals, such as ``WGZ``: numbers read
    WGZ-2026-000001. ``remedies`` are printed at the end; letters are written in Chinese.
    A ``contestable`` one prints instead what the authority that issues it has stated of review
    and suit, and is not issued without.
    """

    code: str
    name: str
    series: str
    remedies: str = ""
    contestable: bool = False


def declare(kind: LetterKind) -> LetterKind:
    """Make a kind known and return it.

    Raises:
        ValueError: Another kind has the same code or series, or the series has no such form.
    """
    if not _SERIES.fullmatch(kind.series):
        raise ValueError(f"{kind.series} is no series of letters")
    for other in _KINDS.values():
        if other != kind and (other.code == kind.code or other.series == kind.series):
            raise ValueError(f"two kinds of letter share {kind.code} or {kind.series}")
    _KINDS[kind.code] = kind
    return kind


def kind_of(code: str) -> LetterKind:
    """Return a kind by its code; one that an older program declared is named by it."""
    return _KINDS.get(code) or LetterKind(code=code, name=code, series="W")


def known() -> Mapping[str, LetterKind]:
    """Return every declared kind by its code."""
    return dict(_KINDS)
