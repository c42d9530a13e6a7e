"""One person of the operator asks for somebody's account, others agree, another confirms it."""

import secrets
from typing import Final

from sqlalchemy.exc import IntegrityError

from market.accounts import closing, queries, queries_handovers, sessions
from market.accounts.errors import (
    AlreadyDeactivatedError,
    HandoverWaitingError,
    OneselfError,
    OwnResetError,
)
from market.accounts.handover_rules import (
    HandoverMove,
    HandoverPurpose,
    HandoverState,
    advance_handover,
    needs_agreement,
    reason_of,
)
from market.accounts.handover_told import heard
from market.accounts.journal import PasswordHandedOver, PasswordReset
from market.accounts.model import PasswordHandover, User
from market.accounts.passwords import HashedPassword
from market.db import UnitOfWork
from market.duties import require_another
from market.errors import msgid

SALT_BYTES: Final = 32
OPENED: Final = "运营机构开通账号"


def ask(work: UnitOfWork, user: User, purpose: HandoverPurpose, reason: str) -> PasswordHandover:
    """Ask for an account's new password, or its end. Nothing changes until others confirm it.

    Raises:
        OneselfError: The actor would close the own account.
        LastManagerError, LastSupervisorError: The account to close cannot be done without.
        OwnResetError: It is the actor's own account.
        AlreadyDeactivatedError: The account is closed.
        HandoverReasonError: There is no reason.
        HandoverWaitingError: A colleague has asked, and it is not decided.
    """
    closes = purpose is HandoverPurpose.CLOSE
    if work.actor.user_id == user.id:
        raise OneselfError if closes else OwnResetError
    if not user.active:
        raise AlreadyDeactivatedError
    employer = queries.organisation(work, user.organisation_id)
    if closes:
        closing.require_closable(work, user, employer)
    waits = needs_agreement(employer.kind, purpose)
    row = PasswordHandover(
        user_id=user.id,
        purpose=purpose,
        reason=reason_of(reason),
        state=HandoverState.AWAITED if waits else HandoverState.ASKED,
        salt="" if closes else secrets.token_hex(SALT_BYTES),
        asked_by_id=work.user_id,
        asked_at=work.now,
    )
    work.session.add(row)
    try:
        work.session.flush()
    except IntegrityError:
        raise HandoverWaitingError from None
    tell(work, row)
    heard(work, row)
    return row


def agree(work: UnitOfWork, handover_id: int) -> PasswordHandover:
    """Agree, outside the operator, to what one of its people asked for.

    Raises:
        MissingError: There is none that is the actor's to agree to.
        HandoverOverError: It was decided before.
    """
    row = queries_handovers.locked_to_agree(work, handover_id)
    row.state = advance_handover(row.state, HandoverMove.AGREE)
    row.agreed_by_id, row.agreed_at = work.user_id, work.now
    work.session.flush()
    tell(work, row)
    return row


def disagree(work: UnitOfWork, handover_id: int) -> PasswordHandover:
    """Refuse, outside the operator, what one of its people asked for.

    Raises:
        MissingError: There is none that is the actor's to agree to.
        HandoverOverError: It was decided before.
    """
    row = queries_handovers.locked_to_agree(work, handover_id)
    _decide(work, row, advance_handover(row.state, HandoverMove.REFUSE))
    return row


def hand_over(work: UnitOfWork, handover_id: int, password: HashedPassword) -> PasswordHandover:
    """Confirm what a colleague asked for: now only both halves sign in, or nothing does.

    Raises:
        MissingError: There is none.
        HandoverNotAgreedError: The organisation concerned has not agreed.
        HandoverOverError: It was decided before.
        SeparationOfDutiesError: Whoever asked confirms.
        OwnResetError: It is the actor's own account.
        AlreadyDeactivatedError: The account was closed meanwhile.
        LastManagerError, LastSupervisorError: The account to close cannot be done without.
    """
    row = queries_handovers.locked(work, handover_id)
    state = advance_handover(row.state, HandoverMove.HAND)
    require_another(work, row.asked_by_id, first=msgid("申请人"), second=msgid("复核人"))
    user = work.session.get_one(User, row.user_id, with_for_update=True)
    if work.user_id == user.id:
        raise OwnResetError
    if not user.active:
        raise AlreadyDeactivatedError
    if row.purpose is HandoverPurpose.CLOSE:
        closing.close(work, user)
    else:
        give(work, user, password)
    _decide(work, row, state)
    if row.purpose is HandoverPurpose.RESET:
        employer = queries.organisation(work, user.organisation_id)
        work.record(PasswordReset(account=user.id, organisation=employer.code))
    return row


def refuse(work: UnitOfWork, handover_id: int) -> PasswordHandover:
    """Refuse what a colleague asked for, or withdraw what one asked for oneself.

    Raises:
        MissingError: There is none.
        HandoverOverError: It was decided before.
    """
    row = queries_handovers.locked(work, handover_id)
    _decide(work, row, advance_handover(row.state, HandoverMove.REFUSE))
    return row


def put_down(work: UnitOfWork, user: User, reason: str) -> PasswordHandover:
    """Put a reset by the manager of one's own organisation on record, as its person will see it."""
    by_id = work.actor.user_id
    row = PasswordHandover(
        user_id=user.id,
        purpose=HandoverPurpose.RESET,
        reason=reason,
        state=HandoverState.HANDED,
        salt="",
        asked_by_id=by_id,
        asked_at=work.now,
        decided_by_id=by_id,
        decided_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    tell(work, row)
    return row


def give(work: UnitOfWork, user: User, password: HashedPassword) -> None:
    """Give an account a temporary password; its person is signed out everywhere."""
    user.password_hash = password.encoded
    user.password_temporary = True
    sessions.end_all(work, user)


def tell(work: UnitOfWork, row: PasswordHandover) -> None:
    """Tell the log where a handover stands."""
    user = work.session.get_one(User, row.user_id)
    employer = queries.organisation(work, user.organisation_id)
    work.record(
        PasswordHandedOver(
            handover=row.id,
            account=row.user_id,
            organisation=employer.code,
            purpose=row.purpose,
            state=row.state,
        )
    )


def _decide(work: UnitOfWork, row: PasswordHandover, state: HandoverState) -> None:
    row.state = state
    row.decided_by_id, row.decided_at = work.user_id, work.now
    work.session.flush()
    tell(work, row)
    heard(work, row)
