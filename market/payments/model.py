"""Invoices, payments, and what became of them, as they are stored; all but the term of record."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from market.db import RECORD, Base, Fen, Id, Instant
from market.payments import labels as labels  # noqa: PLC0414 - registers the labels
from market.payments.rules import TermState, VoucherKind, VoucherMove


class Voucher(Base):
    """One record of money: an invoice, a payment, or what takes one of them back."""

    __tablename__ = "voucher"
    __table_args__ = (
        UniqueConstraint("contract_id", "sequence"),
        # An invoice is recorded once; and nothing is taken back twice.
        UniqueConstraint("by_org_id", "kind", "reference"),
        UniqueConstraint("corrects_id"),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        CheckConstraint("sequence >= 1", name="sequence_from_one"),
        RECORD,
    )

    id: Mapped[Id]
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    sequence: Mapped[int]
    kind: Mapped[VoucherKind]
    # The number on the invoice, or what the bank calls the payment.
    reference: Mapped[str] = mapped_column(String(60))
    dated_on: Mapped[date]
    amount_fen: Mapped[Fen]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("voucher.id"))
    note: Mapped[str] = mapped_column(String(500))
    by_org_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    recorded_at: Mapped[Instant]


class VoucherAnswer(Base):
    """What was said of an invoice or a payment: by the other side, its own, or an authority."""

    __tablename__ = "voucher_answer"
    __table_args__ = (Index(None, "voucher_id", "id"), Index(None, "move", "due_at"), RECORD)

    id: Mapped[Id]
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"))
    move: Mapped[VoucherMove]
    reason: Mapped[str] = mapped_column(String(500))
    answered_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    by_org_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    answered_at: Mapped[Instant]
    # By when whoever's turn it is then has to act: a dispute has a reply, and a decision.
    due_at: Mapped[Instant | None]


class PaymentTerm(Base):
    """Where the payment of a contract stands, and when time must look at it next."""

    __tablename__ = "payment_term"
    __table_args__ = (Index(None, "state", "next_check_at"),)

    id: Mapped[Id]
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"), unique=True)
    state: Mapped[TermState]
    open_fen: Mapped[Fen]
    due_on: Mapped[date | None]
    next_check_at: Mapped[Instant | None]


class PaymentOverdue(Base):
    """An owner let the last day of a payment pass. It stays, also when the money comes later."""

    __tablename__ = "payment_overdue"
    __table_args__ = (UniqueConstraint("contract_id", "due_on"), Index(None, "at"), RECORD)

    id: Mapped[Id]
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    due_on: Mapped[date]
    open_fen: Mapped[Fen]
    regulation_id: Mapped[str] = mapped_column(String(80))
    at: Mapped[Instant]
