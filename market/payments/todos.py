"""What there is to do for invoices and payments, as the workbench lists it."""

from flask import url_for
from flask_babel import gettext

from market.access import OrgKind
from market.accounts.todo import Todo
from market.calendar import end_of
from market.contracts.model import Contract
from market.db import UnitOfWork
from market.labels import label_of
from market.payments import disputes, queries, terms
from market.payments.model import Voucher, VoucherAnswer
from market.payments.rules import TermState


def for_parties(work: UnitOfWork) -> list[Todo]:
    """Records of the other side to check, and money to pay."""
    found = [
        Todo(
            what=gettext("核对对方登记的%(kind)s", kind=gettext(label_of(voucher.kind).text)),
            detail=f"{contract.title}（{voucher.reference}）",
            url=url_for("payments.answer", contract_id=contract.id, sequence=voucher.sequence),
        )
        for voucher, contract in queries.to_answer(work)
    ]
    found += [
        Todo(
            what=gettext("答复对方对票据的异议"),
            detail=f"{contract.title}（{voucher.reference}）",
            url=url_for("payments.insist", contract_id=contract.id, sequence=voucher.sequence),
            due_at=terms.due_now(said),
        )
        for voucher, contract, said in disputes.to_reply(work)
    ]
    if work.actor.org_kind != OrgKind.OWNER:
        return found
    return found + [
        Todo(
            what=gettext("支付已逾期的服务费")
            if term.state is TermState.OVERDUE
            else gettext("支付服务费"),
            detail=contract.title,
            url=url_for("payments.show", contract_id=contract.id),
            due_at=end_of(term.due_on) if term.due_on else None,
        )
        for term, contract in queries.to_pay(work)
    ]


def for_decider(work: UnitOfWork) -> list[Todo]:
    """Disputes about money that the authority of the item decides."""
    return [_decide(gettext("认定票据异议"), *found) for found in disputes.to_decide(work)]


def for_supervisor(work: UnitOfWork) -> list[Todo]:
    """Disputes about money that an authority lets lie."""
    words = gettext("督办：主管部门逾期未认定票据异议")
    return [
        Todo(
            what=words,
            detail=f"{contract.number} {contract.title}",
            url=url_for("payments.show", contract_id=contract.id),
            due_at=terms.due_now(said),
        )
        for _, contract, said in disputes.late(work)
    ]


def _decide(what: str, voucher: Voucher, contract: Contract, said: VoucherAnswer) -> Todo:
    return Todo(
        what=what,
        detail=f"{contract.title}（{voucher.reference}）",
        url=url_for("payments.decide", contract_id=contract.id, sequence=voucher.sequence),
        due_at=terms.due_now(said),
    )
