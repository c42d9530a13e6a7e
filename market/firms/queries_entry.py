"""Finding what entry and upkeep store: verifications, feedback, changes, ends, delegates."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from sqlalchemy import func, select

from market import regulations
from market.accounts.model import User
from market.clock import beijing_day, months_after
from market.db import UnitOfWork
from market.errors import MissingError
from market.firms import activity
from market.firms.entry import (
    ChangeState,
    FeedbackReason,
    FeedbackState,
    RemovalState,
    VerificationState,
)
from market.firms.model import Firm
from market.firms.model_entry import (
    FirmChange,
    FirmDelegate,
    FirmFeedback,
    FirmReminder,
    FirmRemoval,
    FirmVerification,
)
from market.firms.rules import PUBLIC, SETTLED, FirmState

RULES: Final = "firm-entry"
PROCESS: Final = "market-process"
ROWS: Final = 500


def verification(work: UnitOfWork, firm: Firm) -> FirmVerification | None:
    """Return the last verification of a firm's promise."""
    return work.session.scalar(
        select(FirmVerification)
        .where(FirmVerification.firm_id == firm.id)
        .order_by(FirmVerification.id.desc())
        .limit(1)
    )


def unverified(work: UnitOfWork, firm_ids: Sequence[int]) -> frozenset[int]:
    """Return those of some firms whose promise waits to be verified."""
    return frozenset(
        work.session.scalars(
            select(FirmVerification.firm_id).where(
                FirmVerification.firm_id.in_(firm_ids),
                FirmVerification.state == VerificationState.OPEN,
            )
        )
    )


def open_verification(work: UnitOfWork, firm: Firm) -> FirmVerification | None:
    """Return the verification that waits for the operator."""
    found = verification(work, firm)
    return found if found is not None and found.state is VerificationState.OPEN else None


def last_false_promise(work: UnitOfWork, firm: Firm) -> FirmVerification | None:
    """Return the promise of a firm that was found false last."""
    return work.session.scalar(
        select(FirmVerification)
        .where(
            FirmVerification.firm_id == firm.id, FirmVerification.state == VerificationState.FALSE
        )
        .order_by(FirmVerification.id.desc())
        .limit(1)
    )


def to_verify(work: UnitOfWork) -> list[tuple[FirmVerification, Firm]]:
    """Return the promises to verify, the most urgent first."""
    rows = work.session.execute(
        select(FirmVerification, Firm)
        .join(Firm, Firm.id == FirmVerification.firm_id)
        .where(FirmVerification.state == VerificationState.OPEN)
        .order_by(FirmVerification.due_at, FirmVerification.id)
        .limit(ROWS)
    )
    return [(row, firm) for row, firm in rows]


def in_publicity(work: UnitOfWork, firm: Firm) -> bool:
    """Whether the public may hand in feedback on a firm now."""
    shown = firm.state is FirmState.PUBLICITY or firm.state in SETTLED
    return shown and firm.publicity_ends_at is not None and work.now < firm.publicity_ends_at


def feedback(work: UnitOfWork, firm: Firm) -> list[FirmFeedback]:
    """Return the feedback on a firm, newest first."""
    return list(
        work.session.scalars(
            select(FirmFeedback)
            .where(FirmFeedback.firm_id == firm.id)
            .order_by(FirmFeedback.id.desc())
            .limit(ROWS)
        )
    )


def one_feedback(work: UnitOfWork, firm: Firm, feedback_id: int) -> FirmFeedback:
    """Return one piece of feedback on a firm."""
    row = work.session.scalar(
        select(FirmFeedback).where(FirmFeedback.id == feedback_id, FirmFeedback.firm_id == firm.id)
    )
    if row is None:
        raise MissingError
    return row


def unanswered(work: UnitOfWork, firm: Firm) -> int:
    """Return how much feedback on a firm nobody has answered."""
    return (
        work.session.scalar(
            select(func.count(FirmFeedback.id)).where(
                FirmFeedback.firm_id == firm.id, FirmFeedback.state == FeedbackState.OPEN
            )
        )
        or 0
    )


def same_feedback(
    work: UnitOfWork, firm: Firm, reason: FeedbackReason, words: str
) -> FirmFeedback | None:
    """Return feedback on a firm in the same words that waits for its answer."""
    return work.session.scalar(
        select(FirmFeedback)
        .where(
            FirmFeedback.firm_id == firm.id,
            FirmFeedback.reason == reason,
            FirmFeedback.words == words,
            FirmFeedback.state == FeedbackState.OPEN,
        )
        .limit(1)
    )


def to_answer(work: UnitOfWork) -> list[tuple[FirmFeedback, Firm]]:
    """Return the feedback to answer, the most urgent first."""
    rows = work.session.execute(
        select(FirmFeedback, Firm)
        .join(Firm, Firm.id == FirmFeedback.firm_id)
        .where(FirmFeedback.state == FeedbackState.OPEN)
        .order_by(FirmFeedback.due_at, FirmFeedback.id)
        .limit(ROWS)
    )
    return [(row, firm) for row, firm in rows]


def changes(work: UnitOfWork, firm: Firm) -> list[FirmChange]:
    """Return the changes a firm asked for, newest first."""
    return list(
        work.session.scalars(
            select(FirmChange)
            .where(FirmChange.firm_id == firm.id)
            .order_by(FirmChange.id.desc())
            .limit(ROWS)
        )
    )


