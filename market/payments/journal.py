"""What the public log is told of invoices and payments."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from market.journal import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherRecorded(Entry):
    """A side of a contract recorded an invoice, a payment, or what takes one back."""

    kind: ClassVar[str] = "voucher.recorded.v1"
    contract: str
    sequence: int
    of: str
    dated_on: date
    amount_fen: int
    file_digest: str | None
    corrects: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherAnswered(Entry):
    """The other side confirmed or disputed a record."""

    kind: ClassVar[str] = "voucher.answered.v1"
    contract: str
    sequence: int
    move: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFellDue(Entry):
    """An owner let the last day of a payment pass, by which regulation."""

    kind: ClassVar[str] = "payment.overdue.v1"
    contract: str
    due_on: date
    open_fen: int
    regulation: str
