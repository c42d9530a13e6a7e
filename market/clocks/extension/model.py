"""Requests to extend a clock as they are stored."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from market.clocks.extension import labels as labels  # noqa: PLC0414 - registers the labels
from market.clocks.extension.rules import ExtensionReason, ExtensionState
from market.db import Base, Id, Instant


class Extension(Base):
    """A request for more time (延期), and what became of it; all of it is public."""

    __tablename__ = "clock_extension"
    __table_args__ = (
        Index(None, "clock_id", "id"),
        Index(None, "state", "next_check_at", "id"),
        CheckConstraint("working_days > 0", name="days_positive"),
    )

    id: Mapped[Id]
    clock_id: Mapped[int] = mapped_column(ForeignKey("clock.id"))
    requested_by_org_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    requested_at: Mapped[Instant]
    reason: Mapped[ExtensionReason]
    why: Mapped[str] = mapped_column(String(1000))
    working_days: Mapped[int]
    # When the time was up before, and since it was granted.
    due_before_at: Mapped[Instant]
    due_after_at: Mapped[Instant | None]
    state: Mapped[ExtensionState]
    answer_by_at: Mapped[Instant]
    answered_at: Mapped[Instant | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    answer: Mapped[str | None] = mapped_column(String(500))
    next_check_at: Mapped[Instant | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
