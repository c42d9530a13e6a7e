"""Recording invoices and payments, answering and correcting them. Each deed is one record.

Every deed locks the contract first: what is counted against a cap is counted by one at a time.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from market.calendar import binding_until, end_of, provisional_calendar
from market.clock import beijing_day
from market.clocks.card_rules import Trigger
from market.contracts.model import Contract
from market.contracts.queries import PUBLIC
from market.db import UnitOfWork
from market.errors import MissingError, SeparationOfSidesError, msgid
from market.files import StoredFile
from market.firms.actions import require_authority
from market.firms.entry import Deed
from market.needs.queries import by_id as need_by_id
from market.payments import queries, timing
from market.payments.errors import (
    NotCorrectableError,
    NotInForceError,
    ReferenceUsedError,
    VoucherDayError,
    VoucherReasonError,
)
from market.payments.journal import PaymentFellDue, VoucherAnswered, VoucherRecorded
from market.payments.model import PaymentOverdue, PaymentTerm, Voucher, VoucherAnswer
from market.payments.queries import Ledger, Line
from market.payments.rules import (
    CORRECTED_BY,
    TermState,
    VoucherKind,
    VoucherMove,
    advance,
    check_credit,
    check_invoice,
    check_payment,
    plain_reference,
    term_state,
)
from market.reasons import long_enough
from market.rulebook import apply
from market.supervision.actions import give_card
from market.supplements.queries import locked_contract

REASON_SHORTEST: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherFacts:
    """What a side says of an invoice or a payment, as typed on its form."""

    reference: str
    dated_on: date
    amount_fen: int
    note: str = ""


def invoice(
    work: UnitOfWork, contract: Contract, facts: VoucherFacts, stored: StoredFile
) -> Voucher:
    """Record an invoice of the firm; the owner is asked to confirm it.

    Raises:
        MissingError: The actor does not act for the contract's firm.
        NotInForceError: The contract is not in force.
        VoucherAmountError, InvoicedOverError: The amount is not possible.
        VoucherDayError, ReferenceUsedError: The facts are not.
        NotAuthorisedError: The delegate's authority does not cover it.
    """
    ledger = _open(work, contract, contract.firm_org_id)
    _require_room(work, ledger, VoucherKind.INVOICE, facts.amount_fen)
    return _record(work, ledger, VoucherKind.INVOICE, facts, stored=stored)


def pay(
    work: UnitOfWork, contract: Contract, facts: VoucherFacts, stored: StoredFile | None = None
) -> Voucher:
    """Record a payment of the owner; the firm is asked to confirm it.

    Raises:
        MissingError: The actor does not act for the contract's owner.
        NotInForceError: The contract is not in force.
        VoucherAmountError, PaidOverError: The amount is not possible.
        VoucherDayError, ReferenceUsedError: The facts are not.
    """
    ledger = _open(work, contract, contract.owner_org_id)
    _require_room(work, ledger, VoucherKind.PAYMENT, facts.amount_fen)
    return _record(work, ledger, VoucherKind.PAYMENT, facts, stored=stored)


def correct(
    work: UnitOfWork, contract: Contract, sequence: int, *, reference: str, reason: str
) -> Voucher:
    """Take an invoice or a payment of one's own side back as a whole, by a record of its own.

    Raises:
        MissingError: There is no such record of the actor's side.
        NotCorrectableError: It is itself a correction.
        IllegalVoucherMoveError: It has been taken back.
        CreditBelowPaidError: The invoice has been paid.
        VoucherReasonError, ReferenceUsedError: The facts are not possible.
    """
    words = reason_of(reason)
    ledger = _open(work, contract, work.org_id)
    line = queries.line_of(ledger, sequence)
    if line.voucher.by_org_id != work.org_id:
        raise MissingError
    _advance(line, VoucherMove.CORRECT)
    if line.voucher.kind is VoucherKind.INVOICE:
        check_credit(
            line.voucher.amount_fen if line.counts else 0,
            invoiced_fen=ledger.invoiced_fen,
            paid_fen=ledger.paid_fen,
            rule=_rule(work, "payments.within_invoiced"),
        )
    facts = VoucherFacts(
        reference=reference,
        dated_on=work.today,
        amount_fen=line.voucher.amount_fen,
        note=words,
    )
    return _record(work, ledger, CORRECTED_BY[line.voucher.kind], facts, corrects=line.voucher)


def answer(
    work: UnitOfWork, contract: Contract, sequence: int, *, confirmed: bool, reason: str = ""
) -> None:
    """Confirm an invoice or a payment of the other side, or dispute it with a reason.

    Raises:
        MissingError: There is no such record.
        SeparationOfSidesError: It is the actor's own side's.
        NotCorrectableError: It is a correction, which needs no answer.
        IllegalVoucherMoveError: It has been answered so, or taken back.
        VoucherReasonError: A dispute has no reason.
        InvoicedOverError, PaidOverError: It was found wrong, and there is no room for it now.
    """
    words = reason.strip() if confirmed else reason_of(reason)
    ledger = _open(work, contract, work.org_id)
    line = queries.line_of(ledger, sequence)
    if line.voucher.by_org_id == work.org_id:
        raise SeparationOfSidesError(msgid("登记票据的一方"), msgid("确认票据的一方"))
    move = VoucherMove.CONFIRM if confirmed else VoucherMove.DISPUTE
    _advance(line, move)
    if not line.counts:  # Found wrong: what is confirmed now counts again.
        _require_room(work, ledger, line.voucher.kind, line.voucher.amount_fen)
    work.session.add(
        VoucherAnswer(
            voucher_id=line.voucher.id,
            move=move,
            reason=words,
            answered_by_id=work.user_id,
            by_org_id=work.org_id,
            answered_at=work.now,
            due_at=None if confirmed else due_after(work, "dispute.reply_working_days"),
        )
    )
    work.session.flush()
    work.record(VoucherAnswered(contract=ledger.contract.number, sequence=sequence, move=move))
    settle(work, ledger.contract)


def due_after(work: UnitOfWork, key: str) -> datetime:
    """Return by when a dispute has to go on, as the rules of today say."""
    return provisional_calendar().due_at(work.today, apply(work, queries.SUBJECT).integer(key))


def settle(work: UnitOfWork, contract: Contract) -> TermState:
    """Write down where the payment of a contract stands now; a day that passed is recorded.

    The regulation in force when the contract was signed says how many days there are.
    """
    law = apply(work, queries.LAW, contract.signed_on)
    ledger = queries.ledger_of(work, contract)
    now_owed = ledger.owed(law.integer(queries.PAY_DAYS))
    timing.follow(work, ledger)
    state = term_state(now_owed, beijing_day(binding_until(work.now)))
    term = queries.term_of(work, contract)
    if term is None:
        term = PaymentTerm(contract_id=contract.id)
        work.session.add(term)
    term.state, term.open_fen, term.due_on = state, now_owed.open_fen, now_owed.due_on
    term.next_check_at = _look_again_at(work, contract, term)
    work.session.flush()
    told = {row.due_on for row in queries.overdues_of(work, contract)}
    if state is TermState.OVERDUE and now_owed.due_on and now_owed.due_on not in told:
        row = PaymentOverdue(
            contract_id=contract.id,
            due_on=now_owed.due_on,
            open_fen=now_owed.open_fen,
            regulation_id=law.id,
            at=work.now,
        )
        work.session.add(row)
        work.record(
            PaymentFellDue(
                contract=contract.number,
                due_on=row.due_on,
                open_fen=row.open_fen,
                regulation=law.id,
            )
        )
        give_card(
            work,
            Trigger.LATE_PAYMENT,
            org_id=contract.owner_org_id,
            subject=f"contract:{contract.id}",
            number=contract.number,
            title=contract.title,
            cause=msgid("付款期限已过，款项没有付清。"),
            happened_at=end_of(now_owed.due_on),
            once=f"payment:{contract.id}:{now_owed.due_on}",
        )
    return state


def _look_again_at(work: UnitOfWork, contract: Contract, term: PaymentTerm) -> datetime | None:
    """Return when time must look again; tomorrow, where only the holidays of a year are missing."""
    if term.state is TermState.RUNNING and term.due_on is not None:
        return end_of(term.due_on)
    is_over = contract.accepted_at is not None or contract.ended_at is not None
    return end_of(work.today) if term.state is TermState.WAITING and is_over else None


def _open(work: UnitOfWork, contract: Contract, org_id: int) -> Ledger:
    """Lock a contract and return its money, for one of its sides."""
    if work.org_id != org_id or org_id not in {contract.owner_org_id, contract.firm_org_id}:
        raise MissingError
    require_authority(work, Deed.CONTRACT, need_by_id(work, contract.need_id).item_code)
    locked = locked_contract(work, contract.id)
    if locked.state not in PUBLIC:
        raise NotInForceError
    return queries.ledger_of(work, locked)


def _require_room(work: UnitOfWork, ledger: Ledger, kind: VoucherKind, amount_fen: int) -> None:
    """Refuse an invoice or a payment for which the sum before it leaves no room."""
    if kind is VoucherKind.INVOICE:
        check_invoice(
            amount_fen,
            contract_fen=ledger.agreed_fen - ledger.more_fen,
            added_fen=ledger.more_fen,
            done_fen=ledger.invoiced_fen,
            rule=_rule(work, "invoices.within_contract"),
        )
    else:
        check_payment(
            amount_fen,
            invoiced_fen=ledger.invoiced_fen,
            done_fen=ledger.paid_fen,
            rule=_rule(work, "payments.within_invoiced"),
        )


def _advance(line: Line, move: VoucherMove) -> None:
    if line.state is None:
        raise NotCorrectableError
    advance(line.state, move)


def _record(
    work: UnitOfWork,
    ledger: Ledger,
    kind: VoucherKind,
    facts: VoucherFacts,
    *,
    stored: StoredFile | None = None,
    corrects: Voucher | None = None,
) -> Voucher:
    contract = ledger.contract
    if not contract.signed_on <= facts.dated_on <= work.today:
        raise VoucherDayError
    reference = plain_reference(facts.reference)
    if queries.is_used(work, work.org_id, kind, reference):
        raise ReferenceUsedError(reference)
    row = Voucher(
        contract_id=contract.id,
        sequence=len(ledger.lines) + 1,
        kind=kind,
        reference=reference,
        dated_on=facts.dated_on,
        amount_fen=facts.amount_fen,
        file_id=stored.id if stored else None,
        corrects_id=corrects.id if corrects else None,
        note=facts.note,
        by_org_id=work.org_id,
        recorded_by_id=work.user_id,
        recorded_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    work.record(
        VoucherRecorded(
            contract=contract.number,
            sequence=row.sequence,
            of=kind,
            dated_on=row.dated_on,
            amount_fen=row.amount_fen,
            file_digest=stored.digest if stored else None,
            corrects=corrects.sequence if corrects else None,
        )
    )
    settle(work, contract)
    return row


def _rule(work: UnitOfWork, key: str) -> str:
    """Return the name of a rule that stops; empty where the rules in force only watch."""
    rules = apply(work, queries.SUBJECT)
    return f"《{rules.title}》" if rules.flag(key) else ""


def reason_of(text: str) -> str:
    """Return why something is disputed, insisted upon, decided or taken back.

    Raises:
        VoucherReasonError: It says too little.
    """
    return long_enough(text, REASON_SHORTEST, VoucherReasonError)
