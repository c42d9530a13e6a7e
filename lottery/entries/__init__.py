"""The closed schemas of all log entries, from notice to result: dataclass <-> exact bytes."""

from typing import Final

from lottery.encoding import loads_canonical
from lottery.entries.after import (
    Audit,
    Decline,
    Departure,
    Disqualify,
    NextValue,
    Phi,
    Replace,
    Result,
    Void,
)
from lottery.entries.base import MAX_ENTRY_BYTES, PREFIX, VERSION, DrawEntry, Entry
from lottery.entries.before import (
    MAX_CANDIDATES,
    MAX_PLACES,
    MAX_WEIGHT,
    MAX_WEIGHT_TOTAL,
    Alternates,
    Close,
    Commit,
    Contributor,
    Enrol,
    Freeze,
    Genesis,
    Ineligible,
    Notice,
    Reveal,
    WeightRule,
    Withdraw,
)
from lottery.entries.fields import members_from_json
from lottery.entries.phi import (
    DrandEvidence,
    DrandSource,
    Mode,
    NumbersEvidence,
    NumbersSource,
    PhiEvidence,
    PhiSource,
    VrfEvidence,
    VrfProof,
    VrfSource,
)
from lottery.errors import CanonicalJsonError, EntryError

__all__ = [
    "MAX_CANDIDATES",
    "MAX_ENTRY_BYTES",
    "MAX_PLACES",
    "MAX_WEIGHT",
    "MAX_WEIGHT_TOTAL",
    "Alternates",
    "Audit",
    "Close",
    "Commit",
    "Contributor",
    "Decline",
    "Departure",
    "Disqualify",
    "DrandEvidence",
    "DrandSource",
    "DrawEntry",
    "Enrol",
    "Entry",
    "Freeze",
    "Genesis",
    "Ineligible",
    "Mode",
    "NextValue",
    "Notice",
    "NumbersEvidence",
    "NumbersSource",
    "Phi",
    "PhiEvidence",
    "PhiSource",
    "Replace",
    "Result",
    "Reveal",
    "Void",
    "VrfEvidence",
    "VrfProof",
    "VrfSource",
    "WeightRule",
    "Withdraw",
    "decode",
]

_TYPES: Final[tuple[type[Entry], ...]] = (
    Genesis,
    Notice,
    Enrol,
    Withdraw,
    Ineligible,
    Commit,
    Close,
    Freeze,
    Reveal,
    Phi,
    Result,
    Decline,
    Disqualify,
    Replace,
    Void,
    Audit,
)
TYPES: Final = {PREFIX + cls.kind + VERSION: cls for cls in _TYPES}


def decode(data: bytes) -> Entry:
    """Read a log entry, refusing everything that its schema does not name.

    Args:
        data: The exact bytes of the entry.

    Returns:
        The entry; ``to_bytes`` gives the same bytes back.

    Raises:
        EntryError: It is too long, not canonical JSON, of an unknown type or version, or a
            member is missing, unknown or out of range.

    Source: docs/spec/lottery-v1.md, section 3.
    """
    if len(data) > MAX_ENTRY_BYTES:
        raise EntryError("an entry", f"longer than {MAX_ENTRY_BYTES} bytes")
    try:
        value = loads_canonical(data)
    except CanonicalJsonError as error:
        raise EntryError("an entry", error.reason) from None
    kind = value.pop("t", None) if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(kind, str):
        raise EntryError("an entry", "it has no type")
    cls = TYPES.get(kind)
    if cls is None:
        raise EntryError("an entry", f"the type {kind[:60]!r} is unknown")
    try:
        entry: Entry = members_from_json(cls, value)
    except ValueError as error:
        raise EntryError(cls.kind, str(error)) from None
    return entry
