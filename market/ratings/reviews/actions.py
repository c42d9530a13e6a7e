"""What is done about a bad rating, and with a call-back; the log is told of each step."""

from contextlib import suppress
from datetime import datetime
from typing import Final

from market import regulations
from market.calendar import UnknownYearError, end_of, provisional_calendar
from market.clock import beijing_day
from market.contracts.model import Contract
from market.db import UnitOfWork
from market.duties import require_another
from market.errors import msgid
from market.messages.actions import tell
from market.numbers import next_number
from market.ratings import messages
from market.ratings.journal import RatingTakenDown
from market.ratings.model import Rating
from market.ratings.reviews import queries
from market.ratings.reviews.errors import (
    AppealLateError,
    CallTimeError,
    CallTwiceError,
    PartyToRatingError,
    ReviewTextError,
)
from market.ratings.reviews.journal import CallBackMoved, ReviewMoved
from market.ratings.reviews.model import RatingCall, RatingCallBack, RatingReview
from market.ratings.reviews.rules import (
    EFFECTS,
    UNDECIDED,
    CallAnswer,
    CallState,
    CallWhy,
    Finding,
    ReviewMove,
    ReviewState,
    advance,
    after_call,
    deciding_move,
)
from market.ratings.rules import advance as rating_after
from market.ratings.rules import is_sampled
from market.reasons import long_enough
from market.regulations import Regulation
from market.salts import salted
from market.sweeping import Due, last_of

TEXT_SHORTEST: Final = 10


def open_review(work: UnitOfWork, rating: Rating) -> RatingReview:
    """Begin to look into a bad rating that was released: the rated side is heard first."""
    row = RatingReview(
        number=next_number(work, "HC"),
        rating_id=rating.id,
        state=ReviewState.HEARING,
        opened_at=work.now,
        regulation_id=rating.regulation_id,
    )
    _set_terms(work, row)
    work.session.add(row)
    work.session.flush()
    _say(work, row, "")
    number = _number(work, rating)
    tell(
        work,
        messages.BAD,
        org_id=rating.rated_org_id,
        path=f"/ratings/reviews/{row.number}",
        once=f"rating-review:{row.number}:opened",
        number=number,
        review=row.number,
    )
    return row


def appeal(work: UnitOfWork, row: RatingReview, text: str) -> None:
    """Let the rated side say why a bad rating is wrong; what it says is public.

    Raises:
        IllegalReviewMoveError: It did, or its time was found to be over.
        AppealLateError: Its time is over.
        ReviewTextError: It does not say why.
    """
    row = queries.locked(work, row.id)
    advance(row.state, ReviewMove.APPEAL)
    if row.appeal_by_at is not None and work.now >= row.appeal_by_at:
        raise AppealLateError(row.appeal_by_at)
    row.appeal = _text(text)
    row.appealed_at, row.appealed_by_id = work.now, work.user_id
    _step(work, row, ReviewMove.APPEAL, row.appeal)


def hear_out(work: UnitOfWork, due: Due) -> int:
    """End the time to appeal that is over, or tell the terms when the year is known."""
    row = queries.locked(work, last_of(due))
    check_at = row.next_check_at
    if row.state not in UNDECIDED or check_at is None or check_at > work.now:
        return 0
    if row.due_at is None or row.appeal_by_at is None:
        _set_terms(work, row)
    is_over = row.appeal_by_at is not None and row.appeal_by_at <= work.now
    if row.state is ReviewState.HEARING and is_over:
        _step(work, row, ReviewMove.HEAR_OUT, "")
    return 1


def propose(work: UnitOfWork, row: RatingReview, finding: Finding, text: str) -> None:
    """Propose what to find of a bad rating; another person decides.

    Raises:
        IllegalReviewMoveError: The rated side still has time to appeal, or it was proposed.
        PartyToRatingError: The actor's organisation gave or got the rating.
        ReviewTextError: There are no reasons.
    """
    row = _for_operator(work, row)
    advance(row.state, ReviewMove.PROPOSE)
    row.proposed, row.proposal = finding, _text(text)
    row.proposed_by_id, row.proposed_at = work.user_id, work.now
    _step(work, row, ReviewMove.PROPOSE, row.proposal)


def decide(work: UnitOfWork, row: RatingReview, *, agree: bool, text: str) -> None:
    """Let another person decide what was proposed, or send it back.

    Raises:
        IllegalReviewMoveError: Nothing is proposed.
        SeparationOfDutiesError: It is the person who proposed.
        PartyToRatingError: The actor's organisation gave or got the rating.
        ReviewTextError: There are no reasons.
    """
    row = _for_operator(work, row)
    advance(row.state, ReviewMove.SEND_BACK)
    require_another(
        work, row.proposed_by_id, first=msgid("提出核查意见的人"), second=msgid("作出决定的人")
    )
    words = _text(text)
    if not agree:
        _step(work, row, ReviewMove.SEND_BACK, words)
        return
    row.finding = row.proposed or Finding.STANDS
    row.decision, row.decided_by_id, row.decided_at = words, work.user_id, work.now
    _step(work, row, deciding_move(row.finding), words)
    rating = work.session.get_one(Rating, row.rating_id, with_for_update=True)
    _take_down(work, row, rating, row.finding)
    _tell_found(work, row, rating, row.finding)
    _open_call_back(work, rating, CallWhy.BAD)


def _tell_found(work: UnitOfWork, row: RatingReview, rating: Rating, finding: Finding) -> None:
    """Tell both sides of the rating what was found."""
    for org_id in (rating.rated_org_id, rating.rater_org_id):
        tell(
            work,
            messages.FOUND,
            org_id=org_id,
            path=f"/ratings/reviews/{row.number}",
            once=f"rating-review:{row.number}:decided",
            number=_number(work, rating),
            review=row.number,
            finding=finding,
        )


