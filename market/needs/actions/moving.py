"""Each move of a need: its state, and the entry that says so."""

from market.db import UnitOfWork
from market.needs import timing
from market.needs.changes.lapsing import lapse
from market.needs.errors import NoReasonError
from market.needs.journal import NeedMoved
from market.needs.model import Need, NeedReturn
from market.needs.rules import Move, NeedState, advance
from market.needs.withdrawals.lapsing import lapse as lapse_withdrawal

REASON_SHORTEST = 5


def step(work: UnitOfWork, need: Need, move: Move) -> None:
    """Move a need along, also as its draw, award and contract go on."""
    if need.state is NeedState.OPEN:
        lapse(work, need)
        lapse_withdrawal(work, need)
    was, need.state = need.state, advance(need.state, move)
    need.state_since = work.now
    work.record(NeedMoved(need=need.number, move=move, state=need.state))
    timing.follow(work, need, was)


def register_return(work: UnitOfWork, need: Need, move: Move, reason: str) -> None:
    """Move a need back with the reason, which is registered.

    Raises:
        NoReasonError: It says too little.
    """
    text = reason.strip()
    if len(text) < REASON_SHORTEST:
        raise NoReasonError
    step(work, need, move)
    row = NeedReturn(need_id=need.id, move=move, reason=text, by_id=work.user_id, at=work.now)
    work.session.add(row)
