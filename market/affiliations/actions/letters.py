"""What every letter needs: its reasons, and their digest for the log."""

import hashlib

from market.affiliations.errors import ReasonsTooShortError

SHORTEST = 20


def require(text: str, field: str) -> str:
    """Return the reasons of a letter.

    Raises:
        ReasonsTooShortError: There are none.
    """
    if len(text.strip()) < SHORTEST:
        raise ReasonsTooShortError(field, SHORTEST)
    return text.strip()


def sha256(text: str) -> str:
    """Return the digest under which the log holds a text."""
    return hashlib.sha256(text.encode()).hexdigest()
