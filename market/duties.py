"""Two steps, two people: said once for the deed, for the list of what to do, and for the page.

A feature names the steps that its rules keep apart; who took them is asked here.
"""

from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute

from market.db import UnitOfWork
from market.errors import SeparationOfDutiesError


def took(work: UnitOfWork, *by_ids: int | None) -> bool:
    """Whether the person who acts took one of these steps; a job and a visitor took none."""
    return work.actor.user_id is not None and work.actor.user_id in by_ids


def require_another(work: UnitOfWork, *by_ids: int | None, first: str, second: str) -> None:
    """Refuse a step to whoever took one from which the rules keep it apart.

    Raises:
        SeparationOfDutiesError: It is the same person; ``first`` and ``second`` name the two.
        LookupError: No person acts.
    """
    if work.user_id in by_ids:
        raise SeparationOfDutiesError(first, second)


def by_another(
    work: UnitOfWork, by_id: InstrumentedAttribute[int] | InstrumentedAttribute[int | None]
) -> ColumnElement[bool]:
    """Return the condition for rows whose earlier step another person took."""
    return by_id != work.actor.user_id
