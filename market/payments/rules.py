"""The rules of invoices and payments: their moves, their caps, and when money is due.

Pure functions, no I/O.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from market.errors import MarketError, msgid
from market.money import yuan


class VoucherKind(StrEnum):
    """What a record of money says. Nothing is edited: a correction is a record of its own."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit-note"
    PAYMENT = "payment"
    REVERSAL = "reversal"


CORRECTED_BY: Final[Mapping[VoucherKind, VoucherKind]] = MappingProxyType(
    {
        VoucherKind.INVOICE: VoucherKind.CREDIT_NOTE,
        VoucherKind.PAYMENT: VoucherKind.REVERSAL,
    }
)


class VoucherState(StrEnum):
    """Where an invoice or a payment stands with the other side."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"
    CORRECTED = "corrected"
    # Its own side does not accept the dispute: an authority decides.
    INSISTED = "insisted"
    UPHELD = "upheld"
    FAULTED = "faulted"


class VoucherMove(StrEnum):
    """What is done to an invoice or a payment: by the other side, or by its own."""

    CONFIRM = "confirm"
    DISPUTE = "dispute"
    CORRECT = "correct"
    INSIST = "insist"
    UPHOLD = "uphold"
    FAULT = "fault"


S, M = VoucherState, VoucherMove
MOVES: Final[Mapping[tuple[VoucherState, VoucherMove], VoucherState]] = MappingProxyType(
    {
        (S.PENDING, M.CONFIRM): S.CONFIRMED,
        (S.PENDING, M.DISPUTE): S.DISPUTED,
        # Settled between the sides: the dispute is withdrawn.
        (S.DISPUTED, M.CONFIRM): S.CONFIRMED,
        (S.PENDING, M.CORRECT): S.CORRECTED,
        (S.DISPUTED, M.CORRECT): S.CORRECTED,
        # The dispute has an end: a reply, and a decision where the sides do not agree.
        (S.DISPUTED, M.INSIST): S.INSISTED,
        (S.INSISTED, M.CONFIRM): S.CONFIRMED,
        (S.INSISTED, M.CORRECT): S.CORRECTED,
        (S.INSISTED, M.UPHOLD): S.UPHELD,
        (S.INSISTED, M.FAULT): S.FAULTED,
        (S.UPHELD, M.CORRECT): S.CORRECTED,
        (S.FAULTED, M.CONFIRM): S.CONFIRMED,
        (S.FAULTED, M.CORRECT): S.CORRECTED,
        # Found wrong afterwards; what it opens again is owed again.
        (S.CONFIRMED, M.CORRECT): S.CORRECTED,
    }
)


class TermState(StrEnum):
    """Where the payment of a contract's invoices stands."""

    SETTLED = "settled"
    WAITING = "waiting"
    RUNNING = "running"
    OVERDUE = "overdue"


class IllegalVoucherMoveError(MarketError):
    """The record's state does not allow the move."""

    sentence = msgid("这笔记录当前状态不能办理此操作，可能他人已经办理。请刷新页面查看最新状态。")


class VoucherAmountError(MarketError):
    """The amount is not positive."""

    sentence = msgid("金额须大于 0 元。登记有误的，请用冲正，不要登记负数。")

    def __init__(self) -> None:
        super().__init__(field="amount_fen")


class InvoicedOverError(MarketError):
    """All invoices together would exceed the contract."""

    sentence = msgid(
        "开票合计不得超过合同金额（%(rule)s）：合同 %(contract)s 元，"
        "已生效的补充合同 %(added)s 元，已开票 %(done)s 元，本次最多 %(left)s 元。"
        "请核对金额；确需增加的，先办理补充合同。"
    )

    def __init__(self, *, rule: str, contract_fen: int, added_fen: int, done_fen: int) -> None:
        super().__init__(
            field="amount_fen",
            rule=rule,
            contract=yuan(contract_fen),
            added=yuan(added_fen),
            done=yuan(done_fen),
            left=yuan(max(0, contract_fen + added_fen - done_fen)),
        )


class PaidOverError(MarketError):
    """All payments together would exceed the invoices."""

    sentence = msgid(
        "付款合计不得超过开票合计（%(rule)s）：已开票 %(invoiced)s 元，已付款 %(done)s 元，"
        "本次最多 %(left)s 元。请核对金额，或请中介机构先开票。"
    )

    def __init__(self, *, rule: str, invoiced_fen: int, done_fen: int) -> None:
        super().__init__(
            field="amount_fen",
            rule=rule,
            invoiced=yuan(invoiced_fen),
            done=yuan(done_fen),
            left=yuan(max(0, invoiced_fen - done_fen)),
        )


class CreditBelowPaidError(MarketError):
    """Without the invoice more would be paid than is invoiced."""

    sentence = msgid(
        "冲红后开票合计 %(left)s 元，低于已付款 %(paid)s 元（%(rule)s）。"
        "请业主先冲正多付的款项，或先补开发票。"
    )

    def __init__(self, *, rule: str, left_fen: int, paid_fen: int) -> None:
        super().__init__(rule=rule, left=yuan(left_fen), paid=yuan(paid_fen))


def plain_reference(text: str) -> str:
    """Return the number of an invoice or a payment as it is compared: no blank makes another one.

    Args:
        text: As typed, maybe in groups of digits or with wide characters.

    Returns:
        The number without blanks.

    Source: platform default.
    """
    return "".join(unicodedata.normalize("NFKC", text).split())


def advance(state: VoucherState, move: VoucherMove) -> VoucherState:
    """Return the state a move leads an invoice or a payment to.

    Raises:
        IllegalVoucherMoveError: The state does not allow the move.

    Source: issue 4, "Fees"; a platform default.
    """
    try:
        return MOVES[state, move]
    except KeyError:
        raise IllegalVoucherMoveError from None


