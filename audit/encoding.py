"""The two text encodings of the log, in their only accepted form."""

import base64
import re
from typing import Final

from audit.errors import MalformedError

_DECIMAL: Final = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_LARGEST: Final = 2**63 - 1


def to_base64(data: bytes) -> str:
    """Encode bytes as RFC 4648, section 4, with padding."""
    return base64.b64encode(data).decode("ascii")


def from_base64(text: str, what: str) -> bytes:
    """Decode padded standard base64; a second spelling of the same bytes is refused.

    Args:
        text: The encoded bytes.
        what: What is being read, for the error.

    Returns:
        The bytes.

    Raises:
        MalformedError: The text is not the canonical base64 of anything.

    Source: RFC 4648, sections 3.5 and 4.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise MalformedError(what, "a line is not base64") from error
    if to_base64(data) != text:
        raise MalformedError(what, "its base64 is not canonical")
    return data


def from_decimal(text: str, what: str) -> int:
    """Read a non-negative integer below 2**63 without leading zeros.

    Args:
        text: ASCII digits.
        what: What is being read, for the error.

    Returns:
        The integer.

    Raises:
        MalformedError: It is written in any other way, or too large.

    Source: C2SP tlog-checkpoint, "Note text".
    """
    if not _DECIMAL.fullmatch(text) or int(text) > _LARGEST:
        raise MalformedError(what, f"{text[:24]!r} is not a number as it must be written")
    return int(text)
