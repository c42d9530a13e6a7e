"""Invoices, payments and add-on contracts, made by the real actions."""

from market.contracts.model import Contract
from market.db import UnitOfWork, unit_of_work
from market.payments import actions, queries
from market.payments.actions import VoucherFacts
from market.payments.model import PaymentTerm
from market.payments.queries import Ledger
from market.supplements import actions as supplements
from market.supplements import queries as supplement_queries
from market.supplements.model import Supplement
from market.supplements.rules import Ground
from tests.market.factories.contracts import Agreed, a_file
from tests.market.factories.firms import Person

WHY = "现场地质条件与资料不符，须增加钻孔六个。"
WRONG = "金额与双方核对的工作量不一致，请重新开具。"


def contract_in(work: UnitOfWork, agreed: Agreed) -> Contract:
    """Return the contract within a unit of work."""
    return work.session.get_one(Contract, agreed.contract_id)


def an_invoice(agreed: Agreed, fen: int, reference: str = "25512000000000000001") -> None:
    """Let the firm record an invoice of today."""
    with agreed.work(agreed.firm) as work:
        facts = VoucherFacts(reference=reference, dated_on=work.today, amount_fen=fen)
        stored = a_file(agreed.here, work, "发票.pdf")
        actions.invoice(work, contract_in(work, agreed), facts, stored)


def a_payment(agreed: Agreed, fen: int, reference: str = "FK-0001") -> None:
    """Let the owner record a payment of today."""
    with agreed.work(agreed.owner) as work:
        facts = VoucherFacts(reference=reference, dated_on=work.today, amount_fen=fen)
        actions.pay(work, contract_in(work, agreed), facts)


def answered(agreed: Agreed, person: Person, sequence: int, *, confirmed: bool) -> None:
    """Let a side confirm or dispute a record."""
    with agreed.work(person) as work:
        reason = "" if confirmed else WRONG
        actions.answer(
            work, contract_in(work, agreed), sequence, confirmed=confirmed, reason=reason
        )


def corrected(agreed: Agreed, person: Person, sequence: int, reference: str = "CX-0001") -> None:
    """Let a side take a record of its own back."""
    with agreed.work(person) as work:
        actions.correct(
            work, contract_in(work, agreed), sequence, reference=reference, reason=WRONG
        )


def ledger(agreed: Agreed) -> Ledger:
    """Return all money of a contract."""
    with agreed.work() as work:
        return queries.ledger_of(work, contract_in(work, agreed))


def term(agreed: Agreed) -> PaymentTerm:
    """Return where the payment of a contract stands."""
    with agreed.work() as work:
        found = queries.term_of(work, contract_in(work, agreed))
    assert found is not None
    return found


def proposed(agreed: Agreed, fen: int, person: Person | None = None) -> Supplement:
    """Let the firm, unless it is another, propose an add-on contract."""
    with agreed.work(person or agreed.firm) as work:
        return supplements.propose(
            work, contract_in(work, agreed), amount_fen=fen, ground=Ground.UNFORESEEN, reason=WHY
        )


def agreed_to(agreed: Agreed, row: Supplement, person: Person | None = None) -> Supplement:
    """Let the owner, unless it is another, agree to an add-on contract."""
    with agreed.work(person or agreed.owner) as work:
        found, contract = supplement_queries.for_party(work, row.number)
        supplements.agree(work, found, contract)
        return found


def decided(agreed: Agreed, row: Supplement, decider: Person, *, approved: bool) -> Supplement:
    """Let an authority decide about an add-on contract."""
    with unit_of_work(agreed.here.sessions, decider.actor, agreed.here.clock) as work:
        found, contract = supplement_queries.for_decider(work, row.number)
        supplements.decide(work, found, contract, approved=approved, reason=WHY)
        return found
