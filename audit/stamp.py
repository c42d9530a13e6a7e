"""Tells what the platform's application handed in from what a user of its database wrote there.

Whoever may write into the database can put a row into the queue, but has no key. So each entry
comes with a stamp: 16 random bytes, and 32 bytes that only the holder of the key can make of
them, of the instant and of the entry. A stamp counts once: a copy of an entry is no entry.
"""

import hmac
import secrets
from typing import Final

NONCE_BYTES: Final = 16


def make(key: bytes, body: bytes, entered_at: int) -> bytes:
    """Stamp an entry.

    Args:
        key: 32 secret bytes.
        body: The entry.
        entered_at: When it is handed in, in Unix seconds.

    Returns:
        48 bytes, others each time.

    Source: ADR 0036.
    """
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + _seal(key, nonce, body, entered_at)


def fits(key: bytes, stamp: bytes | None, body: bytes, entered_at: int) -> bool:
    """Say whether the holder of the key stamped this entry at this instant."""
    if stamp is None:
        return False
    nonce, seal = stamp[:NONCE_BYTES], stamp[NONCE_BYTES:]
    return hmac.compare_digest(seal, _seal(key, nonce, body, entered_at))


def _seal(key: bytes, nonce: bytes, body: bytes, entered_at: int) -> bytes:
    return hmac.digest(key, nonce + entered_at.to_bytes(8, "big", signed=True) + body, "sha256")
