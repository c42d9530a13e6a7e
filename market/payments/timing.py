"""The clocks of payments: one for each invoice, from the accepted work to the money.

The days are the owner's; while an invoice is disputed they are the firm's until it has replied,
and the authority's until it has decided. A clock is public, as the contract and its money are.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from market import regulations
from market.clocks import actions as clocks
from market.clocks.kinds import PAYMENT
from market.clocks.model import Clock
from market.clocks.queries import clock_of, events_of, runs_for
from market.clocks.rules import ClockState, Party
from market.contracts import over
from market.contracts.model import Contract
from market.db import Actor, UnitOfWork
from market.errors import msgid
from market.payments import queries
from market.payments.model import Voucher
from market.payments.queries import Ledger, Line
from market.payments.rules import Debt, VoucherKind, VoucherState, unpaid

ACTOR: Final = Actor("job:payments")
_S: Final = VoucherState
HOLDERS: Final[Mapping[VoucherState, Party]] = {
    _S.PENDING: Party.OWNER,
    _S.CONFIRMED: Party.OWNER,
    _S.UPHELD: Party.OWNER,
    _S.DISPUTED: Party.FIRM,
    _S.INSISTED: Party.REVIEWER,
}
WHY: Final[Mapping[Party, str]] = {
    Party.OWNER: msgid("恢复计算付款期限"),
    Party.FIRM: msgid("业主对发票有异议，待机构答复"),
    Party.REVIEWER: msgid("机构不接受异议，待主管部门认定"),
}


def of(work: UnitOfWork, invoice: Voucher) -> Clock | None:
    """Return the clock of an invoice, if it has begun."""
    return clock_of(work, _subject(invoice))


def begin(work: UnitOfWork, contract: Contract) -> None:
    """Start the clocks of what is invoiced as the work is accepted, or the contract ends."""
    follow(work, queries.ledger_of(work, contract))


over.provide(begin)


def follow(work: UnitOfWork, ledger: Ledger) -> None:
    """Let the clock of every invoice say what its ledger says now.

    What follows from the ledger is nobody's own entry, whoever has just written in it.
    """
    contract = ledger.contract
    over_at = contract.accepted_at or contract.ended_at
    if over_at is None:
        return
    by_rule = replace(work, actor=ACTOR)
    for line in ledger.lines:
        if line.voucher.kind is not VoucherKind.INVOICE:
            continue
        clock, holder = of(work, line.voucher), _holder(ledger, line)
        if clock is None and holder is not None:
            began_at = max(over_at, line.voucher.recorded_at)
            clock = _begin(by_rule, contract, line.voucher, began_at)
        if clock is not None:
            _turn(by_rule, clock, line, holder)


def _holder(ledger: Ledger, line: Line) -> Party | None:
    """Return whose time it is; none once the invoice is paid, or is none any more."""
    holder = HOLDERS.get(line.state) if line.state is not None else None
    if holder is not Party.OWNER:
        return holder
    good = ledger.good_invoices
    left = unpaid(
        [Debt(amount_fen=g.voucher.amount_fen, due_on=None) for g in good], ledger.good_fen
    )
    return holder if left[good.index(line)] else None


def _begin(work: UnitOfWork, contract: Contract, invoice: Voucher, at: datetime) -> Clock:
    law = regulations.in_force(queries.LAW, contract.signed_on)
    return clocks.start(
        work,
        kind=PAYMENT,
        subject=_subject(invoice),
        number=contract.number,
        title=contract.title,
        holder=Party.OWNER,
        holder_org_id=contract.owner_org_id,
        other_org_id=contract.firm_org_id,
        limit=law.integer(queries.PAY_DAYS),
        regulation=law,
        happened_at=at,
    )


def _turn(work: UnitOfWork, clock: Clock, line: Line, holder: Party | None) -> None:
    stands = clock.state is ClockState.STOPPED
    if holder is None:
        if not stands:
            clocks.stop(work, clock, msgid("已付清，或者发票已冲销"))
    elif stands:
        clocks.reopen(work, clock, holder, WHY[holder], happened_at=_since(work, clock, line))
    elif runs_for(work, clock) is not holder:
        clocks.hand_to(work, clock, holder, WHY[holder])


def _since(work: UnitOfWork, clock: Clock, line: Line) -> datetime:
    """Return since when time passes again: a payment that was none has never stopped it."""
    stopped_at = events_of(work, clock)[-1].happened_at
    is_answered = bool(line.answers) and line.answers[-1].answered_at > stopped_at
    return work.now if is_answered else stopped_at


def _subject(invoice: Voucher) -> str:
    return f"invoice:{invoice.id}"
