"""How passwords are kept: Argon2id, and the same work for a name that does not exist."""

import secrets
from dataclasses import dataclass
from functools import lru_cache
from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from market.accounts.handover_rules import READABLE
from market.accounts.rules import check_password, normal_password
from market.config import Config
from market.errors import MarketError, msgid

# RFC 9106, section 4, second recommended option; the memory can be lowered by configuration.
_PASSES: Final = 3
_LANES: Final = 4
# Each hash fills its memory and keeps a core busy for about 0.1 s.
_AT_ONCE: Final = BoundedSemaphore(4)
_PATIENCE_SECONDS: Final = 10.0


class BusyError(MarketError):
    """More people are signing in than this node can check at once."""

    sentence = msgid("当前登录人数较多，请 %(retry_after_seconds)s 秒后再试。")

    def __init__(self) -> None:
        self.retry_after_seconds = 5
        super().__init__(retry_after_seconds=self.retry_after_seconds)


@dataclass(frozen=True, slots=True, repr=False)
class HashedPassword:
    """The hash of a password that satisfied the rules. It has no ``repr``."""

    encoded: str


class Passwords:
    """Hashes and checks passwords at one cost."""

    def __init__(self, memory_kib: int) -> None:
        self._hasher = PasswordHasher(
            time_cost=_PASSES, memory_cost=memory_kib, parallelism=_LANES, type=Type.ID
        )
        # Checked in place of the hash of a name that does not exist: it takes as long.
        self._nobody = self._hasher.hash(secrets.token_urlsafe())

    def choose(self, password: str, username: str, field: str = "password") -> HashedPassword:
        """Check a new password against the rules and hash it.

        Raises:
            WeakPasswordError: It could be guessed.
        """
        check_password(password, username, field)
        return self.hash(password)

    def hash(self, password: str) -> HashedPassword:
        """Hash a password that satisfies the rules."""
        with _Turn():
            return HashedPassword(self._hasher.hash(normal_password(password)))

    def lock(self) -> HashedPassword:
        """Return the hash of a password that nobody knows: the account waits for another."""
        return self.hash(secrets.token_urlsafe(32))

    def matches(self, encoded: str | None, password: str) -> bool:
        """Whether a password is the one hashed; with None, do the same work and say no."""
        with _Turn():
            try:
                self._hasher.verify(encoded or self._nobody, normal_password(password))
            except (VerificationError, InvalidHashError):
                return False
        return encoded is not None

    def is_outdated(self, encoded: str) -> bool:
        """Whether a hash was made at another cost than today's."""
        return self._hasher.check_needs_rehash(encoded)


class _Turn:
    """A place among the few hashes computed at once, or a refusal after some seconds."""

    def __enter__(self) -> None:
        if not _AT_ONCE.acquire(timeout=_PATIENCE_SECONDS):
            raise BusyError

    def __exit__(self, *_: object) -> None:
        _AT_ONCE.release()


@lru_cache(maxsize=4)
def hasher(memory_kib: int = Config().password_memory_kib) -> Passwords:
    """Return the hasher of an installation that gives a hash this much memory."""
    return Passwords(memory_kib)


def temporary_password() -> str:
    """Return a random password that can be read out over the telephone: 76 bits."""
    return "-".join("".join(secrets.choice(READABLE) for _ in range(4)) for _ in range(4))