def change(work: UnitOfWork, firm: Firm, change_id: int) -> FirmChange:
    """Return one change a firm asked for."""
    row = work.session.scalar(
        select(FirmChange).where(FirmChange.id == change_id, FirmChange.firm_id == firm.id)
    )
    if row is None:
        raise MissingError
    return row


def pending_changes(work: UnitOfWork, firm: Firm) -> list[FirmChange]:
    """Return the changes of a firm that wait for the operator."""
    return [row for row in changes(work, firm) if row.state is ChangeState.PENDING]


def changes_to_check(work: UnitOfWork) -> list[tuple[FirmChange, Firm]]:
    """Return the changes to check, the most urgent first."""
    rows = work.session.execute(
        select(FirmChange, Firm)
        .join(Firm, Firm.id == FirmChange.firm_id)
        .where(FirmChange.state == ChangeState.PENDING)
        .order_by(FirmChange.due_at, FirmChange.firm_id, FirmChange.id)
        .limit(ROWS)
    )
    return [(row, firm) for row, firm in rows]


def removal(work: UnitOfWork, firm: Firm) -> FirmRemoval | None:
    """Return the notice of removal that is running."""
    return work.session.scalar(
        select(FirmRemoval).where(
            FirmRemoval.firm_id == firm.id, FirmRemoval.state == RemovalState.NOTIFIED
        )
    )


def last_removal(work: UnitOfWork, firm: Firm) -> FirmRemoval | None:
    """Return the notice of removal given last, whatever became of it."""
    return work.session.scalar(
        select(FirmRemoval)
        .where(FirmRemoval.firm_id == firm.id)
        .order_by(FirmRemoval.id.desc())
        .limit(1)
    )


def reminders(work: UnitOfWork, firm: Firm) -> list[FirmReminder]:
    """Return the reminders a firm was given, newest first."""
    return list(
        work.session.scalars(
            select(FirmReminder)
            .where(FirmReminder.firm_id == firm.id)
            .order_by(FirmReminder.id.desc())
            .limit(ROWS)
        )
    )


def awake_until(work: UnitOfWork, firm: Firm) -> date | None:
    """Return the last day before a firm without a new enrolment is dormant; none if it is not."""
    if firm.state is not FirmState.LISTED:
        return None
    months = regulations.in_force(PROCESS, work.today).integer("registration.dormant_after_months")
    return months_after(beijing_day(activity.last(work, firm)), months) - timedelta(days=1)


def branches(work: UnitOfWork, firm: Firm) -> Sequence[Firm]:
    """Return the public firms that name a firm as their head office, by name."""
    return work.session.scalars(
        select(Firm)
        .where(Firm.parent_code == firm.code, Firm.state.in_(PUBLIC))
        .order_by(Firm.name, Firm.id)
        .limit(ROWS)
    ).all()


def parent(work: UnitOfWork, firm: Firm) -> Firm | None:
    """Return the head office of a branch, if the public may know it as a firm of this market."""
    if not firm.parent_code:
        return None
    return work.session.scalar(
        select(Firm).where(Firm.code == firm.parent_code, Firm.state.in_(PUBLIC))
    )


def delegates(work: UnitOfWork, firm: Firm) -> list[tuple[FirmDelegate, User]]:
    """Return the authorities a firm gave and to whom, newest first."""
    rows = work.session.execute(
        select(FirmDelegate, User)
        .join(User, User.id == FirmDelegate.user_id)
        .where(FirmDelegate.firm_id == firm.id)
        .order_by(FirmDelegate.ended_at.is_not(None), FirmDelegate.id.desc())
        .limit(ROWS)
    )
    return [(row, user) for row, user in rows]


def delegate(work: UnitOfWork, firm: Firm, delegate_id: int) -> FirmDelegate:
    """Return one authority a firm gave."""
    row = work.session.scalar(
        select(FirmDelegate).where(FirmDelegate.id == delegate_id, FirmDelegate.firm_id == firm.id)
    )
    if row is None:
        raise MissingError
    return row


def next_reference(work: UnitOfWork, firm: Firm) -> int:
    """Return the number of a firm's next authority; the firm is held, so that no two get it."""
    work.session.scalars(select(Firm.id).where(Firm.id == firm.id).with_for_update()).one()
    last = select(func.max(FirmDelegate.reference)).where(FirmDelegate.firm_id == firm.id)
    return 1 + (work.session.scalar(last) or 0)


def authorities(work: UnitOfWork, firm_id: int, user_id: int) -> list[FirmDelegate]:
    """Return the authorities of one person that count today."""
    return list(
        work.session.scalars(
            select(FirmDelegate).where(
                FirmDelegate.firm_id == firm_id,
                FirmDelegate.user_id == user_id,
                FirmDelegate.ended_at.is_(None),
                FirmDelegate.valid_from_on <= work.today,
                FirmDelegate.valid_to_on >= work.today,
            )
        )
    )


def open_authorities(work: UnitOfWork, firm: Firm) -> list[FirmDelegate]:
    """Return the authorities of a firm that nobody has ended."""
    return [row for row, _ in delegates(work, firm) if row.ended_at is None]
