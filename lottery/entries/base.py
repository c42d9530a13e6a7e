"""What all log entries of a draw have in common: a type, a claimed time, and exact bytes."""

from dataclasses import dataclass, field
from typing import ClassVar, Final

from lottery.encoding import JsonValue, dumps_canonical, leaf_hash
from lottery.entries.fields import DIGEST, INSTANT, Checked, members_to_json
from lottery.errors import EntryError

# C2SP tlog-tiles: an entry is prefixed with its length in 16 bits.
MAX_ENTRY_BYTES: Final = 65_535
PREFIX: Final = "ismdraw/"
VERSION: Final = "/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(Checked):
    """One thing that happened in a draw, as the log holds it.

    ``at`` is the Unix second at which the platform says it happened. It is the platform's
    word; the witnesses' times bound it.
    """

    kind: ClassVar[str]
    what: ClassVar[str] = "an entry"
    at: int = field(metadata=INSTANT)

    def to_bytes(self) -> bytes:
        """Return the exact bytes that are logged.

        Returns:
            Canonical JSON of at most 65,535 bytes.

        Raises:
            EntryError: The entry would be longer.

        Source: docs/spec/lottery-v1.md, section 3.
        """
        members: dict[str, JsonValue] = {"t": PREFIX + self.kind + VERSION}
        data = dumps_canonical(members | members_to_json(self))
        if len(data) > MAX_ENTRY_BYTES:
            raise EntryError(self.kind, f"{len(data)} bytes, a log entry has {MAX_ENTRY_BYTES}")
        return data

    @property
    def leaf_hash(self) -> bytes:
        """The 32-byte leaf hash of the entry in the log."""
        return leaf_hash(self.to_bytes())


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawEntry(Entry):
    """An entry that belongs to one draw, which ``draw`` names by its id in hexadecimal."""

    draw: str = field(metadata=DIGEST)
