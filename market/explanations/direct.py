"""Directly agreed prices far below what the firm itself publishes: they are explained too.

An emergency is not asked about: each one, price included, is examined and decided afterwards.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Select, exists, select

from market import regulations
from market.clock import beijing_day
from market.db import UnitOfWork
from market.direct.limits import SUBJECT
from market.direct.model import DirectChoice
from market.direct.rules import DirectGround
from market.draws.model import Award
from market.draws.model_prices import AwardPrice
from market.draws.rules import AwardState
from market.explanations.model import Explanation
from market.explanations.rules import is_far_below

KEY: Final = "price.explain_below_percent"


def low_fen(work: UnitOfWork, award: Award) -> int | None:
    """Return the price of a direct award if it lies far below the firm's published fee."""
    rows = work.session.execute(_priced().where(Award.id == award.id))
    is_low = any(_is_low(price, disclosed, at) for _, price, disclosed, at in rows)
    return award.price_fen if is_low else None


def unasked_ids(
    work: UnitOfWork, limit: int, after_id: int, live: Sequence[AwardState]
) -> list[int]:
    """Return the live direct awards with such a price for which nothing was asked, by id."""
    found: list[int] = []
    while len(found) < limit:
        rows = work.session.execute(
            _priced()
            .where(
                Award.state.in_(live),
                Award.id > after_id,
                ~exists().where(Explanation.award_id == Award.id),
            )
            .order_by(Award.id)
            .limit(limit)
        ).all()
        found += [key for key, price, disclosed, at in rows if _is_low(price, disclosed, at)]
        if len(rows) < limit:
            break
        after_id = rows[-1][0]
    return found[:limit]


def _priced() -> Select[int, int, int | None, datetime]:
    """Return the direct awards with what the firm's published fee gave, without emergencies."""
    return (
        select(Award.id, Award.price_fen, AwardPrice.disclosed_fen, Award.published_at)
        .join(AwardPrice, AwardPrice.award_id == Award.id)
        .join(DirectChoice, DirectChoice.award_id == Award.id)
        .where(
            DirectChoice.ground != DirectGround.EMERGENCY,
            AwardPrice.disclosed_fen.is_not(None),
        )
    )


def _is_low(price_fen: int, disclosed_fen: int | None, published_at: datetime) -> bool:
    rules = regulations.in_force(SUBJECT, beijing_day(published_at))
    return is_far_below(price_fen, disclosed_fen, rules.integer(KEY))
