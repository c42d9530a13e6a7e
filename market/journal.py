"""What the public log is told, as types.

Each feature declares its entries beside its actions as frozen dataclasses that inherit
``Entry``; draw entries are not among them, they are ``lottery`` bytes. The log is public:
an entry names organisations by their credit codes and people not at all, and holds digests
of documents, never the documents.
"""

import json
import re
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Final, NewType, get_args, get_type_hints


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing the market did. ``kind`` is its name and version, such as ``need.moved.v1``."""

    kind: ClassVar[str]


# The digest of a text that is not public, with a secret salt: only ``market.salts`` makes one.
Salted = NewType("Salted", str)

PREFIX: Final = "zjcs/"
# A public number, and the part of it that names the thing: a later notice adds its attempt.
# Series have two to four capitals: letters and direct choices have three and more.
_NUMBER: Final = re.compile(r"[A-Z]{2,4}-[0-9]{4}-[0-9]{6}")
# A draw is named by the hash of its notice; its mentions by the beginning, 96 bits of it.
_DRAW: Final = "draw"
DRAW_LENGTH: Final = 24


def encode(entry: Entry, *, by: str, at: datetime) -> bytes:
    """Return the entry's one canonical form: sorted keys, no spaces, UTF-8, Unix seconds."""
    body: dict[str, object] = {f.name: _plain(getattr(entry, f.name)) for f in fields(entry)}
    body |= {"t": PREFIX + entry.kind, "by": by, "at": int(at.timestamp())}
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def numbers_in(entry: Entry) -> frozenset[str]:
    """Return the public numbers that an entry names, such as XQ-2026-000123, and its draw."""
    values = {f.name: getattr(entry, f.name) for f in fields(entry)}
    texts = (
        one
        for value in values.values()
        for one in (value if isinstance(value, tuple | list) else (value,))
        if isinstance(one, str)
    )
    found = {number[0] for text in texts if (number := _NUMBER.match(text))}
    draw = values.get(_DRAW)
    return frozenset(found | {draw_mention(draw)} if isinstance(draw, str) and draw else found)


def salted_fields(entry: type[Entry]) -> tuple[str, ...]:
    """Return which fields of an entry type hold the digest of a text that is not public."""
    hints = get_type_hints(entry)
    return tuple(name for name, hint in hints.items() if Salted in (hint, *get_args(hint)))


def draw_mention(draw_hash: str) -> str:
    """Return under which name the entries about a draw are found."""
    return draw_hash[:DRAW_LENGTH]


def _plain(value: object) -> object:
    match value:
        case bool() | int() | None:
            return value
        case StrEnum():
            return value.value
        case str():
            return value
        case datetime():
            return int(value.timestamp())
        case date():
            return value.isoformat()
        case tuple() | list():
            return [_plain(item) for item in value]
        case _:
            raise TypeError(f"{type(value).__name__} has no canonical form in the log")
