"""Finding the days that firms claim for what they handed in."""

from collections.abc import Sequence

from sqlalchemy import select

from market.contracts.claims.model import DeliveryClaim
from market.contracts.claims.rules import ClaimState
from market.contracts.model import Contract, Deliverable
from market.db import UnitOfWork


def of_rounds(work: UnitOfWork, contract: Contract) -> dict[int, DeliveryClaim]:
    """Return the claimed days of a contract's rounds, by the round's row."""
    found = work.session.scalars(
        select(DeliveryClaim).where(DeliveryClaim.contract_id == contract.id)
    )
    return {one.deliverable_id: one for one in found}


def open_of(work: UnitOfWork, contract: Contract) -> Sequence[tuple[DeliveryClaim, Deliverable]]:
    """Return the claimed days that the owner has not answered, the earliest round first."""
    rows = work.session.execute(
        select(DeliveryClaim, Deliverable)
        .join(Deliverable, Deliverable.id == DeliveryClaim.deliverable_id)
        .where(DeliveryClaim.contract_id == contract.id, DeliveryClaim.state == ClaimState.OPEN)
        .order_by(Deliverable.round_no)
    )
    return [(one, deliverable) for one, deliverable in rows]


def waiting_for_us(work: UnitOfWork) -> Sequence[Contract]:
    """Return the contracts of the actor's organisation in which it has a day to confirm."""
    return work.session.scalars(
        select(Contract)
        .where(
            Contract.owner_org_id == work.actor.org_id,
            Contract.id.in_(
                select(DeliveryClaim.contract_id).where(DeliveryClaim.state == ClaimState.OPEN)
            ),
        )
        .order_by(Contract.id)
    ).all()
