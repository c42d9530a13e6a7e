"""The keyed digest under which the public log knows a document."""

import hashlib
import hmac
from typing import Final

from market.keys import Keys

_PURPOSE: Final = b"zjcs documents: digests of uploads, version 1"


def seal_key(keys: Keys) -> bytes:
    """Return the key of the digests: derived from the one secret that never changes."""
    return hmac.new(keys.log_seed, _PURPOSE, hashlib.sha256).digest()


def seal_of(key: bytes, file_digest: str) -> str:
    """Return the keyed digest of a file, from its SHA-256."""
    return hmac.new(key, file_digest.encode("ascii"), hashlib.sha256).hexdigest()
