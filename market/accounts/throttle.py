"""Counting tries, on all nodes together: a try is claimed before anyone knows how it ends."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, delete, select, update

from market.accounts.errors import TooManyAttemptsError
from market.accounts.model import SignInAttempt
from market.accounts.rules import (
    ADDRESS_KNOWN_FOR,
    ENROL_PER_ADDRESS,
    FEEDBACK_PER_ADDRESS,
    LOOK_PER_ACCOUNT,
    PER_ACCOUNT,
    PER_ADDRESS,
    PER_KNOWN_ADDRESS,
    AttemptKind,
    AttemptOutcome,
    Limit,
    seconds_until,
    wait_until,
)
from market.db import Actor, UnitOfWork, reading_work, unit_of_work
from market.installation import Installation

_COUNTER: Final = Actor("job:throttle")
_UNSUCCESSFUL: Final = SignInAttempt.outcome != AttemptOutcome.SUCCEEDED


@dataclass(frozen=True, slots=True)
class Try:
    """What is tried: on which account, from which address."""

    kind: AttemptKind
    account_digest: str
    address: str

    @classmethod
    def at(cls, kind: AttemptKind, account: str, address: str) -> "Try":
        """Return a try on an account, named as it was typed."""
        folded = account.strip().casefold().encode("utf-8", "replace")
        return cls(kind, hashlib.sha256(folded).hexdigest(), address)


def claim(here: Installation, a_try: Try) -> int:
    """Count a try and return its number, or refuse it.

    The claim is committed before it is compared with the limit, so of any number of tries that
    run at once, on whatever nodes, no more than the limit get through: the last to be claimed
    sees all the others.

    Raises:
        TooManyAttemptsError: The limit is reached.
    """
    _refuse_if_blocked(here, a_try, besides=0)
    with unit_of_work(here.sessions, _COUNTER, here.clock) as work:
        row = SignInAttempt(
            kind=a_try.kind,
            account_digest=a_try.account_digest,
            address=a_try.address,
            outcome=AttemptOutcome.PENDING,
            at=work.now,
        )
        work.session.add(row)
        work.session.flush()
        number = row.id
    try:
        _refuse_if_blocked(here, a_try, besides=number)
    except TooManyAttemptsError:
        with unit_of_work(here.sessions, _COUNTER, here.clock) as work:
            work.session.execute(delete(SignInAttempt).where(SignInAttempt.id == number))
        raise
    return number


def settle(work: UnitOfWork, number: int, outcome: AttemptOutcome) -> None:
    """Say how a claimed try ended."""
    work.session.execute(
        update(SignInAttempt).where(SignInAttempt.id == number).values(outcome=outcome)
    )


def settle_failed(here: Installation, number: int) -> None:
    """Say in a transaction of its own that a claimed try failed."""
    with unit_of_work(here.sessions, _COUNTER, here.clock) as work:
        settle(work, number, AttemptOutcome.FAILED)


def forget_old(work: UnitOfWork) -> int:
    """Delete the tries that no rule asks for any more; return how many."""
    limits = (PER_ACCOUNT, PER_ADDRESS, ENROL_PER_ADDRESS, FEEDBACK_PER_ADDRESS)
    longest = max(limit.window for limit in limits)
    old = (SignInAttempt.at <= work.now - ADDRESS_KNOWN_FOR) | (
        (SignInAttempt.at <= work.now - longest)
        & (_UNSUCCESSFUL | (SignInAttempt.kind != AttemptKind.SIGN_IN))
    )
    gone = delete(SignInAttempt).where(old).returning(SignInAttempt.id)
    return len(work.session.scalars(gone).all())


def _refuse_if_blocked(here: Installation, a_try: Try, besides: int) -> None:
    with reading_work(here.sessions, _COUNTER, here.clock) as work:
        waits = [
            until
            for which, limit in _limits(work, a_try)
            if (until := wait_until(_tries(work, which, limit, besides), work.now, limit))
        ]
        if waits:
            raise TooManyAttemptsError(seconds_until(max(waits), work.now))


def _limits(work: UnitOfWork, a_try: Try) -> list[tuple[ColumnElement[bool], Limit]]:
    same_kind = SignInAttempt.kind == a_try.kind
    same_account = SignInAttempt.account_digest == a_try.account_digest
    same_address = SignInAttempt.address == a_try.address
    match a_try.kind:
        case AttemptKind.ENROL:
            return [(same_kind & same_address, ENROL_PER_ADDRESS)]
        case AttemptKind.FEEDBACK:
            return [(same_kind & same_address, FEEDBACK_PER_ADDRESS)]
        case AttemptKind.LOOK:
            return [(same_kind & same_account, LOOK_PER_ACCOUNT)]
        case AttemptKind.PASSWORD:
            return [(same_kind & same_account & _UNSUCCESSFUL, PER_ACCOUNT)]
        case AttemptKind.SIGN_IN if _is_known(work, a_try):
            return [(same_kind & same_account & same_address & _UNSUCCESSFUL, PER_KNOWN_ADDRESS)]
        case AttemptKind.SIGN_IN:
            return [
                (same_kind & same_account & _UNSUCCESSFUL, PER_ACCOUNT),
                (same_kind & same_address & _UNSUCCESSFUL, PER_ADDRESS),
            ]


def _is_known(work: UnitOfWork, a_try: Try) -> bool:
    """Whether the account was signed in to from this address before."""
    return (
        work.session.scalar(
            select(SignInAttempt.id)
            .where(
                SignInAttempt.kind == AttemptKind.SIGN_IN,
                SignInAttempt.account_digest == a_try.account_digest,
                SignInAttempt.address == a_try.address,
                SignInAttempt.outcome == AttemptOutcome.SUCCEEDED,
                SignInAttempt.at > work.now - ADDRESS_KNOWN_FOR,
            )
            .limit(1)
        )
        is not None
    )


def _tries(
    work: UnitOfWork, which: ColumnElement[bool], limit: Limit, besides: int
) -> list[datetime]:
    newest_first = (
        select(SignInAttempt.at)
        .where(which, SignInAttempt.at > work.now - limit.window, SignInAttempt.id != besides)
        .order_by(SignInAttempt.at.desc())
        .limit(limit.tries)
    )
    return list(work.session.scalars(newest_first))
