"""What follows when a suspended clock runs again: features above say it here; clocks only tell.

It is done in the transaction that ends the suspension, whoever or whatever ends it.
"""

from collections.abc import Callable
from typing import Final

from market.clocks.model import Clock
from market.db import UnitOfWork

Follow = Callable[[UnitOfWork, Clock], object]

# Keyed by where they come from: an application assembled twice provides everything once.
_FOLLOWING: Final[dict[tuple[str, str], Follow]] = {}


def provide(function: Follow) -> None:
    """Register what is done when a suspension of a clock ends."""
    _FOLLOWING[function.__module__, function.__qualname__] = function


def tell(work: UnitOfWork, clock: Clock) -> None:
    """Let everything that stood still with a clock know that it runs again."""
    for function in _FOLLOWING.values():
        function(work, clock)
