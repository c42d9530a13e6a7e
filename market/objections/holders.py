"""Who else holds an award: a feature above registers how it is asked, and nothing goes on too soon.

Every process in which an award may go on must know it (``market.jobs.LOADED``).
"""

from collections.abc import Callable
from typing import Final

from market.db import UnitOfWork

Holder = Callable[[UnitOfWork, int], bool]

# Keyed by where they come from: an application assembled twice registers each once.
_HOLDERS: Final[dict[tuple[str, str], Holder]] = {}


def provide(function: Holder) -> None:
    """Register a function that says whether something of its feature holds an award, by id."""
    _HOLDERS[function.__module__, function.__qualname__] = function


def hold(work: UnitOfWork, award_id: int) -> bool:
    """Whether something of a feature above holds an award."""
    return any(function(work, award_id) for function in _HOLDERS.values())
