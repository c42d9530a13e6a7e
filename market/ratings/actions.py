"""What is done with ratings: asked for, given blind, and released when all sides are finished."""

from functools import partial
from typing import Final

from market import rulebook
from market.accounts.queries import organisation
from market.calendar import UnknownYearError, end_of, provisional_calendar
from market.clock import beijing_day
from market.clocks.card_rules import Trigger
from market.contracts import over
from market.contracts.model import Contract
from market.db import UnitOfWork
from market.errors import msgid
from market.messages.actions import tell
from market.needs.queries import by_id as need_by_id
from market.needs.scope import authority_of
from market.ratings import messages, queries
from market.ratings.errors import RatingLateError
from market.ratings.journal import (
    RatingAsked,
    RatingDefaulted,
    RatingLapsed,
    RatingOpened,
    RatingSealed,
)
from market.ratings.model import Rating, RatingOpening, RatingSeal
from market.ratings.reviews import actions as reviews
from market.ratings.rules import (
    Content,
    Direction,
    RatingMove,
    RatingState,
    advance,
    checked,
    is_bad,
    may_release,
    overall_tenths,
)
from market.ratings.sealing import open_sealed, seal
from market.supervision.actions import give_card
from market.sweeping import Due, last_of

TERMS: Final = {
    Direction.OWNER_FIRM: "rating.owner_working_days",
    Direction.FIRM_OWNER: "rating.firm_working_days",
    Direction.AUTHORITY_FIRM: "rating.authority_working_days",
    Direction.FIRM_AUTHORITY: "rating.firm_working_days",
}


def ask(work: UnitOfWork, contract: Contract) -> None:
    """Ask the sides of a contract that is over for their ratings of each other.

    A calendar that ends keeps nobody from accepting work: the last day is then told later.
    """
    rules = rulebook.apply(work, queries.SUBJECT)
    owner, firm = contract.owner_org_id, contract.firm_org_id
    sides = {Direction.OWNER_FIRM: (owner, firm), Direction.FIRM_OWNER: (firm, owner)}
    authority = authority_of(work, need_by_id(work, contract.need_id).item_code)
    if authority is not None:
        sides[Direction.AUTHORITY_FIRM] = (authority, firm)
        sides[Direction.FIRM_AUTHORITY] = (firm, authority)
    for direction, (rater, rated) in sides.items():
        row = Rating(
            contract_id=contract.id,
            direction=direction,
            rater_org_id=rater,
            rated_org_id=rated,
            state=RatingState.WAITING,
            asked_at=work.now,
            regulation_id=rules.id,
        )
        _set_term(work, row)
        work.session.add(row)
        work.record(
            RatingAsked(
                contract=contract.number,
                direction=direction,
                rater=organisation(work, rater).code,
                rated=organisation(work, rated).code,
                regulation=rules.id,
            )
        )
        _tell_asked(work, contract, row)


def _tell_asked(work: UnitOfWork, contract: Contract, row: Rating) -> None:
    tell(
        work,
        messages.ASKED,
        org_id=row.rater_org_id,
        path=f"/ratings/contracts/{contract.number}/{row.direction.value}",
        once=f"rating:{contract.number}:{row.direction.value}:asked",
        number=contract.number,
        rated=organisation(work, row.rated_org_id).name,
    )


def rate(work: UnitOfWork, key: bytes, rating: Rating, content: Content) -> None:
    """Give a rating: it is sealed at once, and released if every other side is finished.

    Raises:
        IllegalRatingMoveError: It was given, or its time was found to be out.
        RatingLateError: Its time is out.
        ScoreError, ReasonsMissingError, CommentShortError, CommentLongError: It says too little
            or too much.
    """
    rating, every = queries.locked_all(work, rating.id)
    state = advance(rating.state, RatingMove.RATE)
    if rating.due_at is not None and work.now >= rating.due_at:
        raise RatingLateError(rating.due_at)
    most = queries.rules_of(rating).integer("bad_rating.tenths_most")
    number = _number(work, rating)
    done = seal(key, number, rating.direction, checked(content, most))
    work.session.add(
        RatingSeal(
            rating_id=rating.id,
            commitment=done.commitment,
            sealed=done.sealed,
            sealed_at=work.now,
            sealed_by_id=work.user_id,
        )
    )
    rating.state, rating.next_check_at = state, None
    work.record(
        RatingSealed(contract=number, direction=rating.direction, commitment=done.commitment)
    )
    _release(work, key, every)


