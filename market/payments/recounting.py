"""The last day of a payment: it is a calendar day, but never one that is off."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy import select

from market.calendar import end_of
from market.contracts.model import Contract
from market.db import UnitOfWork
from market.errors import msgid
from market.holidays.sources import Deadline, Source, declare_source
from market.payments import actions, queries
from market.payments.model import PaymentTerm
from market.payments.rules import TermState
from market.supplements.queries import locked_contract

_OPEN: Final = (TermState.WAITING, TermState.RUNNING)


def read(work: UnitOfWork, after: int, limit: int) -> Sequence[Deadline]:
    """Return the payments that are not late yet, with what is owed of each."""
    rows = work.session.execute(
        select(PaymentTerm, Contract)
        .join(Contract, Contract.id == PaymentTerm.contract_id)
        .where(PaymentTerm.state.in_(_OPEN), PaymentTerm.id > after)
        .order_by(PaymentTerm.id)
        .limit(limit)
    )
    return [
        Deadline(
            id=term.id,
            subject=f"payment:{term.id}",
            about=f"contract:{contract.id}",
            number=contract.number,
            title=contract.title,
            path=f"/payments/{contract.id}",
            org_ids=(),  # The clocks of the invoices tell both sides (``timing``).
            due_at=_end(term),
            due=partial(_due, work, contract),
        )
        for term, contract in rows
    ]


def _end(term: PaymentTerm) -> datetime | None:
    return None if term.due_on is None else end_of(term.due_on)


def _due(work: UnitOfWork, contract: Contract) -> datetime | None:
    """Return when the earliest of what is owed is late, by the calendar that is installed now."""
    found = queries.owed_now(work, contract)
    return None if found.due_on is None else end_of(found.due_on)


def move(work: UnitOfWork, term_id: int) -> tuple[datetime | None, datetime | None]:
    """Write down anew where a payment stands."""
    contract_id = work.session.get_one(PaymentTerm, term_id).contract_id
    contract = locked_contract(work, contract_id)
    term = work.session.get_one(PaymentTerm, term_id, populate_existing=True)
    if term.state not in _OPEN:
        return None, None
    was_at = _end(term)
    actions.settle(work, contract)
    return was_at, _end(term)


PAYMENT: Final = declare_source(
    Source(kind="payment", name=msgid("付款的最后一日"), read=read, move=move)
)
