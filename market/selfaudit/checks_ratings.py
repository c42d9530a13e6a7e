"""Which rows of ratings are compared with which entries."""

from market.contracts.model import Contract
from market.ratings.model import Rating, RatingOpening, RatingSeal
from market.ratings.reviews.model import RatingCallBack, RatingReview
from market.selfaudit.told import Told, table_of, told


def rating_checks() -> tuple[Told, ...]:
    """Return the comparisons of ratings, what was sealed and opened, and what followed."""
    contract, rating = table_of(Contract), table_of(Rating)
    seal, opening = table_of(RatingSeal), table_of(RatingOpening)
    review, call_back = table_of(RatingReview), table_of(RatingCallBack)
    named = {"contract": contract.c.number, "direction": rating.c.direction}
    of_contract = rating.join(contract, contract.c.id == rating.c.contract_id)
    return (
        told(
            "rating.asked.v1",
            rating,
            named,
            {"regulation": rating.c.regulation_id},
            rows=of_contract,
        ),
        told(
            "rating.sealed.v1",
            seal,
            named,
            {"commitment": seal.c.commitment},
            rows=of_contract.join(seal, seal.c.rating_id == rating.c.id),
        ),
        told(
            "rating.opened.v1",
            opening,
            named,
            {"comment_digest": opening.c.comment_digest, "salt": opening.c.salt},
            rows=of_contract.join(opening, opening.c.rating_id == rating.c.id),
        ),
        told(
            "rating.review.v1",
            review,
            {"review": review.c.number},
            {"state": review.c.state, "finding": review.c.finding},
        ),
        told(
            "rating.call-back.v1",
            call_back,
            named,
            {"state": call_back.c.state, "why": call_back.c.why},
            rows=of_contract.join(call_back, call_back.c.rating_id == rating.c.id),
        ),
    )
