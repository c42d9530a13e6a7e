"""Covering words that name or reach a person: one asks, another does it, at once."""

from functools import partial
from typing import Final

from market.contracts.model import Contract
from market.db import UnitOfWork
from market.duties import require_another
from market.errors import msgid
from market.messages.actions import tell
from market.ratings import messages
from market.ratings.covers import queries
from market.ratings.covers.errors import CoverPendingError, NoCoverError, WhyCoverError
from market.ratings.covers.journal import RatingCoverMoved
from market.ratings.covers.model import RatingCover
from market.ratings.model import Rating
from market.ratings.rules import IllegalRatingMoveError, RatingMove, RatingState, advance
from market.reasons import long_enough

WHY_SHORTEST: Final = 5


def ask(work: UnitOfWork, rating: Rating, why: str) -> RatingCover:
    """Ask that the words of a public rating be covered.

    Raises:
        CoverPendingError: Another request waits.
        IllegalRatingMoveError: Its words are not shown.
        WhyCoverError: It does not say what is personal.
    """
    rating = work.session.get_one(Rating, rating.id, with_for_update=True, populate_existing=True)
    _check_shown(rating)
    if queries.pending(work, rating.id) is not None:
        raise CoverPendingError
    row = RatingCover(
        rating_id=rating.id,
        why=long_enough(why, WHY_SHORTEST, partial(WhyCoverError, WHY_SHORTEST)),
        asked_by_id=work.user_id,
        asked_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    _record(work, rating, row)
    return row


def answer(work: UnitOfWork, rating: Rating, *, agree: bool) -> None:
    """Cover the words as the second person, or leave them; the scores stand either way.

    An examination of the rating goes on: that its words are covered finds nothing about it.

    Raises:
        IllegalRatingMoveError: Its words are not shown any more.
        NoCoverError: Nothing waits.
        SeparationOfDutiesError: It is the person who asked.
    """
    rating = work.session.get_one(Rating, rating.id, with_for_update=True, populate_existing=True)
    row = queries.pending(work, rating.id)
    if row is None:
        raise NoCoverError
    require_another(
        work, row.asked_by_id, first=msgid("申请隐藏的人"), second=msgid("决定隐藏的人")
    )
    if agree:
        _check_shown(rating)
        rating.state = advance(rating.state, RatingMove.TRIM)
    row.covered, row.decided_by_id, row.decided_at = agree, work.user_id, work.now
    _record(work, rating, row)
    if agree:
        _tell(work, rating, row)


def _check_shown(rating: Rating) -> None:
    if rating.state is not RatingState.RELEASED:
        raise IllegalRatingMoveError


def _tell(work: UnitOfWork, rating: Rating, row: RatingCover) -> None:
    number = _number(work, rating)
    for org_id in (rating.rater_org_id, rating.rated_org_id):
        tell(
            work,
            messages.COVERED,
            org_id=org_id,
            path=f"/ratings/contracts/{number}",
            once=f"rating-cover:{row.id}:{org_id}",
            number=number,
        )


def _record(work: UnitOfWork, rating: Rating, row: RatingCover) -> None:
    work.record(
        RatingCoverMoved(
            contract=_number(work, rating),
            direction=rating.direction,
            cover=row.id,
            covered=row.covered,
        )
    )


def _number(work: UnitOfWork, rating: Rating) -> str:
    return work.session.get_one(Contract, rating.contract_id).number
