"""Finding ratings. What an actor may not know of is missing, not forbidden.

Nothing here reads a sealed rating: what it says has rows only from its release on.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from market import regulations
from market.accounts.model import Organisation
from market.contracts.model import Contract
from market.contracts.rules import OVER
from market.db import UnitOfWork
from market.errors import MissingError
from market.ratings.model import Rating, RatingOpening, RatingSeal
from market.ratings.rules import OPEN, RATED, Direction, Rated, RatingState
from market.regulations import Regulation
from market.sweeping import Due, due_rows

SUBJECT: Final = "ratings"
_DIRECTIONS: Final = {of: tuple(way for way, rated in RATED.items() if rated is of) for of in Rated}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A rating as a page shows it: what it says is there from its release on."""

    rating: Rating
    contract: Contract
    rater: Organisation
    rated: Organisation
    opening: RatingOpening | None
    seal: RatingSeal | None


def rules_of(rating: Rating) -> Regulation:
    """Return the rules under which a rating was asked for."""
    return regulations.current().by_id(rating.regulation_id)


def contract_of(work: UnitOfWork, number: str) -> Contract:
    """Return a contract that is over by its number: anybody may see how it was rated.

    Raises:
        MissingError: There is none.
    """
    found = work.session.scalar(
        select(Contract).where(Contract.number == number, Contract.state.in_(OVER))
    )
    if found is None:
        raise MissingError
    return found


def of_contract(work: UnitOfWork, contract_id: int) -> list[Row]:
    """Return the ratings of a contract in the order of their directions."""
    rows = _rows(work, Rating.contract_id == contract_id)
    return sorted(rows, key=lambda row: list(Direction).index(row.rating.direction))


def by_id(work: UnitOfWork, rating_id: int) -> Row:
    """Return one rating with all that everybody may know of it."""
    return _one(work, Rating.id == rating_id)


def own(work: UnitOfWork, number: str, direction: str) -> Row:
    """Return a rating that the actor's organisation gives."""
    return _one(
        work,
        Contract.number == number,
        Rating.direction == direction,
        Rating.rater_org_id == work.actor.org_id,
    )


def locked_all(work: UnitOfWork, rating_id: int) -> tuple[Rating, list[Rating]]:
    """Lock every rating of a contract, always in one order; return the one asked for and all."""
    found = work.session.get_one(Rating, rating_id)
    every = work.session.scalars(
        select(Rating)
        .where(Rating.contract_id == found.contract_id)
        .order_by(Rating.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    return found, list(every)


def seal_of(work: UnitOfWork, rating: Rating) -> RatingSeal:
    """Return what was sealed of a rating that was given."""
    return work.session.scalars(select(RatingSeal).where(RatingSeal.rating_id == rating.id)).one()


def waiting(work: UnitOfWork) -> list[Row]:
    """Return the ratings that the actor's organisation still has to give, the first due first."""
    rows = _rows(
        work, Rating.rater_org_id == work.actor.org_id, Rating.state == RatingState.WAITING
    )
    return sorted(rows, key=lambda row: (row.rating.due_at or row.rating.asked_at, row.rating.id))


def due(work: UnitOfWork, after: Due | None, limit: int) -> Sequence[Due]:
    """Return the ratings whose time is out, or whose last day is to be told anew."""
    return due_rows(
        work,
        Rating.next_check_at,
        Rating.id,
        Rating.state == RatingState.WAITING,
        after=after,
        limit=limit,
    )


def released(
    work: UnitOfWork, *, of: Rated | None = None, org_id: int | None = None, limit: int, offset: int
) -> list[Row]:
    """Return the ratings that are public, the latest release first."""
    return _read(work, _chosen(of, org_id), limit=limit, offset=offset)


def count_released(work: UnitOfWork, *, of: Rated | None = None, org_id: int | None = None) -> int:
    """Return how many ratings ``released`` chooses from."""
    return work.session.scalar(select(func.count(Rating.id)).where(*_chosen(of, org_id))) or 0


def directions_of(of: Rated) -> tuple[Direction, ...]:
    """Return the directions in which such a side is rated."""
    return _DIRECTIONS[of]


def _chosen(of: Rated | None, org_id: int | None) -> list[ColumnElement[bool]]:
    chosen: list[ColumnElement[bool]] = [Rating.state.in_(OPEN), Rating.released_at.is_not(None)]
    if of is not None:
        chosen.append(Rating.direction.in_(_DIRECTIONS[of]))
    if org_id is not None:
        chosen.append(Rating.rated_org_id == org_id)
    return chosen


def _rows(work: UnitOfWork, *conditions: ColumnElement[bool]) -> list[Row]:
    return _read(work, conditions, limit=None, offset=0)


def _read(
    work: UnitOfWork, conditions: Iterable[ColumnElement[bool]], *, limit: int | None, offset: int
) -> list[Row]:
    """Return ratings, the latest release first."""
    rater, rated = aliased(Organisation), aliased(Organisation)
    rows = work.session.execute(
        select(Rating, Contract, rater, rated, RatingOpening, RatingSeal)
        .join(Contract, Contract.id == Rating.contract_id)
        .join(rater, rater.id == Rating.rater_org_id)
        .join(rated, rated.id == Rating.rated_org_id)
        .outerjoin(RatingOpening, RatingOpening.rating_id == Rating.id)
        .outerjoin(RatingSeal, RatingSeal.rating_id == Rating.id)
        .where(*conditions)
        .order_by(Rating.released_at.desc(), Rating.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [
        Row(rating=rating, contract=made, rater=by, rated=of, opening=opening, seal=seal)
        for rating, made, by, of, opening, seal in rows
    ]


def _one(work: UnitOfWork, *conditions: ColumnElement[bool]) -> Row:
    found = _rows(work, *conditions)
    if not found:
        raise MissingError
    return found[0]


def names(rows: Iterable[Row]) -> dict[int, str]:
    """Return the names of the organisations of some ratings, by their ids."""
    return {org.id: org.name for row in rows for org in (row.rater, row.rated)}
