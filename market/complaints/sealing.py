"""How a complainant's identity is kept: encrypted under a key of the installation.

Whoever has the database alone reads no name, and finds nobody's complaints: what a complainant is
found by are keyed digests (docs/adr/0072).
"""

import hashlib
import hmac
import json
import secrets
import unicodedata
from dataclasses import asdict, dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from market.complaints.errors import SealBrokenError
from market.keys import Keys

_PURPOSE: Final = b"zjcs complaints: identity of a complainant, version 1"
_MARKS: Final = b"zjcs complaints: marks by which a complainant finds it, version 1"
_NONCE: Final = 12
_NUMBER: Final = 11
_SHORTEST_NUMBER: Final = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who complains, how they can be reached, and what they wrote."""

    text: str
    name: str = ""
    contact: str = ""
    org_id: int | None = None
    ticket: str = ""


def seal_text(keys: Keys, name: str, text: str) -> bytes:
    """Encrypt a text for the one thing that has this name."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(_key(keys, _PURPOSE)).encrypt(nonce, text.encode(), name.encode())


def open_text(keys: Keys, name: str, sealed: bytes) -> str:
    """Return an encrypted text.

    Raises:
        SealBrokenError: The key is another one, or something was changed.
    """
    nonce, hidden = sealed[:_NONCE], sealed[_NONCE:]
    try:
        return AESGCM(_key(keys, _PURPOSE)).decrypt(nonce, hidden, name.encode()).decode()
    except InvalidTag:
        raise SealBrokenError(name) from None


def seal(keys: Keys, number: str, who: Identity) -> bytes:
    """Encrypt the identity that belongs to a complaint."""
    return seal_text(keys, number, json.dumps(asdict(who), ensure_ascii=False))


def open_sealed(keys: Keys, number: str, sealed: bytes) -> Identity:
    """Return the identity that belongs to a complaint.

    Raises:
        SealBrokenError: The key is another one, or something was changed.
    """
    return Identity(**json.loads(open_text(keys, number, sealed)))


def org_mark(keys: Keys, org_id: int) -> str:
    """Return by what an organisation finds its own complaints."""
    return _mark(keys, f"org:{org_id}")


def contact_mark(keys: Keys, contact: str) -> str:
    """Return by what a contact is known again; a telephone number by its last digits."""
    digits = _digits(contact)
    known = digits[-_NUMBER:] if len(digits) >= _NUMBER else digits
    return _mark(keys, f"contact:{known}")


def is_contact(contact: str) -> bool:
    """Whether somebody can be reached by what was given: enough digits for a telephone."""
    return len(_digits(contact)) >= _SHORTEST_NUMBER


def _digits(contact: str) -> str:
    words = unicodedata.normalize("NFKC", contact)
    return "".join(each for each in words if each.isdecimal())


def told_mark(keys: Keys, number: str, what: str) -> str:
    """Return by what a message to a complainant is not sent twice; it leads to no complaint."""
    return _mark(keys, f"told:{number}:{what}")[:40]


def code_mark(keys: Keys, number: str, code: str) -> str:
    """Return what is kept of the code by which a complainant follows a complaint."""
    return _mark(keys, f"code:{number}:{code}")


def ticket_mark(keys: Keys, ticket: str) -> str:
    """Return what is kept of a hotline's ticket, so that none is taken in twice."""
    return _mark(keys, f"ticket:{ticket}")


def is_code(keys: Keys, number: str, code: str, mark: str) -> bool:
    """Whether this is the code of a complaint."""
    return hmac.compare_digest(code_mark(keys, number, code), mark)


def _mark(keys: Keys, text: str) -> str:
    return hmac.new(_key(keys, _MARKS), text.encode(), hashlib.sha256).hexdigest()


def _key(keys: Keys, purpose: bytes) -> bytes:
    return hmac.new(keys.log_seed, purpose, hashlib.sha256).digest()
