"""Browsers that signed in to an account before: each is known by a signed cookie, without a table.

The account's password hash is in what is signed, so that a password that was changed, or given by
others, ends what every browser holds.
"""

import hmac
import re
import secrets
from datetime import datetime
from typing import Final

from market.accounts.model import User
from market.accounts.rules import BROWSER_KNOWN_FOR

_VALUE: Final = re.compile(r"([A-Za-z0-9_-]{22})\.([0-9]{1,12})\.([0-9a-f]{64})", re.ASCII)


def cookie_of(key: bytes, username: str) -> str:
    """Return the name of the cookie of an account, named as it was typed; it tells nobody whose."""
    folded = username.strip().casefold().encode("utf-8", "replace")
    return "known_" + hmac.digest(key, b"account\n" + folded, "sha256").hex()[:24]


def mint(key: bytes, user: User, now: datetime) -> str:
    """Return what a browser keeps that has just signed in to an account."""
    name, at = secrets.token_urlsafe(16), int(now.timestamp())
    return f"{name}.{at}.{_signed(key, user, name, at)}"


def known_as(key: bytes, user: User, value: str, now: datetime) -> str | None:
    """Return by what name a browser is known to an account; None if it is not, or no longer."""
    found = _VALUE.fullmatch(value)
    if found is None:
        return None
    name, at = found[1], int(found[2])
    if not hmac.compare_digest(found[3], _signed(key, user, name, at)):
        return None
    is_old = now.timestamp() - at >= BROWSER_KNOWN_FOR.total_seconds()
    return None if is_old else name


def _signed(key: bytes, user: User, name: str, at: int) -> str:
    said = f"browser\n{user.id}\n{user.password_hash}\n{name}\n{at}"
    return hmac.digest(key, said.encode(), "sha256").hex()
