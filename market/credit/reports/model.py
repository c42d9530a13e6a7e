"""Reported breaches and what their firms say to them, as they are stored."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from market.credit.reports import labels as labels  # noqa: PLC0414 - registers the labels
from market.credit.reports.rules import ReportState
from market.credit.rules import BreachKind
from market.db import RECORD, Base, Id, Instant
from market.holidays.counted import Counted


class BreachReport(Counted, Base):
    """A breach that one person reports: told to the firm, and in no ledger until confirmed."""

    __tablename__ = "breach_report"
    __table_args__ = (
        CheckConstraint("decided_by_id <> proposed_by_id", name="decided_by_another"),
        CheckConstraint("undone_by_id <> undo_by_id", name="undone_by_another"),
        Index(None, "firm_id", "id"),
        Index(None, "state", "state_by_at"),
        Index(None, "breach_id"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(24), unique=True)
    firm_id: Mapped[int] = mapped_column(ForeignKey("firm.id"))
    kind: Mapped[BreachKind]
    occurred_on: Mapped[date]
    # As it will stand in the ledger: the facts, the document and the materials.
    evidence: Mapped[str] = mapped_column(String(500))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("firm_staff.id"))
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    regulation_id: Mapped[str] = mapped_column(String(80))
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    proposed_by_org_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    proposed_at: Mapped[Instant]
    state_by_at: Mapped[Instant]
    # What became of it, and why; the firm reads both.
    decision: Mapped[str] = mapped_column(Text, default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[Instant | None]
    breach_id: Mapped[int | None] = mapped_column(ForeignKey("breach.id"))
    # Why a confirmed one was wrong; a second person takes it out of the score.
    undo_why: Mapped[str] = mapped_column(Text, default="")
    undo_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    undo_at: Mapped[Instant | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    undone_at: Mapped[Instant | None]
    keep_why: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[ReportState]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class BreachStatement(Base):
    """What a firm says to a reported breach, and what it hands in with it."""

    __tablename__ = "breach_statement"
    __table_args__ = (Index(None, "report_id", "id"), RECORD)

    id: Mapped[Id]
    report_id: Mapped[int] = mapped_column(ForeignKey("breach_report.id"))
    words: Mapped[str] = mapped_column(Text)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    stated_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    stated_at: Mapped[Instant]
