"""What every step of an ending shares: its term, the log entry, and the end of the contract."""

from typing import Final

from market import regulations
from market.clocks import actions as clocks
from market.clocks.queries import clock_of
from market.clocks.rules import ClockState
from market.contracts import over
from market.contracts.actions.record import move, subject_of
from market.contracts.claims.actions import close as close_claims
from market.contracts.ending import timing
from market.contracts.ending.journal import EndingMoved
from market.contracts.ending.model import ContractEnding
from market.contracts.ending.rules import OPEN, EndingMove, advance
from market.contracts.examining.record import close as close_round
from market.contracts.model import Contract
from market.contracts.reports.record import close as close_reports
from market.contracts.rules import ContractMove
from market.db import UnitOfWork
from market.errors import msgid
from market.salts import salted

SUBJECT: Final = "contract-ending"
# 解约; no other numbers bear it: a gap in a public list looks like something taken away.
SERIES: Final = "JY"


def set_term(work: UnitOfWork, row: ContractEnding, key: str) -> None:
    """Say by when whoever's turn it is has to act."""
    days = regulations.current().by_id(row.regulation_id).integer(key)
    row.due_at = row.count_term(work.today, days)
    timing.begin(work, row, key)


def step(work: UnitOfWork, row: ContractEnding, deed: EndingMove, text: str) -> None:
    """Move an ending and say so; its next term is for the caller to set before."""
    row.state = advance(row.state, deed)
    if row.state not in OPEN:
        row.due_at, row.closed_at = None, work.now
    timing.follow(work, row)
    say(work, row, text)


def say(work: UnitOfWork, row: ContractEnding, text: str) -> None:
    """Tell the public log where an ending stands."""
    work.session.flush()
    work.record(
        EndingMoved(
            ending=row.number,
            contract=work.session.get_one(Contract, row.contract_id).number,
            ending_kind=row.kind,
            state=row.state,
            cause=row.cause,
            fault=row.fault,
            settled_fen=row.settled_fen,
            regulation=row.regulation_id,
            text_digest=salted(work, row.number, text),
        )
    )


def end(work: UnitOfWork, contract: Contract, settled_fen: int | None) -> None:
    """End a contract in force: its service clock stops, what is owed stays owed."""
    move(work, contract, ContractMove.END)
    contract.ended_at = work.now
    contract.settled_fen = settled_fen
    close_round(work, contract)
    close_reports(work, contract)
    close_claims(work, contract)
    clock = clock_of(work, subject_of(contract))
    if clock is not None and clock.state is not ClockState.STOPPED:
        clocks.stop(work, clock, msgid("合同已解除"))
    over.tell(work, contract)
