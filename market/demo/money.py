"""What the city's contracts cost in the end: more that was agreed, invoices, payments."""

from datetime import timedelta
from typing import Final

from market.contracts.model import Contract
from market.db import Actor, UnitOfWork
from market.demo.acting import Acting
from market.demo.people import Office
from market.demo.timeline import Story, later
from market.needs.queries import by_id
from market.payments import actions as payments
from market.payments.actions import VoucherFacts
from market.supplements import actions as supplements
from market.supplements.queries import for_decider, for_party
from market.supplements.rules import Ground

ADDED_PERCENT: Final = 6


def add_on(act: Acting, owner: Office, firm: Actor, contract_id: int) -> Story:
    """Let a firm propose more work, the owner agree, and the authority approve it."""
    yield later(act.now(), 2, 10)
    with act.work(firm) as work:
        contract = _get(work, contract_id)
        number = supplements.propose(
            work,
            contract,
            amount_fen=contract.price_fen * ADDED_PERCENT // 10_000 * 100,
            ground=Ground.UNFORESEEN,
            reason="开挖后发现两处基础与竣工图不符，须增加检测点位，附现场记录。",
        ).number
    yield later(act.now(), 1, 11)
    with act.work(owner.people[0]) as work:
        supplements.agree(work, *for_party(work, number))
    yield later(act.now(), 1, 15)
    with act.reading() as work:
        authority = act.authority_of(by_id(work, _get(work, contract_id).need_id).item_code)
    with act.work(authority.people[1]) as work:
        supplements.decide(
            work,
            *for_decider(work, number),
            approved=True,
            reason="增加的点位有现场记录为证，金额在原合同的百分之十以内，同意。",
        )


def settle(act: Acting, owner: Office, firm: Actor, contract_id: int, *, pays: bool) -> Story:
    """Let the firm invoice accepted or settled work; the owner pays, or lets its time pass."""
    yield later(act.now(), 2, 9, 50)
    with act.work(firm) as work:
        contract = _get(work, contract_id)
        stored = act.paper(work, f"发票 {contract.number}")
        facts = _facts(work, f"2651200000000{contract_id:07d}", _owed_fen(contract))
        payments.invoice(work, contract, facts, stored)
    yield act.now() + timedelta(hours=5)
    _confirm(act, owner.people[0], contract_id, 1)
    if not pays:
        return
    yield later(act.now(), 6, 14)
    with act.work(owner.people[0]) as work:
        contract = _get(work, contract_id)
        payments.pay(work, contract, _facts(work, f"ZF-{contract_id:04d}", _owed_fen(contract)))
    yield later(act.now(), 1, 10)
    _confirm(act, firm, contract_id, 2)


def _owed_fen(contract: Contract) -> int:
    return contract.price_fen if contract.settled_fen is None else contract.settled_fen


def _confirm(act: Acting, who: Actor, contract_id: int, sequence: int) -> None:
    act.do(
        who,
        lambda work: payments.answer(work, _get(work, contract_id), sequence, confirmed=True),
    )


def _facts(work: UnitOfWork, reference: str, fen: int) -> VoucherFacts:
    return VoucherFacts(reference=reference, dated_on=work.today, amount_fen=fen)


def _get(work: UnitOfWork, contract_id: int) -> Contract:
    return work.session.get_one(Contract, contract_id)
