"""Finding the words that are to be covered."""

from dataclasses import dataclass

from sqlalchemy import select

from market.contracts.model import Contract
from market.db import UnitOfWork
from market.duties import by_another
from market.errors import MissingError
from market.ratings.covers.model import RatingCover
from market.ratings.model import Rating, RatingOpening
from market.ratings.rules import Direction, RatingState


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A rating that is public with its words and its contract."""

    rating: Rating
    contract: Contract
    comment: str


def shown(work: UnitOfWork, number: str, direction: str) -> Words:
    """Return a rating whose words everybody reads.

    Raises:
        MissingError: There is none, or it has no words that are shown.
    """
    if direction not in set(Direction):
        raise MissingError
    found = work.session.execute(
        select(Rating, Contract, RatingOpening.comment)
        .join(Contract, Contract.id == Rating.contract_id)
        .join(RatingOpening, RatingOpening.rating_id == Rating.id)
        .where(
            Contract.number == number,
            Rating.direction == Direction(direction),
            Rating.state == RatingState.RELEASED,
            RatingOpening.comment != "",
        )
    ).one_or_none()
    if found is None:
        raise MissingError
    rating, contract, comment = found
    return Words(rating=rating, contract=contract, comment=comment)


def pending(work: UnitOfWork, rating_id: int) -> RatingCover | None:
    """Return the request that waits for a second person."""
    return work.session.scalar(
        select(RatingCover).where(RatingCover.rating_id == rating_id, RatingCover.covered.is_(None))
    )


def to_decide(work: UnitOfWork) -> list[tuple[Rating, Contract]]:
    """Return the ratings whose words another person wants covered, the first asked first."""
    rows = work.session.execute(
        select(Rating, Contract)
        .join(RatingCover, RatingCover.rating_id == Rating.id)
        .join(Contract, Contract.id == Rating.contract_id)
        .where(
            RatingCover.covered.is_(None),
            Rating.state == RatingState.RELEASED,
            by_another(work, RatingCover.asked_by_id),
        )
        .order_by(RatingCover.id)
    )
    return [(rating, contract) for rating, contract in rows]
