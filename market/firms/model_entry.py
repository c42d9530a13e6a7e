"""What entry and upkeep store beside the firm: verification, feedback, changes, ends, delegates."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from market.db import RECORD, Base, Id, Instant
from market.firms.entry import (
    ChangeState,
    Deed,
    FactField,
    FeedbackReason,
    FeedbackState,
    ReminderSubject,
    RemovalState,
    VerificationState,
)
from market.holidays.counted import Counted


class FirmVerification(Counted, Base):
    """The check, afterwards, of the promise on which a firm was listed."""

    __tablename__ = "firm_verification"
    __table_args__ = (
        Index("ix_firm_verification_state_due_at", "state", "due_at"),
        Index(
            "uq_firm_verification_open",
            "firm_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: Mapped[Id]
    firm_id: Mapped[int] = mapped_column(ForeignKey("firm.id"))
    promise_id: Mapped[int] = mapped_column(ForeignKey("firm_promise.id"))
    regulation_id: Mapped[str] = mapped_column(String(80))
    state: Mapped[VerificationState] = mapped_column(default=VerificationState.OPEN)
    opened_at: Mapped[Instant]
    due_at: Mapped[Instant]
    finding: Mapped[str] = mapped_column(String(1000), default="")
    decided_at: Mapped[Instant | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class FirmFeedback(Counted, Base):
    """What somebody says about a firm in its publicity, and the operator's answer.

    ``contact`` is for the operator alone.
    """

    __tablename__ = "firm_feedback"
    __table_args__ = (
        Index("ix_firm_feedback_firm_id_state", "firm_id", "state"),
        Index("ix_firm_feedback_state_due_at", "state", "due_at"),
    )

    id: Mapped[Id]
    firm_id: Mapped[int] = mapped_column(ForeignKey("firm.id"))
    reason: Mapped[FeedbackReason]
    words: Mapped[str] = mapped_column(String(1000))
    contact: Mapped[str] = mapped_column(String(100), default="")
    handed_in_at: Mapped[Instant]
    due_at: Mapped[Instant]
    state: Mapped[FeedbackState] = mapped_column(default=FeedbackState.OPEN)
    answer: Mapped[str] = mapped_column(String(1000), default="")
    answered_at: Mapped[Instant | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class FirmChange(Counted, Base):
    """The change of one fact that a firm asks for; the old value stays until it is accepted."""

    __tablename__ = "firm_change"
    __table_args__ = (
        Index("ix_firm_change_firm_id", "firm_id"),
        Index("ix_firm_change_state_due_at", "state", "due_at"),
        Index(
            "uq_firm_change_pending",
            "firm_id",
            "field",
            unique=True,
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
    )

    id: Mapped[Id]
    firm_id: Mapped[int] = mapped_column(ForeignKey("firm.id"))
    field: Mapped[FactField]
    before: Mapped[str] = mapped_column(String(2000))
    after: Mapped[str] = mapped_column(String(2000))
    why: Mapped[str] = mapped_column(String(500))
    requested_at: Mapped[Instant]
    requested_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    due_at: Mapped[Instant]
    state: Mapped[ChangeState] = mapped_column(default=ChangeState.PENDING)
    comment: Mapped[str] = mapped_column(String(1000), default="")
    decided_at: Mapped[Instant | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class FirmReminder(Base):
    """A firm was reminded, so many days before, that something ends."""

    __tablename__ = "firm_reminder"
    __table_args__ = (
        UniqueConstraint("firm_id", "subject", "subject_id", "end_on", "days"),
        RECORD,
    )

    id: Mapped[Id]
    firm_id: Mapped[int] = mapped_column(ForeignKey("firm.id"))
    subject: Mapped[ReminderSubject]
    # The certificate's or the person's row; the firm itself for dormancy.
    subject_id: Mapped[int]
    end_on: Mapped[date]
    days: Mapped[int]
    reminded_at: Mapped[Instant]


class FirmRemoval(Counted, Base):
    """The operator's notice that a firm will be removed, and what became of it."""

    __tablename__ = "firm_removal"
    __table_args__ = (
        Index("ix_firm_removal_firm_id", "firm_id"),
        Index(
            "uq_firm_removal_notified",
            "firm_id",
            unique=True,
            sqlite_where=text("state = 'notified'"),
            postgresql_where=text("state = 'notified'"),
        ),
    )

    id: Mapped[Id]
    firm_id: Mapped[int] = mapped_column(ForeignKey("firm.id"))
    reason: Mapped[str] = mapped_column(String(1000))
    notified_at: Mapped[Instant]
    notified_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    effective_at: Mapped[Instant]
    reply: Mapped[str] = mapped_column(String(1000), default="")
    replied_at: Mapped[Instant | None]
    state: Mapped[RemovalState] = mapped_column(default=RemovalState.NOTIFIED)
    ended_at: Mapped[Instant | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class FirmDelegate(Base):
    """What one person may do for a firm, for which services, until which day."""

    __tablename__ = "firm_delegate"
    __table_args__ = (
        UniqueConstraint("firm_id", "reference"),
        Index("ix_firm_delegate_user_id", "user_id"),
        CheckConstraint("valid_to_on >= valid_from_on", name="term"),
    )

    id: Mapped[Id]
    firm_id: Mapped[int] = mapped_column(ForeignKey("firm.id"))
    # The firm's own running number, from 1: what the public log calls it by.
    reference: Mapped[int]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    # Item codes joined by a space; empty means every item.
    item_codes: Mapped[str] = mapped_column(String(1000), default="")
    # Deed values joined by a space.
    deed_codes: Mapped[str] = mapped_column(String(60))
    letter: Mapped[str] = mapped_column(String(100))
    valid_from_on: Mapped[date]
    valid_to_on: Mapped[date]
    granted_at: Mapped[Instant]
    granted_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    ended_at: Mapped[Instant | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    @property
    def deeds(self) -> tuple[Deed, ...]:
        """What the person may do."""
        return tuple(map(Deed, self.deed_codes.split()))

    @property
    def items(self) -> tuple[str, ...]:
        """The items the person may act for; none means all."""
        return tuple(self.item_codes.split())
