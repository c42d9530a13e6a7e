"""Milestones and the reports on them, as they are stored."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from market.contracts.reports import labels as labels  # noqa: PLC0414 - registers the labels
from market.contracts.reports.rules import MilestoneState
from market.db import RECORD, Base, Id, Instant


class Milestone(Base):
    """A point of the service at which the firm reports, as both sides agreed."""

    __tablename__ = "milestone"
    __table_args__ = (
        UniqueConstraint("contract_id", "position"),
        CheckConstraint("(after_working_days IS NULL) <> (due_on IS NULL)", name="one_term"),
        Index(None, "next_check_at", "id"),
    )

    id: Mapped[Id]
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(60))
    after_working_days: Mapped[int | None]
    due_on: Mapped[date | None]
    # What its report is asked for, as it held when the contract was filed, and its version; the
    # platform's own text has none.
    template: Mapped[str] = mapped_column(Text)
    template_no: Mapped[int | None]
    state: Mapped[MilestoneState]
    # Its clock's: while the time is another's it is the last day that was known.
    due_at: Mapped[Instant | None]
    next_check_at: Mapped[Instant | None]
    # The end of the day that passed without a report.
    missed_at: Mapped[Instant | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    @property
    def stands(self) -> bool:
        """Whether its time is another's now: its day moves."""
        return self.state is MilestoneState.DUE and self.next_check_at is None


class ProgressReport(Base):
    """What the firm reported at a milestone. Never changed."""

    __tablename__ = "progress_report"
    __table_args__ = (CheckConstraint("percent BETWEEN 0 AND 100", name="percent"), RECORD)

    id: Mapped[Id]
    milestone_id: Mapped[int] = mapped_column(ForeignKey("milestone.id"), unique=True)
    percent: Mapped[int]
    done: Mapped[str] = mapped_column(Text)
    obstacles: Mapped[str] = mapped_column(Text)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    reported_at: Mapped[Instant]
    reported_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
