"""Signing in, changing one's password and registering a firm: the doors a stranger may try.

Each claims its try first, then does the slow work of hashing outside any transaction, then
opens one transaction for what follows from it.
"""

from market.accounts import browsers, queries, sessions, throttle
from market.accounts.errors import (
    AskedTooOftenError,
    ComplainedOftenError,
    SamePasswordError,
    TooManyAttemptsError,
    WrongCurrentPasswordError,
    WrongPasswordError,
)
from market.accounts.model import User
from market.accounts.passwords import HashedPassword, Passwords, hasher
from market.accounts.rules import COMPLAINT_PER_ADDRESS, AttemptKind, AttemptOutcome
from market.accounts.throttle import Try
from market.db import Actor, reading_work, unit_of_work
from market.installation import Installation

_DOORKEEPER = Actor("job:sign-in")


def sign_in(
    here: Installation, *, username: str, password: str, address: str, browser: str = ""
) -> str:
    """Check a password and return the token of a new session.

    What ``browser`` shows, if it signed in to the account before, keeps others' tries from
    locking it out.

    Raises:
        TooManyAttemptsError: The limit of tries is reached.
        WrongPasswordError: It is wrong, nobody has that name, or the account is closed: the
            work done and the words are the same.
    """
    passwords = hasher(here.config.password_memory_kib)
    with reading_work(here.sessions, _DOORKEEPER, here.clock) as work:
        user = queries.user_by_name(work, username)
    on_account = Try.at(AttemptKind.SIGN_IN, username, address)
    known = _known_as(here, user, browser)
    number = throttle.claim(here, Try.by_browser(known, address) if known else on_account)
    encoded = user.password_hash if user is not None and user.active else None
    if not passwords.matches(encoded, password) or user is None:
        throttle.settle_failed(here, number)
        raise WrongPasswordError
    return _admit(here, number, on_account, user, _refreshed(passwords, user, password))


def _known_as(here: Installation, user: User | None, browser: str) -> str | None:
    if user is None or not user.active:
        return None
    return browsers.known_as(here.keys.known_browser_key, user, browser, here.clock())


def _refreshed(passwords: Passwords, user: User, password: str) -> HashedPassword | None:
    """Return a new hash of a correct password whose stored hash was made at another cost."""
    return passwords.hash(password) if passwords.is_outdated(user.password_hash) else None


def _admit(
    here: Installation, number: int, on_account: Try, seen: User, fresh: HashedPassword | None
) -> str:
    """Begin a session, unless account or password changed while the password was checked."""
    with unit_of_work(here.sessions, _DOORKEEPER, here.clock) as work:
        user = work.session.get_one(User, seen.id, with_for_update=True)
        if user.active and user.password_hash == seen.password_hash:
            throttle.settle_admitted(work, number, on_account)
            if fresh is not None:
                user.password_hash = fresh.encoded
            return sessions.begin(work, user)
        throttle.settle(work, number, AttemptOutcome.FAILED)
    raise WrongPasswordError


def prove_password(here: Installation, user: User, current: str, new: str) -> HashedPassword:
    """Check the present password of whoever is signed in, and hash the new one.

    Raises:
        TooManyAttemptsError: The limit of tries is reached.
        WrongCurrentPasswordError: The present password is wrong.
        SamePasswordError: The new one is the present one.
        WeakPasswordError: The new one could be guessed.
    """
    passwords = hasher(here.config.password_memory_kib)
    number = throttle.claim(here, Try.at(AttemptKind.PASSWORD, user.username, "-"))
    if not passwords.matches(user.password_hash, current):
        throttle.settle_failed(here, number)
        raise WrongCurrentPasswordError
    with unit_of_work(here.sessions, _DOORKEEPER, here.clock) as work:
        throttle.settle(work, number, AttemptOutcome.SUCCEEDED)
    if new == current:
        raise SamePasswordError
    return passwords.choose(new, user.username)


def claim_enrolment(here: Installation, code: str, address: str) -> None:
    """Count a registration.

    Raises:
        TooManyAttemptsError: Too many came from this address.
    """
    throttle.claim(here, Try.at(AttemptKind.ENROL, code, address))


def claim_feedback(here: Installation, code: str, address: str) -> None:
    """Count what somebody says without an account.

    Raises:
        TooManyAttemptsError: Too much came from this address.
    """
    throttle.claim(here, Try.at(AttemptKind.FEEDBACK, code, address))


def claim_complaint(here: Installation, address: str) -> int:
    """Count a complaint without an account, and return its number; what it says is not kept.

    Raises:
        ComplainedOftenError: Too many came from this address.
    """
    try:
        return throttle.claim(here, Try.at(AttemptKind.COMPLAINT, "-", address))
    except TooManyAttemptsError as error:
        most = COMPLAINT_PER_ADDRESS.tries
        raise ComplainedOftenError(error.retry_after_seconds, most) from error


def settle_complaint(here: Installation, number: int, *, taken: bool) -> None:
    """Say whether it was taken: what was refused costs nobody at this address a complaint."""
    _settle(here, number, is_good=taken)


def claim_follow(here: Installation, address: str) -> int:
    """Count a try to open a complaint by its code, and return its number.

    Raises:
        TooManyAttemptsError: Too many failed from this address.
    """
    return throttle.claim(here, Try.at(AttemptKind.FOLLOW, "-", address))


def settle_follow(here: Installation, number: int, *, right: bool) -> None:
    """Say whether the code was right: only wrong ones count."""
    _settle(here, number, is_good=right)


def _settle(here: Installation, number: int, *, is_good: bool) -> None:
    if not is_good:
        throttle.settle_failed(here, number)
        return
    with unit_of_work(here.sessions, _DOORKEEPER, here.clock) as work:
        throttle.settle(work, number, AttemptOutcome.SUCCEEDED)


def claim_look(here: Installation, user_id: int) -> None:
    """Count what a page asks by itself while its reader types.

    Raises:
        AskedTooOftenError: It asks more often than anybody types.
    """
    try:
        throttle.claim(here, Try.at(AttemptKind.LOOK, str(user_id), "-"))
    except TooManyAttemptsError as error:
        raise AskedTooOftenError(error.retry_after_seconds) from error
