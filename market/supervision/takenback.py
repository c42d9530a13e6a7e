"""What becomes of what rests on a card that was taken back. Features above say it."""

from collections.abc import Callable
from typing import Final

from market.clocks.model import Card
from market.db import UnitOfWork

Follow = Callable[[UnitOfWork, Card], object]

# Keyed by where they come from: an application assembled twice provides everything once.
_PROVIDERS: Final[dict[tuple[str, str], Follow]] = {}


def provide(function: Follow) -> None:
    """Register what is done in the moment in which a card is taken back."""
    _PROVIDERS[function.__module__, function.__qualname__] = function


def tell(work: UnitOfWork, card: Card) -> None:
    """Let what rests on a card know that it was taken back."""
    for function in _PROVIDERS.values():
        function(work, card)
