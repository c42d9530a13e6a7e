"""How a rating is kept unreadable until its release: encrypted under a key of the installation.

The encryption keeps it from pages, queries and whoever has the database alone; the commitment in
the log keeps it from being changed by anybody (docs/adr/0067).
"""

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from market.keys import Keys
from market.ratings.errors import SealBrokenError
from market.ratings.rules import (
    Content,
    Direction,
    Scores,
    WhyLow,
    comment_digest,
    commitment,
)

_PURPOSE: Final = b"zjcs ratings: sealed until both sides are in, version 1"
_NONCE: Final = 12
_SALT: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """What is kept of a rating, and what is told of it, while it is sealed."""

    commitment: str
    sealed: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A rating with everything by which others recompute its commitment."""

    content: Content
    comment_salt: str
    comment_digest: str
    salt: str


def sealing_key(keys: Keys) -> bytes:
    """Return the key of sealed ratings: derived from the one secret that never changes."""
    return hmac.new(keys.log_seed, _PURPOSE, hashlib.sha256).digest()


def seal(key: bytes, contract: str, direction: Direction, content: Content) -> Sealed:
    """Seal a rating of a contract."""
    salt, comment_salt = secrets.token_hex(_SALT), secrets.token_hex(_SALT)
    found = commitment(
        contract=contract,
        direction=direction,
        content=content,
        digest=comment_digest(content.comment, comment_salt),
        salt_hex=salt,
    )
    said = {
        "scores": list(content.scores.each()),
        "reasons": [reason.value for reason in content.reasons],
        "comment": content.comment,
        "comment_salt": comment_salt,
        "salt": salt,
    }
    nonce = secrets.token_bytes(_NONCE)
    hidden = AESGCM(key).encrypt(nonce, json.dumps(said).encode(), found.encode("ascii"))
    return Sealed(commitment=found, sealed=nonce + hidden)


def open_sealed(
    key: bytes, contract: str, direction: Direction, sealed: bytes, commitment_hex: str
) -> Opened:
    """Open a sealed rating, and check it against what the log was told.

    Raises:
        SealBrokenError: The key is another one, or something was changed.
    """
    try:
        plain = AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], commitment_hex.encode())
    except InvalidTag:
        raise SealBrokenError(contract) from None
    said = json.loads(plain)
    content = Content(
        scores=Scores(
            **dict(
                zip(
                    ("quality", "timeliness", "attitude", "money", "conduct"),
                    said["scores"],
                    strict=True,
                )
            )
        ),
        reasons=tuple(WhyLow(code) for code in said["reasons"]),
        comment=said["comment"],
    )
    digest = comment_digest(content.comment, said["comment_salt"])
    found = commitment(
        contract=contract,
        direction=direction,
        content=content,
        digest=digest,
        salt_hex=said["salt"],
    )
    if found != commitment_hex:
        raise SealBrokenError(contract)
    return Opened(
        content=content,
        comment_salt=said["comment_salt"],
        comment_digest=digest,
        salt=said["salt"],
    )
