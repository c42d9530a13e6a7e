"""The key under which a person is recognised again without the identity number being kept."""

import hashlib
import hmac
from typing import Final

from market.keys import Keys

_PURPOSE: Final = b"zjcs firms: identity numbers of staff, version 1"


def identity_key(keys: Keys) -> bytes:
    """Return the key of the digests of identity numbers.

    It is derived from the log's seed, the one secret of an installation that never changes: under
    another key one person could practise for two firms unseen. Whoever steals the database
    alone cannot try out the numbers.
    """
    return hmac.new(keys.log_seed, _PURPOSE, hashlib.sha256).digest()
