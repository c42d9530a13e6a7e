"""Explanations of abnormally low prices as they are stored."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from market.db import RECORD, Base, Fen, Id, Instant
from market.explanations import labels as labels  # noqa: PLC0414 - registers the labels
from market.explanations.rules import Cost, ExplanationState
from market.holidays.counted import Counted


class Explanation(Counted, Base):
    """A selected firm is asked why its price is so low: its answer, two opinions, the outcome."""

    __tablename__ = "explanation"
    __table_args__ = (
        CheckConstraint("decided_by_id <> advised_by_id", name="decided_by_another"),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        Index(None, "state", "due_at"),
        Index(None, "asked_at", "id"),
    )

    id: Mapped[Id]
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"), unique=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"))
    firm_org_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    number: Mapped[str] = mapped_column(String(24), unique=True)
    amount_fen: Mapped[Fen]
    asked_at: Mapped[Instant]
    # By when the one whose turn it is must act; only the firm's silence has a consequence.
    due_at: Mapped[Instant | None]
    answer: Mapped[str | None] = mapped_column(Text)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    answered_at: Mapped[Instant | None]
    advised_accept: Mapped[bool | None]
    advice: Mapped[str | None] = mapped_column(String(1000))
    # Whether the operator, then the authority, let its time pass: it stays public.
    advised_late: Mapped[bool] = mapped_column(default=False)
    decided_late: Mapped[bool] = mapped_column(default=False)
    advised_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    advised_at: Mapped[Instant | None]
    decision: Mapped[str | None] = mapped_column(String(1000))
    decided_by_org_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[Instant | None]
    state: Mapped[ExplanationState]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class ExplanationCost(Base):
    """One item of what the price consists of, as the firm said it."""

    __tablename__ = "explanation_cost"
    __table_args__ = (
        UniqueConstraint("explanation_id", "cost"),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        RECORD,
    )

    id: Mapped[Id]
    explanation_id: Mapped[int] = mapped_column(ForeignKey("explanation.id"))
    cost: Mapped[Cost]
    amount_fen: Mapped[Fen]
