"""Finding requests to withdraw a notice."""

from collections.abc import Sequence

from sqlalchemy import select

from market.db import UnitOfWork
from market.errors import MissingError
from market.needs.model import Need
from market.needs.withdrawals.model import NeedWithdrawal
from market.needs.withdrawals.rules import WithdrawalState


def of_need(work: UnitOfWork, need: Need) -> Sequence[NeedWithdrawal]:
    """Return the requests to withdraw a need's notices, the latest first."""
    return work.session.scalars(
        select(NeedWithdrawal)
        .where(NeedWithdrawal.need_id == need.id)
        .order_by(NeedWithdrawal.id.desc())
    ).all()


def open_of(work: UnitOfWork, need: Need) -> NeedWithdrawal | None:
    """Return the request that waits for a decision, if there is one."""
    return work.session.scalar(
        select(NeedWithdrawal).where(
            NeedWithdrawal.need_id == need.id, NeedWithdrawal.state == WithdrawalState.ASKED
        )
    )


def one_of(work: UnitOfWork, need: Need, withdrawal_id: int) -> NeedWithdrawal:
    """Return a request of a need as it stands now; the caller has locked the need.

    Raises:
        MissingError: The need has no such request.
    """
    found = work.session.scalar(
        select(NeedWithdrawal)
        .where(NeedWithdrawal.id == withdrawal_id, NeedWithdrawal.need_id == need.id)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise MissingError
    return found


def waiting(work: UnitOfWork, owner_org_id: int) -> list[tuple[NeedWithdrawal, Need]]:
    """Return what an owner has to decide, with the needs, the oldest first."""
    rows = work.session.execute(
        select(NeedWithdrawal, Need)
        .join(Need, Need.id == NeedWithdrawal.need_id)
        .where(NeedWithdrawal.state == WithdrawalState.ASKED, Need.owner_org_id == owner_org_id)
        .order_by(NeedWithdrawal.state_since, NeedWithdrawal.id)
    )
    return [(row, need) for row, need in rows]
