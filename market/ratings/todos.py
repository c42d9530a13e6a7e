"""What there is to do about ratings, as the workbench lists it."""

from flask import url_for
from flask_babel import gettext

from market.accounts.todo import Todo
from market.db import UnitOfWork
from market.labels import label_of
from market.ratings import queries
from market.ratings.covers import queries as covers
from market.ratings.reviews import queries as reviews


def for_raters(work: UnitOfWork) -> list[Todo]:
    """Ratings to give, and bad ratings of one's own organisation that can be appealed against."""
    if work.actor.org_id is None:
        return []
    found = [
        Todo(
            what=gettext(label_of(row.rating.direction).text),
            detail=f"{row.contract.number} {row.contract.title}",
            url=url_for(
                "ratings.give", number=row.contract.number, direction=row.rating.direction.value
            ),
            due_at=row.rating.due_at,
        )
        for row in queries.waiting(work)
    ]
    words = gettext("本单位收到差评，可以申诉")
    return found + [_review(words, one, appeal=True) for one in reviews.to_appeal(work)]


def for_examiners(work: UnitOfWork) -> list[Todo]:
    """Bad ratings to look into, and people to call back."""
    found = [_review(gettext("核查差评，提出意见"), one) for one in reviews.to_examine(work)]
    return found + [
        Todo(
            what=gettext(label_of(one.call_back.why).text),
            detail=f"{one.contract.number} {one.contract.title}",
            url=url_for("ratings.call_back", call_back_id=one.call_back.id),
            due_at=one.call_back.due_at,
        )
        for one in reviews.to_call(work)
    ]


def for_deciders(work: UnitOfWork) -> list[Todo]:
    """What another person has proposed to find of a bad rating, and words to cover."""
    words = gettext("对差评的核查意见作出决定")
    return [
        *(
            Todo(
                what=gettext("决定是否隐藏评价文字"),
                detail=contract.number,
                url=url_for(
                    "ratings.answer_cover", number=contract.number, direction=rating.direction.value
                ),
                urgency="soon",
            )
            for rating, contract in covers.to_decide(work)
        ),
        *(_review(words, one) for one in reviews.to_decide(work)),
    ]


def for_supervisor(work: UnitOfWork) -> list[Todo]:
    """Bad ratings that the operator lets lie, and objections to covered words."""
    words = gettext("督办：运营机构逾期未办结差评核查")
    return [
        *(
            Todo(
                what=gettext("决定隐藏评价文字的异议"),
                detail=contract.number,
                url=url_for(
                    "ratings.rule_on_cover",
                    number=contract.number,
                    direction=rating.direction.value,
                ),
                urgency="soon",
            )
            for _, rating, contract in covers.to_rule(work)
        ),
        *(_review(words, one) for one in reviews.late(work)),
    ]


def _review(what: str, one: reviews.Found, *, appeal: bool = False) -> Todo:
    return Todo(
        what=what,
        detail=f"{one.review.number} {one.contract.title}",
        url=url_for("ratings.review", review=one.review.number),
        due_at=one.review.appeal_by_at if appeal else one.review.due_at,
    )
