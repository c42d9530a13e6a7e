"""The rules of letters: their codes, and what their digest covers. Pure."""

import hashlib
import json
from collections.abc import Sequence
from datetime import date
from typing import Final

ALPHABET: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
CODE_LENGTH: Final = 16
_PART: Final = 4
# What people write by hand and read again: base32 has neither digit.
_LOOKALIKES: Final = str.maketrans({"0": "O", "1": "I", "8": "B"})


def code_from(random: bytes) -> str:
    """Return a verification code made of random bytes.

    Args:
        random: At least 16 bytes that nobody can guess.

    Returns:
        16 characters of base32, 80 bits: five of each byte.

    Raises:
        ValueError: There are too few bytes.

    Source: RFC 4648 section 6 (the alphabet); the length is a platform default.
    """
    if len(random) < CODE_LENGTH:
        raise ValueError(f"a code needs {CODE_LENGTH} random bytes")
    return "".join(ALPHABET[byte & 31] for byte in random[:CODE_LENGTH])


def spelled(code: str) -> str:
    """Return a code as it is printed, in groups of four.

    Args:
        code: 16 characters.

    Returns:
        Such as ``ABCD-EFGH-IJKL-MNOP``.

    Source: platform default.
    """
    return "-".join(code[place : place + _PART] for place in range(0, len(code), _PART))


def typed_code(text: str) -> str:
    """Return the code that somebody typed from paper.

    Args:
        text: With or without hyphens and blanks, in either case, with digits for letters.

    Returns:
        The code it can only mean; something else stays what no letter has.

    Source: platform default.
    """
    kept = "".join(c for c in text.upper() if c.isascii() and c.isalnum())
    return kept.translate(_LOOKALIKES)[: CODE_LENGTH + 1]


def content_digest(
    *,
    number: str,
    kind: str,
    title: str,
    recipient: str,
    recipient_code: str,
    issuer: str,
    issued_on: date,
    paragraphs: Sequence[str],
    remedies: str,
    code: str,
) -> str:
    """Return the digest of what a letter says.

    Args:
        number: Its public number.
        kind: The code of its kind.
        title: Its heading.
        recipient: The name of whom it is for.
        recipient_code: The credit code of whom it is for.
        issuer: The name of whoever issues it.
        issued_on: The day in Beijing.
        paragraphs: Its text.
        remedies: What can be done against it; empty if nothing can.
        code: Its verification code, so that nobody finds the text by trying.

    Returns:
        SHA-256 of the canonical JSON, 64 hexadecimal digits.

    Source: docs/adr/0062.
    """
    body = {
        "t": "zjcs/letter/v1",
        "number": number,
        "kind": kind,
        "title": title,
        "recipient": recipient,
        "recipient_code": recipient_code,
        "issuer": issuer,
        "issued_on": issued_on.isoformat(),
        "paragraphs": list(paragraphs),
        "remedies": remedies,
        "code": code,
    }
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
