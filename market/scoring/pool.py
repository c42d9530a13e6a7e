"""Whether a need can be announced by scoring today: whether its item has experts enough."""

from market import regulations
from market.db import UnitOfWork
from market.errors import MarketError
from market.experts.queries import qualified
from market.needs import hindrances
from market.needs.methods import METHODS_SUBJECT, Method
from market.needs.model import Need
from market.panels.errors import PoolTooSmallError
from market.panels.queries import is_unspent, panels_of_need


def too_small(work: UnitOfWork, item_code: str, need: Need | None) -> MarketError | None:
    """Return why no panel could be drawn for an item today; None if one could.

    A panel that came too late for the notice before was drawn, and serves the next one.
    """
    earlier = panels_of_need(work, need.id) if need else []
    if earlier and is_unspent(work, earlier[-1]):
        return None
    rules = regulations.in_force(METHODS_SUBJECT, work.today)
    needed = rules.integer("scored.seats") * rules.integer("scored.candidates_per_seat")
    found = len(qualified(work, item_code))
    return PoolTooSmallError(found, needed) if found < needed else None


hindrances.provide_method(Method.SCORED, too_small)