def sample(work: UnitOfWork, rating: Rating, commitment: str) -> None:
    """Have the side called back that gave a rating, if the rule draws it as a sample."""
    if is_sampled(commitment, _rules(rating.regulation_id).integer("call_back.sample_every")):
        _open_call_back(work, rating, CallWhy.SAMPLE)


def call(
    work: UnitOfWork,
    back: RatingCallBack,
    *,
    called_at: datetime,
    whom: str,
    answer: CallAnswer,
    note: str,
) -> None:
    """Record a call: whom, when, and what was answered.

    Raises:
        CallOverError: The call-back is settled.
        CallTwiceError: Nobody was reached on that day before.
        CallTimeError: The call lies in the future, or before there was anything to ask.
    """
    back = work.session.get_one(
        RatingCallBack, back.id, with_for_update=True, populate_existing=True
    )
    rating = work.session.get_one(Rating, back.rating_id)
    most = _rules(rating.regulation_id).integer("call_back.most_tries")
    tries = queries.count_calls(work, back.id) + 1
    state = after_call(back.state, answer, tries, most)
    # The form knows minutes, not seconds.
    if not back.opened_at.replace(second=0, microsecond=0) <= called_at <= work.now:
        raise CallTimeError
    if answer is CallAnswer.NOBODY and _tried_on(work, back, called_at):
        raise CallTwiceError
    work.session.add(
        RatingCall(
            call_back_id=back.id,
            called_at=called_at,
            whom=whom.strip(),
            answer=answer,
            note=note.strip(),
            at=work.now,
            by_id=work.user_id,
        )
    )
    back.state = state
    if state is not CallState.DUE:
        back.closed_at = work.now
    _tell_call_back(work, rating, back, tries)


def _tried_on(work: UnitOfWork, back: RatingCallBack, at: datetime) -> bool:
    """Whether somebody was not reached on the same day before."""
    return any(
        one.answer is CallAnswer.NOBODY and beijing_day(one.called_at) == beijing_day(at)
        for one in queries.calls_of(work, back.id)
    )


def _for_operator(work: UnitOfWork, row: RatingReview) -> RatingReview:
    rating = work.session.get_one(Rating, row.rating_id)
    if work.org_id in {rating.rater_org_id, rating.rated_org_id}:
        raise PartyToRatingError
    return queries.locked(work, row.id)


def _take_down(work: UnitOfWork, row: RatingReview, rating: Rating, finding: Finding) -> None:
    """Hide what was found to be no rating; the original stays in its table of record."""
    move = EFFECTS[finding]
    if move is None:
        return
    rating.state = rating_after(rating.state, move)
    work.record(
        RatingTakenDown(
            contract=_number(work, rating),
            direction=rating.direction,
            move=move,
            review=row.number,
        )
    )


def _open_call_back(work: UnitOfWork, rating: Rating, why: CallWhy) -> None:
    days = _rules(rating.regulation_id).integer("call_back.working_days")
    try:
        due_at = provisional_calendar().due_at(work.today, days)
    except UnknownYearError:
        due_at = None
    back = RatingCallBack(
        rating_id=rating.id, why=why, state=CallState.DUE, opened_at=work.now, due_at=due_at
    )
    work.session.add(back)
    _tell_call_back(work, rating, back, 0)


def _tell_call_back(work: UnitOfWork, rating: Rating, back: RatingCallBack, tries: int) -> None:
    work.record(
        CallBackMoved(
            contract=_number(work, rating),
            direction=rating.direction,
            why=back.why,
            state=back.state,
            tries=tries,
        )
    )


def _set_terms(work: UnitOfWork, row: RatingReview) -> None:
    """Say until when to appeal and by when to decide, as far as the calendar knows."""
    rules, opened_on = _rules(row.regulation_id), beijing_day(row.opened_at)
    appeal_days = rules.integer("bad_rating.appeal_working_days")
    days = rules.integer("bad_rating.investigate_working_days")
    with suppress(UnknownYearError):
        row.appeal_by_at = provisional_calendar().due_at(opened_on, appeal_days)
        row.due_at = provisional_calendar().due_at(opened_on, days)
    _set_check(work, row)


def _set_check(work: UnitOfWork, row: RatingReview) -> None:
    """Say when time looks at an examination again: at the end of a term, or to tell one."""
    waits = row.state is ReviewState.HEARING and row.appeal_by_at is not None
    tomorrow = end_of(work.today)
    if row.state not in UNDECIDED:
        row.next_check_at = None
    elif waits:
        row.next_check_at = row.appeal_by_at
    else:
        row.next_check_at = tomorrow if row.due_at is None else None


def _step(work: UnitOfWork, row: RatingReview, move: ReviewMove, text: str) -> None:
    row.state = advance(row.state, move)
    _set_check(work, row)
    _say(work, row, text)


def _say(work: UnitOfWork, row: RatingReview, text: str) -> None:
    work.session.flush()
    rating = work.session.get_one(Rating, row.rating_id)
    work.record(
        ReviewMoved(
            review=row.number,
            contract=_number(work, rating),
            direction=rating.direction,
            state=row.state,
            finding=row.finding,
            text_digest=salted(work, row.number, text),
            regulation=row.regulation_id,
        )
    )


def _text(text: str) -> str:
    return long_enough(text, TEXT_SHORTEST, lambda: ReviewTextError(TEXT_SHORTEST))


def _rules(regulation_id: str) -> Regulation:
    return regulations.current().by_id(regulation_id)


def _number(work: UnitOfWork, rating: Rating) -> str:
    return work.session.get_one(Contract, rating.contract_id).number
