"""Keeping the ceiling of a bundle at the sum of its parts, wherever a need is written."""

from market.db import UnitOfWork
from market.needs.bundling.queries import parts_of
from market.needs.bundling.rules import check_sum
from market.needs.model import Need


def require_sum(work: UnitOfWork, need: Need) -> None:
    """Refuse a bundle whose ceiling is not the sum of its parts; no bundle is fine.

    Raises:
        PartsSumError: They differ.
    """
    check_sum(need.ceiling_fen, [part.ceiling_fen for part in parts_of(work, need)])
