"""The terms of ratings, of the examination of bad ones, and of call-backs."""

from typing import Final

from market import regulations
from market.clock import beijing_day
from market.contracts.model import Contract
from market.db import UnitOfWork
from market.errors import msgid
from market.holidays.terms import About, Days, Term, declare_term
from market.ratings.actions import TERMS
from market.ratings.model import Rating
from market.ratings.queries import rules_of
from market.ratings.reviews.model import RatingCallBack, RatingReview
from market.ratings.reviews.rules import UNDECIDED, CallState, ReviewState
from market.ratings.rules import RatingState


def _about(work: UnitOfWork, rating: Rating) -> About:
    contract = work.session.get_one(Contract, rating.contract_id)
    return About(
        number=contract.number,
        title=contract.title,
        path=f"/ratings/contracts/{contract.number}",
        org_ids=(rating.rater_org_id,),
    )


def _about_review(work: UnitOfWork, row: RatingReview) -> About:
    rating = work.session.get_one(Rating, row.rating_id)
    return About(
        number=row.number,
        title=work.session.get_one(Contract, rating.contract_id).title,
        path=f"/ratings/reviews/{row.number}",
        org_ids=(rating.rated_org_id, rating.rater_org_id),
    )


def _about_call_back(work: UnitOfWork, back: RatingCallBack) -> About:
    rating = work.session.get_one(Rating, back.rating_id)
    contract = work.session.get_one(Contract, rating.contract_id)
    # The operator's own work: neither side waits for it.
    return About(number=contract.number, title=contract.title, path="/workbench", org_ids=())


def _days(work: UnitOfWork, rating: Rating) -> Days:
    del work
    days = rules_of(rating).integer(TERMS[rating.direction])
    return Days(from_on=beijing_day(rating.asked_at), working_days=days)


def _review_days(row: RatingReview, key: str) -> Days:
    days = regulations.current().by_id(row.regulation_id).integer(key)
    return Days(from_on=beijing_day(row.opened_at), working_days=days)


def _appeal_days(work: UnitOfWork, row: RatingReview) -> Days:
    del work
    return _review_days(row, "bad_rating.appeal_working_days")


def _decide_days(work: UnitOfWork, row: RatingReview) -> Days:
    del work
    return _review_days(row, "bad_rating.investigate_working_days")


def _call_days(work: UnitOfWork, back: RatingCallBack) -> Days:
    rating = work.session.get_one(Rating, back.rating_id)
    days = rules_of(rating).integer("call_back.working_days")
    return Days(from_on=beijing_day(back.opened_at), working_days=days)


RATE: Final = declare_term(
    Term(
        kind="rating",
        name=msgid("评价期限"),
        model=Rating,
        at=Rating.due_at,
        along=(Rating.next_check_at,),
        runs=Rating.state == RatingState.WAITING,
        about=_about,
        days=_days,
        never_earlier=True,
    )
)
APPEAL: Final = declare_term(
    Term(
        kind="rating-appeal",
        name=msgid("差评申诉期限"),
        model=RatingReview,
        at=RatingReview.appeal_by_at,
        along=(RatingReview.next_check_at,),
        runs=RatingReview.state == ReviewState.HEARING,
        about=_about_review,
        days=_appeal_days,
        never_earlier=True,
    )
)
INQUIRY: Final = declare_term(
    Term(
        kind="rating-review",
        name=msgid("差评核查期限"),
        model=RatingReview,
        at=RatingReview.due_at,
        runs=RatingReview.state.in_(UNDECIDED),
        about=_about_review,
        days=_decide_days,
    )
)
CALL_BACK: Final = declare_term(
    Term(
        kind="rating-call-back",
        name=msgid("回访期限"),
        model=RatingCallBack,
        at=RatingCallBack.due_at,
        runs=RatingCallBack.state == CallState.DUE,
        about=_about_call_back,
        days=_call_days,
    )
)
