"""Dormancy, pause, removal, and the ways back."""

from datetime import date
from typing import Final

from market import rulebook
from market.clock import beijing_day, months_after
from market.db import UnitOfWork
from market.errors import msgid
from market.firms import queries, queries_entry
from market.firms.actions.register import register, require_words
from market.firms.actions.registration import move, settle_promise
from market.firms.actions.services import refresh_services
from market.firms.checks import CheckOutcome
from market.firms.entry import RemovalState, VerificationState
from market.firms.errors import NoRemovalError, ReapplyEarlyError, RemovalPendingError
from market.firms.journal import RemovalMoved
from market.firms.model import Firm
from market.firms.model_entry import FirmRemoval
from market.firms.queries_entry import RULES
from market.firms.rules import SETTLED, FirmState, Move, advance
from market.firms.schedule import reschedule
from market.regulations import in_force
from market.salts import salted

_SUBJECT: Final = msgid("入驻管理")


def rest(work: UnitOfWork, firm: Firm) -> bool:
    """Let a firm that has not enrolled for the set months go dormant, if its day is over."""
    last_day = queries_entry.awake_until(work, firm)
    if last_day is None or work.today <= last_day:
        return False
    move(work, firm, Move.REST)
    reschedule(work, firm)
    return True


def wake(work: UnitOfWork, firm: Firm) -> None:
    """Bring a dormant firm back at once; its months count anew.

    Raises:
        IllegalFirmMoveError: It is not dormant.
    """
    firm = queries.locked(work, firm.id)
    move(work, firm, Move.WAKE)
    firm.awake_since = work.now
    refresh_services(work, firm)


def pause(work: UnitOfWork, firm: Firm, why: str) -> None:
    """Keep a firm from new engagements until the operator resumes it; it is told why.

    Raises:
        IllegalFirmMoveError: It is not listed.
        WordsMissingError: No reasons are given.
    """
    firm = queries.locked(work, firm.id)
    advance(firm.state, Move.PAUSE)
    register(work, firm, CheckOutcome.PAUSED, comment=require_words(why, "why"), subject=_SUBJECT)
    move(work, firm, Move.PAUSE)
    reschedule(work, firm)


def resume(work: UnitOfWork, firm: Firm, why: str) -> None:
    """End a pause.

    Raises:
        IllegalFirmMoveError: It is not paused.
        WordsMissingError: No reasons are given.
    """
    firm = queries.locked(work, firm.id)
    advance(firm.state, Move.RESUME)
    register(work, firm, CheckOutcome.RESUMED, comment=require_words(why, "why"), subject=_SUBJECT)
    move(work, firm, Move.RESUME)
    firm.awake_since = work.now
    refresh_services(work, firm)


def notify_removal(work: UnitOfWork, firm: Firm, why: str) -> FirmRemoval:
    """Tell a firm that it will be removed and why; until then it may answer.

    Raises:
        IllegalFirmMoveError: It is not listed.
        RemovalPendingError: It was told before.
        WordsMissingError: No reasons are given.
    """
    firm = queries.locked(work, firm.id)
    advance(firm.state, Move.REMOVE)
    if queries_entry.removal(work, firm) is not None:
        raise RemovalPendingError
    rules = rulebook.apply(work, RULES)
    row = FirmRemoval(
        firm_id=firm.id,
        reason=require_words(why, "why"),
        notified_at=work.now,
        notified_by_id=work.user_id,
        state=RemovalState.NOTIFIED,
    )
    row.effective_at = row.count_term(work.today, rules.integer("removal.notice_working_days"))
    work.session.add(row)
    register(work, firm, CheckOutcome.REMOVAL_NOTIFIED, comment=row.reason, subject=_SUBJECT)
    _record(work, firm, row)
    reschedule(work, firm)
    return row


def answer_removal(work: UnitOfWork, firm: Firm, words: str) -> None:
    """Hear the firm before it is removed.

    Raises:
        NoRemovalError: No notice is running.
        WordsMissingError: Nothing is said.
    """
    row = _running(work, firm)
    row.reply = require_words(words, "words")
    row.replied_at = work.now
    work.session.flush()


def drop_removal(work: UnitOfWork, firm: Firm, why: str) -> None:
    """Take back a notice of removal.

    Raises:
        NoRemovalError: No notice is running.
        WordsMissingError: No reasons are given.
    """
    firm = queries.locked(work, firm.id)
    row = _running(work, firm)
    register(
        work,
        firm,
        CheckOutcome.REMOVAL_DROPPED,
        comment=require_words(why, "why"),
        subject=_SUBJECT,
    )
    _end(work, firm, row, RemovalState.DROPPED)
    reschedule(work, firm)


def remove_if_due(work: UnitOfWork, firm: Firm) -> bool:
    """Remove a firm whose notice is over; what it has contracted stays owed."""
    row = queries_entry.removal(work, firm)
    if row is None or row.effective_at > work.now:
        return False
    if firm.state not in SETTLED:
        _end(work, firm, row, RemovalState.DROPPED)  # It left, or its listing was revoked.
        return False
    _end(work, firm, row, RemovalState.DONE)
    move(work, firm, Move.REMOVE)
    settle_promise(work, firm, None, VerificationState.ENDED)
    reschedule(work, firm)
    return True


def reapply(work: UnitOfWork, firm: Firm) -> None:
    """Begin again after leaving or being removed; the standing stays what it was.

    Raises:
        IllegalFirmMoveError: It has not left.
        ReapplyEarlyError: It was removed, and the set months are not over.
    """
    advance(firm.state, Move.REAPPLY)
    earliest = may_reapply_on(work, firm)
    if earliest is not None and work.today < earliest:
        raise ReapplyEarlyError(earliest)
    move(work, firm, Move.REAPPLY)


def may_reapply_on(work: UnitOfWork, firm: Firm) -> date | None:
    """Return the first day on which a removed firm may begin again; none for others."""
    if firm.state is not FirmState.REMOVED:
        return None
    months = in_force(RULES, work.today).integer("removal.reapply_months")
    return months_after(beijing_day(firm.state_since), months)


def _running(work: UnitOfWork, firm: Firm) -> FirmRemoval:
    row = queries_entry.removal(work, firm)
    if row is None:
        raise NoRemovalError
    return row


def _end(work: UnitOfWork, firm: Firm, row: FirmRemoval, state: RemovalState) -> None:
    row.state = state
    row.ended_at = work.now
    work.session.flush()
    _record(work, firm, row)


def _record(work: UnitOfWork, firm: Firm, row: FirmRemoval) -> None:
    work.record(
        RemovalMoved(
            firm=firm.code,
            state=row.state,
            effective_at=row.effective_at,
            reason_sha256=salted(work, firm.code, row.reason),
        )
    )
