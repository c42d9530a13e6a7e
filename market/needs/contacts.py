"""Whom to call about a need: told on its page, and in its notice only committed to.

A notice stays for ever in everybody's copies. It holds salted digests, so that the self-audit sees
a contact that was changed behind the market's back, and nobody reads a person out of it.
"""

import hashlib
import secrets
from typing import Final

from market.needs.model import Need

FIELDS: Final = ("contact_name", "contact_phone")
SALT_BYTES: Final = 16
_LABEL: Final = b"zjcs/notice-contact/v1\n"
ON_THE_PAGE: Final = "见公告页面"


def salted(need: Need) -> None:
    """Give a need its salt with its first notice; the salt is never published."""
    need.contact_salt = need.contact_salt or secrets.token_bytes(SALT_BYTES)


def sealed(salt: bytes, field: str, value: str) -> str:
    """Return the commitment to one field in hex.

    Args:
        salt: 16 bytes.
        field: ``contact_name`` or ``contact_phone``.
        value: What the page shows.
    """
    return hashlib.sha256(_LABEL + salt + field.encode() + b"\n" + value.encode()).hexdigest()


def body_of(need: Need) -> dict[str, object]:
    """Return a notice's member about whom to call; none before the need has its salt."""
    if need.contact_salt is None:
        return {}
    return {
        "contact_sealed": {
            field: sealed(need.contact_salt, field, getattr(need, field)) for field in FIELDS
        }
    }


def without_people(difference: dict[str, object]) -> dict[str, object]:
    """Return a difference as a notice publishes it: that a contact changed, and not who it is."""
    if difference["field"] not in FIELDS:
        return difference
    return difference | {"before": ON_THE_PAGE, "after": ON_THE_PAGE}
