"""What was added later to a firm's price: features above know of contracts, and register here.

A direct choice knows nothing of contracts. Its limits count the price that was published; whoever
reads its page sees beside it what came on top.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from market.db import UnitOfWork
from market.draws.model import Award
from market.labels import Label


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """Money that was added to an award's contract, or is to be; ``counts`` once it has effect."""

    number: str
    amount_fen: int
    state: Label
    counts: bool
    url: str


FindAdded = Callable[[UnitOfWork, Award], Sequence[Added]]

# Keyed by where they come from: an application assembled twice provides everything once.
_FINDERS: Final[dict[tuple[str, str], FindAdded]] = {}


def provide(function: FindAdded) -> None:
    """Register what a feature above adds to the price of an award."""
    _FINDERS[function.__module__, function.__qualname__] = function


def added_to(work: UnitOfWork, award: Award | None) -> list[Added]:
    """Return what was added to an award's contract, the first one first."""
    if award is None:
        return []
    return [added for function in _FINDERS.values() for added in function(work, award)]


def effective_fen(added: Sequence[Added]) -> int:
    """Return what has taken effect of it."""
    return sum(one.amount_fen for one in added if one.counts)
