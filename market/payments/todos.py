"""What there is to do for invoices and payments, as the workbench lists it."""

from flask import url_for
from flask_babel import gettext

from market.access import OrgKind
from market.accounts.todo import Todo
from market.calendar import end_of
from market.db import UnitOfWork
from market.labels import label_of
from market.payments import queries
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
