"""The rules of accounts: names, passwords, tries and sessions. Pure functions, no I/O."""

import ipaddress
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from math import ceil
from typing import Final

from market.accounts.commonest import COMMONEST
from market.errors import MarketError, msgid

USERNAME_PATTERN: Final = re.compile(r"[a-z][a-z0-9._-]{2,31}", re.ASCII)
PASSWORD_SHORTEST: Final = 10
PASSWORD_LONGEST: Final = 128
DISTINCT_FEWEST: Final = 5

# Counted in the same way on every node; the whole table is a platform default.
SESSION_LONGEST: Final = timedelta(hours=12)
SESSION_IDLE: Final = timedelta(hours=2)
# How exact the idle limit is: a page view writes to the database at most this often.
SESSION_GRAIN: Final = timedelta(minutes=1)


class AttemptKind(StrEnum):
    """What was tried."""

    SIGN_IN = "sign-in"
    PASSWORD = "password"  # noqa: S105 - the name of an attempt, not a secret
    ENROL = "enrol"
    FEEDBACK = "feedback"
    LOOK = "look"
    COMPLAINT = "complaint"
    FOLLOW = "follow"


class AttemptOutcome(StrEnum):
    """How a try ended. A try whose process died stays pending, and counts."""

    PENDING = "pending"
    FAILED = "failed"
    SUCCEEDED = "succeeded"


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many unsuccessful tries within any window of this length."""

    tries: int
    window: timedelta


PER_ACCOUNT: Final = Limit(10, timedelta(minutes=15))
PER_ADDRESS: Final = Limit(30, timedelta(minutes=15))
# A person is not locked out by a stranger: from where they signed in before, only the tries
# on their account from that address count.
PER_KNOWN_ADDRESS: Final = Limit(10, timedelta(minutes=15))
ENROL_PER_ADDRESS: Final = Limit(20, timedelta(hours=1))
# Nor where its address is new: a browser that signed in to the account before, and shows it by a
# signed cookie, is counted by itself, whatever others try from wherever.
PER_KNOWN_BROWSER: Final = Limit(10, timedelta(minutes=15))
# What anybody may say without an account: enough for a street, too little for a machine.
FEEDBACK_PER_ADDRESS: Final = Limit(10, timedelta(hours=1))
# About one firm: each piece of feedback holds its listing until it is answered.
FEEDBACK_PER_FIRM: Final = Limit(3, timedelta(hours=24))
# A complaint without an account, and tries to open one by its number and code.
COMPLAINT_PER_ADDRESS: Final = Limit(10, timedelta(hours=1))
FOLLOW_PER_ADDRESS: Final = Limit(10, timedelta(minutes=15))
# What a page asks by itself while somebody types: a look a second, as no one types it.
LOOK_PER_ACCOUNT: Final = Limit(60, timedelta(minutes=1))
ADDRESS_KNOWN_FOR: Final = timedelta(days=90)
BROWSER_KNOWN_FOR: Final = timedelta(days=90)


class BadUsernameError(MarketError):
    """The name cannot be a user name."""

    sentence = msgid(
        "用户名须为 3 至 32 位，以小写字母开头，只含小写字母、数字、点、横线和下划线。请重新填写。"
    )

    def __init__(self) -> None:
        super().__init__(field="username")


class WeakPasswordError(MarketError):
    """The password could be guessed."""

    def __init__(self, field: str = "password") -> None:
        super().__init__(field=field, shortest=PASSWORD_SHORTEST, longest=PASSWORD_LONGEST)


class PasswordLengthError(WeakPasswordError):
    """The password is too short, or longer than anyone types."""

    sentence = msgid("密码须为 %(shortest)s 至 %(longest)s 个字符。请换一个密码。")


class PasswordHoldsUsernameError(WeakPasswordError):
    """The password contains the user name."""

    sentence = msgid("密码不能包含用户名。请换一个密码。")


class CommonPasswordError(WeakPasswordError):
    """The password is among the first that anyone would guess."""

    sentence = msgid("这个密码太常见，容易被猜中。请换一个密码，例如几个不相关的词连在一起。")


def username_of(typed: str) -> str:
    """Return a user name in its stored form.

    Args:
        typed: What someone typed as a user name.

    Returns:
        The name in lower case, without surrounding blanks.

    Raises:
        BadUsernameError: It has the wrong length or characters.

    Source:
        Platform default.
    """
    name = typed.strip().lower()
    if not USERNAME_PATTERN.fullmatch(name):
        raise BadUsernameError
    return name


def normal_password(typed: str) -> str:
    """Return the form of a password that is hashed: the same on every keyboard.

    Args:
        typed: The password as it arrived.

    Returns:
        Its NFKC form.

    Source:
        NIST SP 800-63B, section 5.1.1.2 (normalisation before hashing).
    """
    return unicodedata.normalize("NFKC", typed)


def check_password(password: str, username: str, field: str = "password") -> None:
    """Refuse a password that could be guessed.

    Args:
        password: The new password.
        username: The stored user name of the account.
        field: The form field a refusal belongs to.

    Raises:
        PasswordLengthError: Fewer than 10 or more than 128 characters.
        PasswordHoldsUsernameError: It contains the user name.
        CommonPasswordError: It is on the list of the commonest, a run or a repetition.

    Source:
        NIST SP 800-63B, section 5.1.1.2 (length and blocklist, no composition rules); the
        numbers are a platform default.
    """
    normal = normal_password(password)
    if not PASSWORD_SHORTEST <= len(normal) <= PASSWORD_LONGEST:
        raise PasswordLengthError(field)
    folded = normal.casefold()
    if username.casefold() in folded:
        raise PasswordHoldsUsernameError(field)
    if folded in COMMONEST or len(set(folded)) < DISTINCT_FEWEST or _is_run(folded):
        raise CommonPasswordError(field)


def _is_run(text: str) -> bool:
    steps = {ord(b) - ord(a) for a, b in pairwise(text)}
    if text.isdecimal():  # 0 follows 9
        steps = {(step + 1) % 10 - 1 for step in steps}
    return steps <= {1} or steps <= {-1}


def wait_until(tries: Sequence[datetime], now: datetime, limit: Limit) -> datetime | None:
    """Return when another try is allowed, if not at once.

    Args:
        tries: Instants of the unsuccessful tries so far, in any order.
        now: The instant of the new try.
        limit: How many are allowed within which window.

    Returns:
        The instant from which a try is allowed; None if it is allowed now.

    Source:
        Platform default: a sliding window, so that no window of this length ever holds more
        than ``limit.tries`` tries.
    """
    counted = sorted(at for at in tries if at > now - limit.window)
    if len(counted) < limit.tries:
        return None
    return counted[-limit.tries] + limit.window


def seconds_until(at: datetime, now: datetime) -> int:
    """Return the whole seconds to wait, at least one.

    Args:
        at: The instant waited for.
        now: The present instant.

    Returns:
        Seconds, rounded up.

    Source:
        RFC 9110, section 10.2.3 (Retry-After is in whole seconds).
    """
    return max(1, ceil((at - now).total_seconds()))


def session_lives(created_at: datetime, seen_at: datetime, now: datetime) -> bool:
    """Whether a signed-in browser is still signed in.

    Args:
        created_at: When it signed in.
        seen_at: When it was last seen, to the grain of ``SESSION_GRAIN``.
        now: The present instant.

    Returns:
        False from 12 hours after signing in, or 2 hours after the last page.

    Source:
        Platform default.
    """
    return now - created_at < SESSION_LONGEST and now - seen_at < SESSION_IDLE


def address_of(remote: str | None) -> str:
    """Return the key under which tries from a network address are counted.

    Args:
        remote: The peer's address as the server saw it; None if unknown.

    Returns:
        An IPv4 address, or the /64 network of an IPv6 address: a household is handed a whole
        one, so counting single addresses would count nothing.

    Source:
        RFC 6177, section 2 (what end sites are assigned).
    """
    try:
        address = ipaddress.ip_address((remote or "").partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False))
