"""Finding the words that are to be covered."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import exists, select

from market.contracts.model import Contract
from market.db import UnitOfWork
from market.duties import by_another
from market.errors import MissingError
from market.ratings.covers.model import RatingCover
from market.ratings.model import Rating, RatingOpening
from market.ratings.reviews.model import RatingReview
from market.ratings.reviews.rules import EFFECTS
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


def covered(work: UnitOfWork, number: str, direction: str, org_id: int | None = None) -> Words:
    """Return a rating whose words were covered; of one organisation alone, where one is given.

    Raises:
        MissingError: There is none, or another wrote it.
    """
    if direction not in set(Direction):
        raise MissingError
    query = (
        select(Rating, Contract, RatingOpening.comment)
        .join(Contract, Contract.id == Rating.contract_id)
        .join(RatingOpening, RatingOpening.rating_id == Rating.id)
        .where(
            Contract.number == number,
            Rating.direction == Direction(direction),
            exists().where(RatingCover.rating_id == Rating.id, RatingCover.covered.is_(True)),
        )
    )
    if org_id is not None:
        query = query.where(Rating.rater_org_id == org_id)
    found = work.session.execute(query).one_or_none()
    if found is None:
        raise MissingError
    rating, contract, comment = found
    return Words(rating=rating, contract=contract, comment=comment)


def last_done(work: UnitOfWork, rating_id: int) -> RatingCover | None:
    """Return the last covering of a rating's words that was done."""
    return work.session.scalar(
        select(RatingCover)
        .where(RatingCover.rating_id == rating_id, RatingCover.covered.is_(True))
        .order_by(RatingCover.id.desc())
        .limit(1)
    )


def of_ratings(work: UnitOfWork, rating_ids: Collection[int]) -> dict[int, RatingCover]:
    """Return the last covering that was done of each of some ratings."""
    rows = work.session.scalars(
        select(RatingCover)
        .where(RatingCover.rating_id.in_(rating_ids), RatingCover.covered.is_(True))
        .order_by(RatingCover.id)
    )
    return {row.rating_id: row for row in rows}


def restored(work: UnitOfWork, rating_id: int) -> bool:
    """Whether the supervisor has found nothing personal in a rating's words."""
    found = select(RatingCover.id).where(
        RatingCover.rating_id == rating_id, RatingCover.upheld.is_(True)
    )
    return work.session.scalar(found.limit(1)) is not None


def found_away(work: UnitOfWork, rating_id: int) -> bool:
    """Whether an examination has found that a rating's words go."""
    review = work.session.scalar(select(RatingReview).where(RatingReview.rating_id == rating_id))
    return review is not None and review.finding is not None and bool(EFFECTS[review.finding])


def to_rule(work: UnitOfWork) -> list[tuple[RatingCover, Rating, Contract]]:
    """Return the objections that wait for the supervisor, the first one first."""
    rows = work.session.execute(
        select(RatingCover, Rating, Contract)
        .join(Rating, Rating.id == RatingCover.rating_id)
        .join(Contract, Contract.id == Rating.contract_id)
        .where(RatingCover.objected_at.is_not(None), RatingCover.ruled_at.is_(None))
        .order_by(RatingCover.objected_at, RatingCover.id)
    )
    return [(row, rating, contract) for row, rating, contract in rows]


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
