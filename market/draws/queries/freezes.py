"""For how long awards stood still."""

from collections.abc import Sequence

from sqlalchemy import select

from market.db import UnitOfWork
from market.draws.model_freeze import AwardFreeze


def freeze_of(work: UnitOfWork, award_id: int) -> AwardFreeze | None:
    """Return the freeze that holds an award now, if one does."""
    return work.session.scalar(
        select(AwardFreeze).where(AwardFreeze.award_id == award_id, AwardFreeze.ended_at.is_(None))
    )


def last_freeze(work: UnitOfWork, award_id: int) -> AwardFreeze | None:
    """Return the last freeze of an award that is over."""
    return work.session.scalar(
        select(AwardFreeze)
        .where(AwardFreeze.award_id == award_id, AwardFreeze.ended_at.is_not(None))
        .order_by(AwardFreeze.id.desc())
        .limit(1)
    )


def freezes_of(work: UnitOfWork, award_id: int) -> Sequence[AwardFreeze]:
    """Return every time for which an award stood still, the first one first."""
    return work.session.scalars(
        select(AwardFreeze).where(AwardFreeze.award_id == award_id).order_by(AwardFreeze.id)
    ).all()
