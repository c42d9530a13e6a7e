"""Whether a need can be announced by scoring today: whether its item has experts enough."""

from market import regulations
from market.db import UnitOfWork
from market.errors import MarketError
from market.experts.queries import qualified
from market.needs import hindrances
from market.needs.methods import METHODS_SUBJECT, Method
from market.needs.model import Need
from market.panels.errors import PoolTooSmallError


def too_small(work: UnitOfWork, need: Need) -> MarketError | None:
    """Return why no panel could be drawn for a need's item today; None if one could."""
    rules = regulations.in_force(METHODS_SUBJECT, work.today)
    needed = rules.integer("scored.seats") * rules.integer("scored.candidates_per_seat")
    found = len(qualified(work, need.item_code))
    return PoolTooSmallError(found, needed) if found < needed else None


hindrances.provide_method(Method.SCORED, too_small)
