"""Finding examinations of bad ratings, and call-backs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select

from market.contracts.model import Contract
from market.db import UnitOfWork
from market.duties import by_another
from market.errors import MissingError
from market.ratings.model import Rating
from market.ratings.reviews.model import RatingCall, RatingCallBack, RatingReview
from market.ratings.reviews.rules import UNDECIDED, CallState, ReviewState
from market.sweeping import Due, due_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An examination with the rating and the contract it is about."""

    review: RatingReview
    rating: Rating
    contract: Contract


@dataclass(frozen=True, slots=True, kw_only=True)
class Calling:
    """A call-back with the rating and the contract it is about."""

    call_back: RatingCallBack
    rating: Rating
    contract: Contract


def by_number(work: UnitOfWork, number: str) -> Found:
    """Return an examination by its number: all of it is public.

    Raises:
        MissingError: There is none.
    """
    return _one(work, RatingReview.number == number)


def for_rated(work: UnitOfWork, number: str) -> Found:
    """Return an examination of a rating of the actor's own organisation."""
    return _one(work, RatingReview.number == number, Rating.rated_org_id == work.actor.org_id)


def locked(work: UnitOfWork, review_id: int) -> RatingReview:
    """Return an examination, held against every other change."""
    return work.session.get_one(
        RatingReview, review_id, with_for_update=True, populate_existing=True
    )


def of_ratings(work: UnitOfWork, rating_ids: Iterable[int]) -> dict[int, RatingReview]:
    """Return the examinations of some ratings, by the rating's id."""
    rows = work.session.scalars(
        select(RatingReview).where(RatingReview.rating_id.in_(list(rating_ids)))
    )
    return {row.rating_id: row for row in rows}


def call_backs_of(work: UnitOfWork, rating_ids: Iterable[int]) -> dict[int, RatingCallBack]:
    """Return the call-backs about some ratings, by the rating's id."""
    rows = work.session.scalars(
        select(RatingCallBack).where(RatingCallBack.rating_id.in_(list(rating_ids)))
    )
    return {row.rating_id: row for row in rows}


def to_appeal(work: UnitOfWork) -> list[Found]:
    """Return the bad ratings against which the actor's organisation may appeal."""
    return _found(
        work,
        RatingReview.state == ReviewState.HEARING,
        Rating.rated_org_id == work.actor.org_id,
    )


def to_examine(work: UnitOfWork) -> list[Found]:
    """Return the bad ratings about which the operator proposes what to find."""
    return _found(work, RatingReview.state == ReviewState.EXAMINING)


def to_decide(work: UnitOfWork) -> list[Found]:
    """Return what another person has proposed."""
    return _found(
        work,
        RatingReview.state == ReviewState.PROPOSED,
        by_another(work, RatingReview.proposed_by_id),
    )


def late(work: UnitOfWork) -> list[Found]:
    """Return the bad ratings that were not decided about in time."""
    return [
        found
        for state in UNDECIDED
        for found in _found(work, RatingReview.state == state, RatingReview.due_at <= work.now)
    ]


def due(work: UnitOfWork, after: Due | None, limit: int) -> Sequence[Due]:
    """Return the examinations at which time has something to do."""
    return due_rows(
        work,
        RatingReview.next_check_at,
        RatingReview.id,
        RatingReview.state.in_(UNDECIDED),
        after=after,
        limit=limit,
    )


def call_back(work: UnitOfWork, call_back_id: int) -> Calling:
    """Return a call-back; the operator alone asks.

    Raises:
        MissingError: There is none.
    """
    found = _calling(work, RatingCallBack.id == call_back_id)
    if not found:
        raise MissingError
    return found[0]


def to_call(work: UnitOfWork) -> list[Calling]:
    """Return the call-backs that wait for a call, the first due first."""
    return _calling(work, RatingCallBack.state == CallState.DUE)


def calls_of(work: UnitOfWork, call_back_id: int) -> Sequence[RatingCall]:
    """Return the calls of a call-back, the first one first."""
    return work.session.scalars(
        select(RatingCall).where(RatingCall.call_back_id == call_back_id).order_by(RatingCall.id)
    ).all()


def count_calls(work: UnitOfWork, call_back_id: int) -> int:
    """Return how many calls a call-back took until now."""
    return (
        work.session.scalar(
            select(func.count(RatingCall.id)).where(RatingCall.call_back_id == call_back_id)
        )
        or 0
    )


def _found(work: UnitOfWork, *conditions: ColumnElement[bool]) -> list[Found]:
    rows = work.session.execute(
        select(RatingReview, Rating, Contract)
        .join(Rating, Rating.id == RatingReview.rating_id)
        .join(Contract, Contract.id == Rating.contract_id)
        .where(*conditions)
        .order_by(RatingReview.due_at, RatingReview.id)
    )
    return [Found(review=review, rating=rating, contract=made) for review, rating, made in rows]


def _one(work: UnitOfWork, *conditions: ColumnElement[bool]) -> Found:
    found = _found(work, *conditions)
    if not found:
        raise MissingError
    return found[0]


def _calling(work: UnitOfWork, *conditions: ColumnElement[bool]) -> list[Calling]:
    rows = work.session.execute(
        select(RatingCallBack, Rating, Contract)
        .join(Rating, Rating.id == RatingCallBack.rating_id)
        .join(Contract, Contract.id == Rating.contract_id)
        .where(*conditions)
        .order_by(RatingCallBack.due_at, RatingCallBack.id)
    )
    return [Calling(call_back=back, rating=rating, contract=made) for back, rating, made in rows]
