"""Applications for repair as they are stored."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from market.credit.repair import labels as labels  # noqa: PLC0414 - registers the labels
from market.credit.repair.rules import RepairState
from market.db import Base, Id, Instant


class CreditRepair(Base):
    """What a firm did to put its breaches right, what it promises, and what two people said."""

    __tablename__ = "credit_repair"
    __table_args__ = (
        CheckConstraint("decided_by_id <> drafted_by_id", name="decided_by_two"),
        Index(None, "case_id", "state"),
        Index(None, "next_check_at"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(24), unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("credit_case.id"))
    correction: Mapped[str] = mapped_column(Text)
    promise: Mapped[str] = mapped_column(Text)
    applied_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    applied_at: Mapped[Instant]
    decide_by_at: Mapped[Instant]
    escalated_at: Mapped[Instant | None]
    draft_grants: Mapped[bool | None]
    decision: Mapped[str | None] = mapped_column(Text)
    drafted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    drafted_at: Mapped[Instant | None]
    send_back_reason: Mapped[str | None] = mapped_column(Text)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[Instant | None]
    state: Mapped[RepairState]
    # When it must have been decided, or when the measure ends by itself.
    next_check_at: Mapped[Instant | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
