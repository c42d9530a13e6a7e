"""Covering words that name or reach a person: one asks, another does it, at once."""

from functools import partial
from typing import Final

from market.contracts.model import Contract
from market.db import UnitOfWork
from market.duties import require_another
from market.errors import msgid
from market.messages.actions import tell
from market.personal import personal_in
from market.ratings import messages
from market.ratings.covers import queries
from market.ratings.covers.errors import (
    CoverHeardError,
    CoverPendingError,
    CoverReasonError,
    CoverRepeatedError,
    NoCoverError,
    NotPersonalError,
    WhyCoverError,
)
from market.ratings.covers.journal import RatingCoverMoved
from market.ratings.covers.model import RatingCover
from market.ratings.covers.rules import CoverGround, may_object, may_rule
from market.ratings.model import Rating
from market.ratings.rules import IllegalRatingMoveError, RatingMove, RatingState, advance
from market.reasons import long_enough

WHY_SHORTEST: Final = 5
REASON_SHORTEST: Final = 10


def ask(work: UnitOfWork, rating: Rating, ground: CoverGround, why: str) -> RatingCover:
    """Ask that the words of a public rating be covered.

    Raises:
        NotPersonalError: The supervisor has found nothing personal in them.
        CoverPendingError: Another request waits.
        IllegalRatingMoveError: Its words are not shown.
        WhyCoverError: It does not say what is personal.
    """
    rating = work.session.get_one(Rating, rating.id, with_for_update=True, populate_existing=True)
    _check_shown(rating)
    if queries.pending(work, rating.id) is not None:
        raise CoverPendingError
    if queries.restored(work, rating.id):
        raise NotPersonalError
    row = RatingCover(
        rating_id=rating.id,
        ground=ground,
        why=long_enough(why, WHY_SHORTEST, partial(WhyCoverError, WHY_SHORTEST)),
        asked_by_id=work.user_id,
        asked_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    _record(work, rating, row)
    return row


def answer(work: UnitOfWork, rating: Rating, *, agree: bool, reason: str) -> None:
    """Cover the words as the second person, or leave them; the scores stand either way.

    An examination of the rating goes on: that its words are covered finds nothing about it.

    Raises:
        IllegalRatingMoveError: Its words are not shown any more.
        NoCoverError: Nothing waits.
        CoverReasonError, CoverRepeatedError: There is no reason, or it tells what is covered.
        SeparationOfDutiesError: It is the person who asked.
    """
    rating = work.session.get_one(Rating, rating.id, with_for_update=True, populate_existing=True)
    row = queries.pending(work, rating.id)
    if row is None:
        raise NoCoverError
    require_another(
        work, row.asked_by_id, first=msgid("申请隐藏的人"), second=msgid("决定隐藏的人")
    )
    words = _reason(reason, "reason")
    if found := personal_in(words):
        raise CoverRepeatedError(found)
    if agree:
        _check_shown(rating)
        rating.state = advance(rating.state, RatingMove.TRIM)
    row.covered, row.decided_by_id, row.decided_at = agree, work.user_id, work.now
    row.decision = words
    _record(work, rating, row)
    if agree:
        _tell(work, rating, row)


def object_to(work: UnitOfWork, rating: Rating, text: str) -> None:
    """Let whoever wrote covered words say, once, that nothing in them is personal.

    Raises:
        CoverHeardError: It was said before, or is ruled on.
        CoverReasonError: Nothing is said.
    """
    rating = work.session.get_one(Rating, rating.id, with_for_update=True, populate_existing=True)
    row = queries.last_done(work, rating.id)
    if row is None or not may_object(covered=row.covered, objected=row.objected_at is not None):
        raise CoverHeardError
    row.objection = _reason(text, "text")
    row.objected_at, row.objected_by_id = work.now, work.user_id
    _record(work, rating, row)


def rule(work: UnitOfWork, rating: Rating, *, uphold: bool, reason: str) -> None:
    """Rule on the objection, as the supervisor; upheld, the words stand again as they were.

    Unless an examination of the rating has found meanwhile that they go.

    Raises:
        CoverHeardError: Nothing waits.
        CoverReasonError, CoverRepeatedError: There is no reason, or it tells what is covered.
    """
    rating = work.session.get_one(Rating, rating.id, with_for_update=True, populate_existing=True)
    row = queries.last_done(work, rating.id)
    if row is None or not may_rule(
        objected=row.objected_at is not None, ruled=row.ruled_at is not None
    ):
        raise CoverHeardError
    words = _reason(reason, "reason")
    if found := personal_in(words):
        raise CoverRepeatedError(found)
    row.upheld, row.ruling = uphold, words
    row.ruled_at, row.ruled_by_id = work.now, work.user_id
    if uphold and rating.state is RatingState.TRIMMED and not queries.found_away(work, rating.id):
        rating.state = advance(rating.state, RatingMove.RESTORE)
    _record(work, rating, row)
    number = _number(work, rating)
    for org_id in (rating.rater_org_id, rating.rated_org_id):
        tell(
            work,
            messages.COVER_RULED,
            org_id=org_id,
            path=f"/ratings/contracts/{number}",
            once=f"rating-cover-ruled:{row.id}:{org_id}",
            number=number,
            outcome=(msgid("异议成立，恢复公开") if uphold else msgid("异议不成立，维持隐藏")),
            reason=words,
        )


def _reason(text: str, field: str) -> str:
    error = partial(CoverReasonError, REASON_SHORTEST, field)
    return long_enough(text, REASON_SHORTEST, error)


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
            ground=row.ground,
            reason=row.decision,
        )


def _record(work: UnitOfWork, rating: Rating, row: RatingCover) -> None:
    work.record(
        RatingCoverMoved(
            contract=_number(work, rating),
            direction=rating.direction,
            cover=row.id,
            ground=row.ground,
            covered=row.covered,
            objected=row.objected_at is not None,
            upheld=row.upheld,
        )
    )


def _number(work: UnitOfWork, rating: Rating) -> str:
    return work.session.get_one(Contract, rating.contract_id).number
