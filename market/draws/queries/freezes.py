"""For how long awards stood still."""

from collections.abc import Collection, Sequence

from sqlalchemy import select

from market.db import UnitOfWork
from market.draws.model_freeze import AwardFreeze
from market.draws.rules import AwardState


def freeze_of(work: UnitOfWork, award_id: int) -> AwardFreeze | None:
    """Return the freeze that holds an award now, if one does."""
    return work.session.scalar(
        select(AwardFreeze).where(AwardFreeze.award_id == award_id, AwardFreeze.ended_at.is_(None))
    )


def paused_publicity(work: UnitOfWork, award_id: int) -> AwardFreeze | None:
    """Return the freeze that holds an award now, if it interrupts its publicity."""
    freeze = freeze_of(work, award_id)
    return freeze if freeze is not None and freeze.was is AwardState.PUBLICITY else None


def paused(work: UnitOfWork, award_ids: Collection[int]) -> dict[int, AwardFreeze]:
    """Return the freezes that hold some awards now, by the award; those that go on have none."""
    found = work.session.scalars(
        select(AwardFreeze).where(
            AwardFreeze.award_id.in_(award_ids), AwardFreeze.ended_at.is_(None)
        )
    )
    return {row.award_id: row for row in found}


def standing_still(work: UnitOfWork) -> dict[int, AwardFreeze]:
    """Return the freezes that hold any award now, by the award."""
    found = work.session.scalars(select(AwardFreeze).where(AwardFreeze.ended_at.is_(None)))
    return {row.award_id: row for row in found}


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