def check_invoice(
    amount_fen: int, *, contract_fen: int, added_fen: int, done_fen: int, rule: str
) -> None:
    """Refuse an invoice that is not positive or goes beyond the contract.

    Args:
        amount_fen: Of the invoice.
        contract_fen: Of the contract.
        added_fen: Of its effective add-on contracts.
        done_fen: Of all invoices that are not taken back.
        rule: The rule's name; empty where the rules stop nothing.

    Raises:
        VoucherAmountError: The amount is not positive.
        InvoicedOverError: The sum exceeds the contract and its add-ons.

    Source: the regulation's ``invoices.within_contract``; a platform default.
    """
    if amount_fen <= 0:
        raise VoucherAmountError
    if rule and done_fen + amount_fen > contract_fen + added_fen:
        raise InvoicedOverError(
            rule=rule, contract_fen=contract_fen, added_fen=added_fen, done_fen=done_fen
        )


def check_payment(amount_fen: int, *, invoiced_fen: int, done_fen: int, rule: str) -> None:
    """Refuse a payment that is not positive or goes beyond the invoices.

    Args:
        amount_fen: Of the payment.
        invoiced_fen: Of all invoices that are not taken back.
        done_fen: Of all payments that are not taken back.
        rule: The rule's name; empty where the rules stop nothing.

    Raises:
        VoucherAmountError: The amount is not positive.
        PaidOverError: The sum exceeds the invoices.

    Source: the regulation's ``payments.within_invoiced``; a platform default.
    """
    if amount_fen <= 0:
        raise VoucherAmountError
    if rule and done_fen + amount_fen > invoiced_fen:
        raise PaidOverError(rule=rule, invoiced_fen=invoiced_fen, done_fen=done_fen)


def check_credit(amount_fen: int, *, invoiced_fen: int, paid_fen: int, rule: str) -> None:
    """Refuse to take an invoice back that has been paid.

    Args:
        amount_fen: Of the invoice that is taken back.
        invoiced_fen: Of all invoices, this one too.
        paid_fen: Of all payments that are not taken back.
        rule: The rule's name; empty where the rules stop nothing.

    Raises:
        CreditBelowPaidError: More would be paid than is invoiced.

    Source: the regulation's ``payments.within_invoiced``; a platform default.
    """
    left = invoiced_fen - amount_fen
    if rule and left < paid_fen:
        raise CreditBelowPaidError(rule=rule, left_fen=left, paid_fen=paid_fen)


def due_on(accepted_on: date | None, received_on: date, days: int) -> date | None:
    """Return the last day on which an invoice is paid in time.

    Args:
        accepted_on: When the work was accepted; None if it is not.
        received_on: When the owner had the invoice.
        days: How many calendar days the regulation gives.

    Returns:
        The days counted from the later of both, the next day being the first; None before the
        work is accepted.

    Source: 保障中小企业款项支付条例 (days from delivery or the passed inspection); that they do
    not begin before the invoice is there is a platform default.
    """
    if accepted_on is None:
        return None
    return max(accepted_on, received_on) + timedelta(days=days)


def resumed_on(
    last_on: date | None, *, from_on: date, disputed_on: date, decided_on: date
) -> date | None:
    """Return the last day of an invoice whose dispute is over: found wrong, or withdrawn.

    Args:
        last_on: The last day without the dispute; None before the work is accepted.
        from_on: The day after which the term runs.
        disputed_on: When the dispute was raised.
        decided_on: When it was found wrong, or withdrawn.

    Returns:
        The days that were left when it was disputed, counted from the decision on; unchanged if
        the last day had passed before the dispute: nobody buys time by disputing late.

    Source: platform default (docs/adr/0046).
    """
    if last_on is None or disputed_on > last_on:
        return last_on
    stopped = (decided_on - max(disputed_on, from_on)).days
    return last_on + timedelta(days=max(0, stopped))


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """What an invoice asks for, and until when; no day before the work is accepted."""

    amount_fen: int
    due_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """What is still to be paid, and the earliest day on which some of it is due."""

    open_fen: int
    due_on: date | None


def owed(debts: Sequence[Debt], paid_fen: int) -> Owed:
    """Return what payments leave open: each pays the oldest invoice first.

    Args:
        debts: The invoices that count, the oldest first.
        paid_fen: All payments that count.

    Returns:
        ``due_on`` is the earliest day of the invoices that are not wholly paid, whatever their
        order: one that was disputed may be due after a later one.

    Source: platform default.
    """
    left = unpaid(debts, paid_fen)
    days = [
        debt.due_on
        for debt, fen in zip(debts, left, strict=True)
        if fen and debt.due_on is not None
    ]
    return Owed(open_fen=sum(left), due_on=min(days, default=None))


def unpaid(debts: Sequence[Debt], paid_fen: int) -> list[int]:
    """Return what payments leave open of each invoice: each pays the oldest first.

    Args:
        debts: The invoices that count, the oldest first.
        paid_fen: All payments that count.

    Returns:
        One sum for each invoice, none of them negative.

    Source: platform default.
    """
    found, left = list[int](), paid_fen
    for debt in debts:
        found.append(max(0, debt.amount_fen - left))
        left = max(0, left - debt.amount_fen)
    return found


def term_state(now_owed: Owed, today: date) -> TermState:
    """Return where the payment stands on a day.

    Args:
        now_owed: What is open.
        today: The present day in Beijing.

    Source: 保障中小企业款项支付条例.
    """
    if not now_owed.open_fen:
        return TermState.SETTLED
    if now_owed.due_on is None:
        return TermState.WAITING
    return TermState.OVERDUE if today > now_owed.due_on else TermState.RUNNING
