"""Finding invoices and payments. What an actor may not know of is missing, not forbidden."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, case, exists, func, or_, select

from market import regulations
from market.accounts.model import Organisation
from market.calendar import UnknownYearError, binding_until, provisional_calendar
from market.clock import beijing_day
from market.clocks.counting import last_day_before
from market.contracts.ending import sums
from market.contracts.ending.rules import Sums
from market.contracts.model import Contract
from market.contracts.queries import PUBLIC
from market.contracts.rules import ContractState
from market.db import UnitOfWork
from market.errors import MissingError
from market.payments import terms
from market.payments.model import PaymentOverdue, PaymentTerm, Voucher, VoucherAnswer
from market.payments.rules import (
    CORRECTED_BY,
    Debt,
    Owed,
    TermState,
    VoucherKind,
    VoucherMove,
    VoucherState,
    advance,
    due_on,
    owed,
    resumed_on,
)
from market.supplements.queries import effective_fen, locked_contract

K, S = VoucherKind, VoucherState
# A dispute that has not come to its end, or that was right and is not mended.
UNSETTLED: Final = frozenset({S.DISPUTED, S.INSISTED, S.FAULTED})
SUBJECT: Final = terms.SUBJECT
LAW: Final = "payment"
PAY_DAYS: Final = "public_owner.pay_days"
ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A record of money as it stands: its state is read from the records about it."""

    voucher: Voucher
    state: VoucherState | None
    answers: Sequence[VoucherAnswer]
    corrects: int | None

    @property
    def stands(self) -> bool:
        """Whether it is an invoice or a payment that was not taken back."""
        return self.state is not None and self.state is not S.CORRECTED

    @property
    def counts(self) -> bool:
        """Whether it counts in the sums: it stands, and no authority found it wrong."""
        return self.stands and self.state is not S.FAULTED

    @property
    def due_at(self) -> datetime | None:
        """By when a dispute about it has to go on."""
        is_open = self.state in {S.DISPUTED, S.INSISTED}
        return terms.due_now(self.answers[-1]) if self.answers and is_open else None

    def due_on(self, over_on: date | None, days: int) -> date | None:
        """Return its last day as an invoice; a dispute that is over only stopped the term."""
        received_on = beijing_day(self.voucher.recorded_at)
        last_on = due_on(over_on, received_on, days)
        disputed = next((each for each in self.answers if each.move is VoucherMove.DISPUTE), None)
        if disputed is None or self.state not in {S.UPHELD, S.CONFIRMED} or over_on is None:
            return last_on
        return resumed_on(
            last_on,
            from_on=max(over_on, received_on),
            # Whoever has an invoice at 0:00 has the day, as on its clock.
            disputed_on=last_day_before(disputed.answered_at),
            decided_on=last_day_before(self.answers[-1].answered_at),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """All money of a contract: agreed, invoiced, paid."""

    contract: Contract
    added_fen: int
    lines: Sequence[Line]

    @property
    def agreed_fen(self) -> int:
        """The contract and its effective add-ons; what was settled, where it was ended so."""
        if self.contract.settled_fen is not None:
            return self.contract.settled_fen
        return self.contract.price_fen + self.added_fen

    @property
    def more_fen(self) -> int:
        """What the effective add-ons give; nothing of it is apart in what was settled."""
        return 0 if self.contract.settled_fen is not None else self.added_fen

    @property
    def invoiced_fen(self) -> int:
        """All invoices that count."""
        return self._sum(K.INVOICE)

    @property
    def paid_fen(self) -> int:
        """All payments that count."""
        return self._sum(K.PAYMENT)

    @property
    def disputed(self) -> int:
        """How many records the other side disputes."""
        return sum(line.state in UNSETTLED for line in self.lines)

    def owed(self, days: int) -> Owed:
        """Return what is open: disputed invoices are not asked for, disputed payments no help.

        A contract that was ended owes what is invoiced as one whose work is accepted.
        """
        over_at = self.contract.accepted_at or self.contract.ended_at
        over_on = beijing_day(over_at) if over_at else None
        debts = [
            Debt(amount_fen=line.voucher.amount_fen, due_on=_moved(line.due_on(over_on, days)))
            for line in self.good_invoices
        ]
        return owed(debts, self.good_fen)

    @property
    def good_invoices(self) -> list[Line]:
        """The invoices that are asked for now: neither taken back nor in dispute."""
        return self._good(K.INVOICE)

    @property
    def good_fen(self) -> int:
        """What was paid without dispute."""
        return sum(line.voucher.amount_fen for line in self._good(K.PAYMENT))

    def _sum(self, kind: VoucherKind) -> int:
        return sum(
            line.voucher.amount_fen
            for line in self.lines
            if line.voucher.kind is kind and line.counts
        )

    def _good(self, kind: VoucherKind) -> list[Line]:
        return [
            line
            for line in self.lines
            if line.voucher.kind is kind and line.state in {S.PENDING, S.CONFIRMED, S.UPHELD}
        ]


def _moved(day: date | None) -> date | None:
    """Return a last day, or the working day after the holiday it falls on; None if unknown.

    民法典第二百零三条第一款. In a year without a holiday notice nothing is guessed.
    """
    calendar = provisional_calendar()
    try:
        while day is not None and not calendar.is_working_day(day):
            day += ONE_DAY
    except UnknownYearError:
        return None
    return day


def ledger_of(work: UnitOfWork, contract: Contract) -> Ledger:
    """Return all money of a contract, the first record first."""
    vouchers = work.session.scalars(
        select(Voucher).where(Voucher.contract_id == contract.id).order_by(Voucher.sequence)
    ).all()
    answers: dict[int, list[VoucherAnswer]] = {}
    for answer in work.session.scalars(
        select(VoucherAnswer)
        .where(VoucherAnswer.voucher_id.in_([row.id for row in vouchers]))
        .order_by(VoucherAnswer.id)
    ):
        answers.setdefault(answer.voucher_id, []).append(answer)
    corrected = {row.corrects_id for row in vouchers}
    sequences = {row.id: row.sequence for row in vouchers}
    return Ledger(
        contract=contract,
        added_fen=effective_fen(work, contract),
        lines=[
            Line(
                voucher=row,
                state=_state(row, answers.get(row.id, []), is_corrected=row.id in corrected),
                answers=answers.get(row.id, []),
                corrects=sequences.get(row.corrects_id) if row.corrects_id else None,
            )
            for row in vouchers
        ],
    )


def owed_now(work: UnitOfWork, contract: Contract) -> Owed:
    """Return what is still to be paid of a contract, and the earliest day on which some is due.

    The regulation in force when the contract was signed says how many days there are.
    """
    law = regulations.in_force(LAW, contract.signed_on)
    return ledger_of(work, contract).owed(law.integer(PAY_DAYS))


def _state(
    row: Voucher, answers: Sequence[VoucherAnswer], *, is_corrected: bool
) -> VoucherState | None:
    if row.kind not in CORRECTED_BY:
        return None
    state = S.PENDING
    for answer in answers:
        state = advance(state, answer.move)
    return advance(state, VoucherMove.CORRECT) if is_corrected else state


def line_of(ledger: Ledger, sequence: int) -> Line:
    """Return one record of a contract's money.

    Raises:
        MissingError: There is none.
    """
    for line in ledger.lines:
        if line.voucher.sequence == sequence:
            return line
    raise MissingError


def is_used(work: UnitOfWork, org_id: int, kind: VoucherKind, reference: str) -> bool:
    """Whether an organisation has recorded a number of this kind before."""
    found = exists().where(
        Voucher.by_org_id == org_id, Voucher.kind == kind, Voucher.reference == reference
    )
    return bool(work.session.scalar(select(found)))


def has_file(work: UnitOfWork, contract: Contract, file_id: int) -> bool:
    """Whether a file belongs to a record of a contract's money."""
    found = exists().where(Voucher.contract_id == contract.id, Voucher.file_id == file_id)
    return bool(work.session.scalar(select(found)))


def term_of(work: UnitOfWork, contract: Contract) -> PaymentTerm | None:
    """Return where the payment of a contract stands; None before its first record."""
    return work.session.scalar(select(PaymentTerm).where(PaymentTerm.contract_id == contract.id))


def overdues_of(work: UnitOfWork, contract: Contract) -> Sequence[PaymentOverdue]:
    """Return how often the owner let a payment's last day pass, the first one first."""
    return work.session.scalars(
        select(PaymentOverdue)
        .where(PaymentOverdue.contract_id == contract.id)
        .order_by(PaymentOverdue.id)
    ).all()


def due_ids(work: UnitOfWork, limit: int, after_id: int = 0) -> Sequence[int]:
    """Return the contracts whose payment time must look at, by id."""
    return work.session.scalars(
        select(PaymentTerm.contract_id)
        .join(Contract, Contract.id == PaymentTerm.contract_id)
        .where(
            or_(
                PaymentTerm.next_check_at <= binding_until(work.now),
                (PaymentTerm.state == TermState.WAITING)
                & PaymentTerm.next_check_at.is_(None)
                & Contract.state.in_((ContractState.ACCEPTED, ContractState.ENDED)),
            ),
            PaymentTerm.contract_id > after_id,
        )
        .order_by(PaymentTerm.contract_id)
        .limit(limit)
    ).all()


def sums_of(work: UnitOfWork, contract_ids: Iterable[int]) -> Mapping[int, tuple[int, int]]:
    """Return what is invoiced and paid of some contracts, by their ids."""
    rows = work.session.execute(
        select(Voucher.contract_id, INVOICED, PAID)
        .where(Voucher.contract_id.in_(list(contract_ids)))
        .group_by(Voucher.contract_id)
    )
    return {key: (int(invoiced), int(paid)) for key, invoiced, paid in rows}


def _counted() -> ColumnElement[bool]:
    """Return the condition of ``Line.counts``: not taken back, and not found wrong.

    Whoever disputed what an authority found wrong may still withdraw that; then it counts again.
    """
    correcting = Voucher.__table__.alias("correcting")

    def said(move: VoucherMove) -> ColumnElement[bool]:
        return (
            exists()
            .where(VoucherAnswer.voucher_id == Voucher.id, VoucherAnswer.move == move)
            .correlate(Voucher)
        )

    taken_back = exists().where(correcting.c.corrects_id == Voucher.id).correlate(Voucher)
    return ~taken_back & (~said(VoucherMove.FAULT) | said(VoucherMove.CONFIRM))


def _sum_of(kind: VoucherKind) -> ColumnElement[int]:
    """Return the sum of what counts of a kind, as a column."""
    counted = case(((Voucher.kind == kind) & _counted(), Voucher.amount_fen), else_=0)
    return func.coalesce(func.sum(counted), 0)


INVOICED: Final = _sum_of(K.INVOICE)
PAID: Final = _sum_of(K.PAYMENT)


def terms_of(work: UnitOfWork, contract_ids: Iterable[int]) -> Mapping[int, PaymentTerm]:
    """Return where the payments of some contracts stand, by their ids."""
    rows = work.session.scalars(
        select(PaymentTerm).where(PaymentTerm.contract_id.in_(list(contract_ids)))
    )
    return {row.contract_id: row for row in rows}


def count_overdue_since(work: UnitOfWork, owner: Organisation, since: datetime) -> int:
    """Return how often an owner let a payment's last day pass since an instant."""
    return (
        work.session.scalar(
            select(func.count(PaymentOverdue.id))
            .join(Contract, Contract.id == PaymentOverdue.contract_id)
            .where(Contract.owner_org_id == owner.id, PaymentOverdue.at >= since)
        )
        or 0
    )


def to_pay(work: UnitOfWork) -> list[tuple[PaymentTerm, Contract]]:
    """Return the contracts of the actor's organisation, their owner, with money to be paid."""
    rows = work.session.execute(
        select(PaymentTerm, Contract)
        .join(Contract, Contract.id == PaymentTerm.contract_id)
        .where(
            Contract.owner_org_id == work.actor.org_id,
            PaymentTerm.state.in_((TermState.RUNNING, TermState.OVERDUE)),
        )
        .order_by(PaymentTerm.due_on, PaymentTerm.id)
    )
    return [(term, contract) for term, contract in rows]


def to_answer(work: UnitOfWork) -> list[tuple[Voucher, Contract]]:
    """Return the records of the other side that the actor's organisation has not answered."""
    rows = work.session.execute(
        select(Voucher, Contract)
        .join(Contract, Contract.id == Voucher.contract_id)
        .where(
            Voucher.kind.in_(CORRECTED_BY),
            Voucher.by_org_id != work.actor.org_id,
            or_(
                Contract.owner_org_id == work.actor.org_id,
                Contract.firm_org_id == work.actor.org_id,
            ),
            Contract.state.in_(PUBLIC),
            ~exists().where(VoucherAnswer.voucher_id == Voucher.id),
            Voucher.id.not_in(select(Voucher.corrects_id).where(Voucher.corrects_id.is_not(None))),
        )
        .order_by(Voucher.id)
    )
    return [(voucher, contract) for voucher, contract in rows]


def _sums(work: UnitOfWork, contract: Contract) -> Sums:
    """Return what a settlement lies between; the contract is held until the work ends."""
    ledger = ledger_of(work, locked_contract(work, contract.id))
    return Sums(agreed_fen=ledger.agreed_fen, invoiced_fen=ledger.invoiced_fen)


sums.provide(_sums)