def lapse(key: bytes, work: UnitOfWork, due: Due) -> int:
    """Let a rating lapse whose time is out, or tell its last day when the year is known."""
    rating, every = queries.locked_all(work, last_of(due))
    check_at = rating.next_check_at
    if rating.state is not RatingState.WAITING or check_at is None or check_at > work.now:
        return 0
    if rating.due_at is None:
        _set_term(work, rating)
    if rating.due_at is None or rating.due_at > work.now:
        return 1
    rating.state, rating.next_check_at = advance(rating.state, RatingMove.LAPSE), None
    number, due_at = _number(work, rating), rating.due_at
    work.record(RatingLapsed(contract=number, direction=rating.direction))
    give_card(
        work,
        Trigger.LATE_RATING,
        org_id=rating.rater_org_id,
        subject=f"rating:{rating.id}",
        number=number,
        cause=msgid("没有按期评价对方"),
        happened_at=due_at,
        once=f"rating:{rating.id}:late",
    )
    _release(work, key, every)
    return 1


def lapse_with(key: bytes) -> partial[int]:
    """Return what the sweep does to a rating that is due."""
    return partial(lapse, key)


def _set_term(work: UnitOfWork, rating: Rating) -> None:
    days = queries.rules_of(rating).integer(TERMS[rating.direction])
    try:
        rating.due_at = provisional_calendar().due_at(beijing_day(rating.asked_at), days)
        rating.next_check_at = rating.due_at
    except UnknownYearError:
        rating.next_check_at = end_of(work.today)


def _release(work: UnitOfWork, key: bytes, every: list[Rating]) -> None:
    """Release the ratings of a contract if all sides are finished: in the same instant."""
    if not may_release([rating.state for rating in every]):
        return
    for rating in every:
        was, rating.state = rating.state, advance(rating.state, RatingMove.RELEASE)
        rating.released_at, rating.released_month = work.now, f"{work.today:%Y-%m}"
        if was is RatingState.SEALED:
            _open(work, key, rating)
        else:
            _default(work, rating)
        _tell_released(work, rating)


def _tell_released(work: UnitOfWork, rating: Rating) -> None:
    number = _number(work, rating)
    tell(
        work,
        messages.RELEASED,
        org_id=rating.rated_org_id,
        path=f"/ratings/contracts/{number}",
        once=f"rating:{number}:{rating.direction.value}:released",
        number=number,
    )


def _open(work: UnitOfWork, key: bytes, rating: Rating) -> None:
    number, sealed = _number(work, rating), queries.seal_of(work, rating)
    said = open_sealed(key, number, rating.direction, sealed.sealed, sealed.commitment)
    scores, reasons = said.content.scores, said.content.reasons
    rating.overall_tenths = overall_tenths(scores)
    work.session.add(
        RatingOpening(
            rating_id=rating.id,
            quality=scores.quality,
            timeliness=scores.timeliness,
            attitude=scores.attitude,
            money=scores.money,
            conduct=scores.conduct,
            reasons=" ".join(reasons),
            comment=said.content.comment,
            comment_salt=said.comment_salt,
            comment_digest=said.comment_digest,
            salt=said.salt,
            opened_at=work.now,
        )
    )
    work.record(
        RatingOpened(
            contract=number,
            direction=rating.direction,
            commitment=sealed.commitment,
            scores=scores.each(),
            reasons=reasons,
            comment_digest=said.comment_digest,
            salt=said.salt,
        )
    )
    if is_bad(rating.overall_tenths, queries.rules_of(rating).integer("bad_rating.tenths_most")):
        reviews.open_review(work, rating)
    else:
        reviews.sample(work, rating, sealed.commitment)


def _default(work: UnitOfWork, rating: Rating) -> None:
    """Show that a rating was not given; whether it counts in averages is the regulation's."""
    counted = queries.rules_of(rating).integer("rating.silent_counted_tenths") or None
    rating.overall_tenths = counted
    work.record(
        RatingDefaulted(
            contract=_number(work, rating), direction=rating.direction, counted_tenths=counted
        )
    )


def _number(work: UnitOfWork, rating: Rating) -> str:
    return work.session.get_one(Contract, rating.contract_id).number


over.provide(ask)
