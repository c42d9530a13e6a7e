"""Two steps, two people: said once for the deed, for the list of what to do, and for the page.

A feature names the steps that its rules keep apart; who took them is asked here.
"""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute

from market.db import UnitOfWork
from market.errors import SeparationOfDutiesError

# What the log calls whoever must not be known: accounts stand beside firms elsewhere in it.
SIDE: Final = "side"


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


def numbered(earlier: Iterable[int | None], user_id: int | None) -> str:
    """Return what the log calls an official in one case: whoever acted first is ``official:1``.

    Two people can be told apart, and from one case to another nobody is known again.

    Args:
        earlier: Who took the officials' steps of the case until now, this one's included, in order.
        user_id: Who takes this one.
    """
    people = list(dict.fromkeys(one for one in earlier if one is not None))
    return f"official:{people.index(user_id) + 1}" if user_id in people else SIDE
