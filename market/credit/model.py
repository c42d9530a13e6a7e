"""Breaches as they are stored."""

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from market.credit import labels as labels  # noqa: PLC0414 - registers the labels
from market.credit.rules import BreachKind
from market.db import RECORD, Base, Id, Instant


class Breach(Base):
    """One breach, the points it costs and the clause that says so. Entered once per source."""

    __tablename__ = "breach"
    __table_args__ = (
        UniqueConstraint("kind", "source", "source_id"),
        Index(None, "firm_id", "occurred_at"),
        Index(None, "occurred_at", "firm_id"),
        Index(None, "source", "source_id"),
        Index(None, "staff_id"),
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
    # The firm's professional who did it, where an authority named one. The log never hears of it.
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("firm_staff.id"))
    regulation_id: Mapped[str] = mapped_column(String(80))
    clause: Mapped[str] = mapped_column(String(200))


class BreachAnnulment(Base):
    """A breach that was entered wrongly: it counts no longer, and no case may rest on it."""

    __tablename__ = "breach_annulment"
    __table_args__ = (RECORD,)

    breach_id: Mapped[int] = mapped_column(ForeignKey("breach.id"), primary_key=True)
    # The case that was withdrawn because of it.
    case_number: Mapped[str] = mapped_column(String(24))
    why: Mapped[str] = mapped_column(Text)
    annulled_at: Mapped[Instant]
    annulled_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
