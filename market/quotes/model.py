"""Quotes as they are stored: commitments, what opened them, and what was found. All of record."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from market.db import RECORD, Base, Fen, Id, Instant
from market.quotes import labels as labels  # noqa: PLC0414 - registers the labels of the states
from market.quotes.rules import Verdict


class QuoteSeal(Base):
    """One commitment of an enrolment. The amount is nowhere here before the opening."""

    __tablename__ = "quote_seal"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "number"),
        Index(None, "draw_id", "id"),
        CheckConstraint("number >= 1", name="number_from_one"),
        RECORD,
    )

    id: Mapped[Id]
    draw_id: Mapped[int] = mapped_column(ForeignKey("draw.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    number: Mapped[int]
    commitment: Mapped[str] = mapped_column(String(64))
    submission_id: Mapped[int] = mapped_column(unique=True)
    sealed_at: Mapped[Instant]
    sealed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))


class QuoteOpening(Base):
    """What opened an enrolment's last commitment, checked before it was stored."""

    __tablename__ = "quote_opening"
    __table_args__ = (
        Index(None, "draw_id", "id"),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        RECORD,
    )

    id: Mapped[Id]
    draw_id: Mapped[int] = mapped_column(ForeignKey("draw.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), unique=True)
    seal_id: Mapped[int] = mapped_column(ForeignKey("quote_seal.id"), unique=True)
    amount_fen: Mapped[Fen]
    salt: Mapped[str] = mapped_column(String(64))
    submission_id: Mapped[int] = mapped_column(unique=True)
    opened_at: Mapped[Instant]
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))


class QuoteVerdict(Base):
    """What became of an enrolment's quote, found once for all of a draw."""

    __tablename__ = "quote_verdict"
    __table_args__ = (Index(None, "draw_id", "id"), Index(None, "verdict", "id"), RECORD)

    id: Mapped[Id]
    draw_id: Mapped[int] = mapped_column(ForeignKey("draw.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), unique=True)
    verdict: Mapped[Verdict]
    at: Mapped[Instant]
