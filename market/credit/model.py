"""Breaches and cases as they are stored."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from market.credit import labels as labels  # noqa: PLC0414 - registers the labels
from market.credit.rules import BreachKind, CaseState, Measure
from market.db import RECORD, Base, Id, Instant


class Breach(Base):
    """One breach, the points it costs and the clause that says so. Entered once per source."""

    __tablename__ = "breach"
    __table_args__ = (
        UniqueConstraint("kind", "source", "source_id"),
        Index(None, "firm_id", "occurred_at"),
        Index(None, "occurred_at", "firm_id"),
        Index(None, "source", "source_id"),
        RECORD,
    )

    id: Mapped[Id]
    firm_id: Mapped[int] = mapped_column(ForeignKey("firm.id"))
    kind: Mapped[BreachKind]
    # What proves it: ``card``, ``award``, ``contract`` or ``report`` and its number there.
    source: Mapped[str] = mapped_column(String(20))
    source_id: Mapped[int]
    points: Mapped[int]
    occurred_at: Mapped[Instant]
    entered_at: Mapped[Instant]
    evidence: Mapped[str] = mapped_column(String(500))
    regulation_id: Mapped[str] = mapped_column(String(80))
    clause: Mapped[str] = mapped_column(String(200))


class Case(Base):
    """A proposed sanction: what the firm is told, what it answers, what is decided."""

    __tablename__ = "credit_case"
    __table_args__ = (
        CheckConstraint("months > 0", name="months_positive"),
        Index(None, "firm_id", "state"),
        Index(None, "state", "reply_by_at"),
        Index(None, "next_check_at"),
        Index(None, "state", "effective_at"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(24), unique=True)
    firm_id: Mapped[int] = mapped_column(ForeignKey("firm.id"))
    measure: Mapped[Measure]
    months: Mapped[int]
    grounds: Mapped[str] = mapped_column(Text)
    regulation_id: Mapped[str] = mapped_column(String(80))
    terms_regulation_id: Mapped[str] = mapped_column(String(80))
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    proposed_by_org_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    notified_at: Mapped[Instant]
    reply_by_at: Mapped[Instant]
    reply: Mapped[str | None] = mapped_column(Text)
    replied_at: Mapped[Instant | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[Instant | None]
    decision: Mapped[str | None] = mapped_column(Text)
    effective_at: Mapped[Instant | None]
    ends_at: Mapped[Instant | None]
    state: Mapped[CaseState]
    # When the decision takes effect, or again when a graver one that hid it ends.
    next_check_at: Mapped[Instant | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class CaseBreach(Base):
    """A breach on which a case rests."""

    __tablename__ = "case_breach"
    __table_args__ = (Index(None, "breach_id"), RECORD)

    case_id: Mapped[int] = mapped_column(ForeignKey("credit_case.id"), primary_key=True)
    breach_id: Mapped[int] = mapped_column(ForeignKey("breach.id"), primary_key=True)
