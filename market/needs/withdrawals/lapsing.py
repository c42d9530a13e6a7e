"""A request that was not decided before its notice ended asks for nothing any more."""

from sqlalchemy import select

from market.db import UnitOfWork
from market.needs.model import Need
from market.needs.withdrawals.model import NeedWithdrawal
from market.needs.withdrawals.rules import WithdrawalMove, WithdrawalState, advance


def lapse(work: UnitOfWork, need: Need) -> None:
    """Let an undecided request of a need lapse: its notice is not open any more."""
    found = select(NeedWithdrawal).where(
        NeedWithdrawal.need_id == need.id, NeedWithdrawal.state == WithdrawalState.ASKED
    )
    for row in work.session.scalars(found):
        row.state = advance(row.state, WithdrawalMove.LAPSE)
        row.state_since = work.now
