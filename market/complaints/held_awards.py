"""Which complaints let an award stand still, now or before."""

from collections.abc import Sequence

from sqlalchemy import select

from market.complaints.model import Complaint
from market.complaints.rules import NOT_OVER
from market.db import UnitOfWork
from market.draws.model import Award
from market.draws.rules import AwardState


def freezing_of(work: UnitOfWork, award_id: int) -> Sequence[Complaint]:
    """Return the complaints for which an award stands still, or stood, the first one first."""
    return work.session.scalars(
        select(Complaint)
        .where(Complaint.award_id == award_id, Complaint.freezes.is_(True))
        .order_by(Complaint.id)
    ).all()


def holding_now(work: UnitOfWork) -> frozenset[int]:
    """Return the complaints for which an award stands still now, by id."""
    found = work.session.scalars(
        select(Complaint.id)
        .join(Award, Award.id == Complaint.award_id)
        .where(
            Award.state == AwardState.FROZEN,
            Complaint.freezes.is_(True),
            Complaint.state.in_(NOT_OVER),
        )
    )
    return frozenset(found)
