"""What every step of a re-review shares: the move, the term that begins, and the log entry."""

import hashlib
from datetime import datetime

from market.clocks.actions.record import tell_later
from market.contracts.examining.record import service_clock
from market.contracts.reports import timing as reports
from market.db import UnitOfWork
from market.journal import Entry, encode
from market.rereview import queries
from market.rereview.journal import RereviewMoved
from market.rereview.model import Rereview
from market.rereview.rules import WITH_EXPERTS, RereviewMove, advance

# Accounts stand beside firms elsewhere in the log, and would say who disputes.
BY_PLATFORM = "platform"


def step(
    work: UnitOfWork, row: Rereview, move: RereviewMove, *, due_at: datetime | None = None
) -> None:
    """Move a re-review, let its next term begin, and say so."""
    was, row.state = row.state, advance(row.state, move)
    if was in WITH_EXPERTS and row.state not in WITH_EXPERTS:
        # The experts are done: nobody is kept from knowing whose work it is about any more.
        contract = queries.contract_of(work, row)
        for clock in (service_clock(work, contract), *reports.all_of(work, contract)):
            tell_later(work, clock, row.asked_at)
    row.since_at, row.due_at, row.next_check_at = work.now, due_at, due_at
    row.overdue = False
    if due_at is None:
        row.forget_term()
    say_moved(work, row)


def say_moved(work: UnitOfWork, row: Rereview) -> None:
    """Tell the log where a re-review stands, and nothing of whose it is."""
    tell_log(
        work,
        RereviewMoved(
            rereview=row.number,
            item=queries.item_of(work, row),
            commitment=commitment_of(work, row),
            state=row.state,
            due_at=row.due_at,
        ),
    )


def commitment_of(work: UnitOfWork, row: Rereview) -> str:
    """Return what binds a re-review to its contract without naming it."""
    number = queries.contract_of(work, row).number
    text = f"zjcs/rereview/v1\n{row.number}\n{number}\n{row.salt}\n"
    return hashlib.sha256(text.encode()).hexdigest()


def tell_log(work: UnitOfWork, entry: Entry) -> int:
    """Hand an entry to the log without the account that acted."""
    return work.submit(encode(entry, by=BY_PLATFORM, at=work.now))
