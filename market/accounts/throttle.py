"""Counting tries, on all nodes together: a try is claimed before anyone knows how it ends."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, delete, or_, select, true, update

from market.accounts.errors import TooManyAttemptsError
from market.accounts.model import SignInAttempt
from market.accounts.rules import (
    ADDRESS_KNOWN_FOR,
    COMPLAINT_PER_ADDRESS,
    ENROL_PER_ADDRESS,
    FEEDBACK_PER_ADDRESS,
    FEEDBACK_PER_FIRM,
    FOLLOW_PER_ADDRESS,
    LOOK_PER_ACCOUNT,
    PER_ACCOUNT,
    PER_ADDRESS,
    PER_KNOWN_ADDRESS,
    PER_KNOWN_BROWSER,
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
_NOT_REFUSED: Final = SignInAttempt.outcome != AttemptOutcome.FAILED
# Which limits ask for the tries of a kind: the longest says when they are forgotten.
_ASKED_FOR: Final[Mapping[AttemptKind, Sequence[Limit]]] = {
    AttemptKind.SIGN_IN: (PER_ACCOUNT, PER_ADDRESS, PER_KNOWN_ADDRESS),
    AttemptKind.PASSWORD: (PER_ACCOUNT,),
    AttemptKind.ENROL: (ENROL_PER_ADDRESS,),
    AttemptKind.FEEDBACK: (FEEDBACK_PER_ADDRESS, FEEDBACK_PER_FIRM),
    AttemptKind.LOOK: (LOOK_PER_ACCOUNT,),
    AttemptKind.COMPLAINT: (COMPLAINT_PER_ADDRESS,),
    AttemptKind.FOLLOW: (FOLLOW_PER_ADDRESS,),
}


@dataclass(frozen=True, slots=True)
class Try:
    """What is tried: on which account, from which address.

    Where it is ``of_known_browser``, that browser stands in the place of the account.
    """

    kind: AttemptKind
    account_digest: str
    address: str
    of_known_browser: bool = False

    @classmethod
    def at(cls, kind: AttemptKind, account: str, address: str) -> "Try":
        """Return a try on an account, named as it was typed."""
        folded = account.strip().casefold().encode("utf-8", "replace")
        return cls(kind, hashlib.sha256(folded).hexdigest(), address)

    @classmethod
    def by_browser(cls, name: str, address: str) -> "Try":
        """Return a try to sign in by a browser that is known to the account by a name."""
        digest = hashlib.sha256(b"known browser\n" + name.encode()).hexdigest()
        return cls(AttemptKind.SIGN_IN, digest, address, of_known_browser=True)


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


def settle_admitted(work: UnitOfWork, number: int, on_account: Try) -> None:
    """Say that a try to sign in succeeded, and on which account: its address is known from now."""
    work.session.execute(
        update(SignInAttempt)
        .where(SignInAttempt.id == number)
        .values(outcome=AttemptOutcome.SUCCEEDED, account_digest=on_account.account_digest)
    )


def settle_failed(here: Installation, number: int) -> None:
    """Say in a transaction of its own that a claimed try failed."""
    with unit_of_work(here.sessions, _COUNTER, here.clock) as work:
        settle(work, number, AttemptOutcome.FAILED)


def forget_old(work: UnitOfWork) -> int:
    """Delete the tries that no rule asks for any more; return how many."""
    old = (SignInAttempt.at <= work.now - ADDRESS_KNOWN_FOR) | or_(
        *(
            (SignInAttempt.kind == kind)
            & (SignInAttempt.at <= work.now - max(limit.window for limit in limits))
            & (_UNSUCCESSFUL if kind is AttemptKind.SIGN_IN else true())
            for kind, limits in _ASKED_FOR.items()
        )
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


def _limits(  # noqa: PLR0911 - a kind, a line
    work: UnitOfWork, a_try: Try
) -> list[tuple[ColumnElement[bool], Limit]]:
    same_kind = SignInAttempt.kind == a_try.kind
    same_account = SignInAttempt.account_digest == a_try.account_digest
    same_address = SignInAttempt.address == a_try.address
    match a_try.kind:
        case AttemptKind.ENROL:
            return [(same_kind & same_address, ENROL_PER_ADDRESS)]
        case AttemptKind.FEEDBACK:
            return [
                (same_kind & same_address, FEEDBACK_PER_ADDRESS),
                (same_kind & same_address & same_account, FEEDBACK_PER_FIRM),
            ]
        case AttemptKind.COMPLAINT:
            return [(same_kind & same_address & _NOT_REFUSED, COMPLAINT_PER_ADDRESS)]
        case AttemptKind.FOLLOW:
            return [(same_kind & same_address & _UNSUCCESSFUL, FOLLOW_PER_ADDRESS)]
        case AttemptKind.LOOK:
            return [(same_kind & same_account, LOOK_PER_ACCOUNT)]
        case AttemptKind.PASSWORD:
            return [(same_kind & same_account & _UNSUCCESSFUL, PER_ACCOUNT)]
        case AttemptKind.SIGN_IN:
            return _limits_of_sign_in(work, a_try, same_account, same_address)


def _limits_of_sign_in(
    work: UnitOfWork,
    a_try: Try,
    same_account: ColumnElement[bool],
    same_address: ColumnElement[bool],
) -> list[tuple[ColumnElement[bool], Limit]]:
    """Return what limits a try to sign in: by whom it is known, it is counted with those alone."""
    failed = (SignInAttempt.kind == AttemptKind.SIGN_IN) & _UNSUCCESSFUL
    if a_try.of_known_browser:
        return [(failed & same_account, PER_KNOWN_BROWSER)]
    if _is_known(work, a_try):
        return [(failed & same_account & same_address, PER_KNOWN_ADDRESS)]
    return [(failed & same_account, PER_ACCOUNT), (failed & same_address, PER_ADDRESS)]


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
