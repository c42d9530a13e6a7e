"""Measures whose ground is looked at again. The feature that orders them says which."""

from collections.abc import Callable, Iterable
from typing import Final

from market.db import UnitOfWork
from market.firms.model import Firm

# Of the id of a firm, the numbers of the cases whose decisions are looked at again.
Numbers = Callable[[UnitOfWork, int], Iterable[str]]

# Keyed by where they come from: an application assembled twice provides everything once.
_PROVIDERS: Final[dict[tuple[str, str], Numbers]] = {}


def provide(function: Numbers) -> None:
    """Register who knows which measures are looked at again."""
    _PROVIDERS[function.__module__, function.__qualname__] = function


def of_firm(work: UnitOfWork, firm: Firm) -> frozenset[str]:
    """Return the cases of a firm whose measures are looked at again."""
    return frozenset(one for ask in _PROVIDERS.values() for one in ask(work, firm.id))
