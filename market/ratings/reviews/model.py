"""Examinations of bad ratings and call-backs as they are stored."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from market.db import RECORD, Base, Id, Instant, enum_as
from market.ratings.reviews import labels as labels  # noqa: PLC0414 - registers the labels
from market.ratings.reviews.rules import CallAnswer, CallState, CallWhy, Finding, ReviewState


class RatingReview(Base):
    """What is found about one bad rating. All that is written here is public."""

    __tablename__ = "rating_review"
    __table_args__ = (
        CheckConstraint("decided_by_id <> proposed_by_id", name="decided_by_another"),
        Index(None, "state", "next_check_at"),
        Index(None, "state", "due_at"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(24), unique=True)
    rating_id: Mapped[int] = mapped_column(ForeignKey("rating.id"), unique=True)
    state: Mapped[ReviewState]
    opened_at: Mapped[Instant]
    # Until when the rated side may appeal, and by when it is to be decided; none while the
    # calendar does not know the year.
    appeal_by_at: Mapped[Instant | None]
    due_at: Mapped[Instant | None]
    next_check_at: Mapped[Instant | None]
    appeal: Mapped[str] = mapped_column(Text, default="")
    appealed_at: Mapped[Instant | None]
    appealed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    proposed: Mapped[Finding | None] = mapped_column(enum_as(Finding, "proposed"))
    proposal: Mapped[str] = mapped_column(Text, default="")
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    proposed_at: Mapped[Instant | None]
    finding: Mapped[Finding | None]
    decision: Mapped[str] = mapped_column(Text, default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[Instant | None]
    regulation_id: Mapped[str] = mapped_column(String(80))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class RatingCallBack(Base):
    """Somebody who gave a rating is called back: after a bad one, or by sample."""

    __tablename__ = "rating_call_back"
    __table_args__ = (Index(None, "state", "due_at"),)

    id: Mapped[Id]
    rating_id: Mapped[int] = mapped_column(ForeignKey("rating.id"), unique=True)
    why: Mapped[CallWhy]
    state: Mapped[CallState]
    opened_at: Mapped[Instant]
    due_at: Mapped[Instant | None]
    closed_at: Mapped[Instant | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class RatingCall(Base):
    """One call: whom, when and what was answered. For the operator and those who oversee."""

    __tablename__ = "rating_call"
    __table_args__ = (Index(None, "call_back_id", "id"), RECORD)

    id: Mapped[Id]
    call_back_id: Mapped[int] = mapped_column(ForeignKey("rating_call_back.id"))
    # When somebody was called, and when that was entered.
    called_at: Mapped[Instant]
    whom: Mapped[str] = mapped_column(String(50))
    answer: Mapped[CallAnswer]
    note: Mapped[str] = mapped_column(String(500))
    at: Mapped[Instant]
    by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
