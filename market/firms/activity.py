"""When a firm last took part. Features above register what they know of it."""

from collections.abc import Callable
from datetime import datetime

from market.db import UnitOfWork
from market.firms.model import Firm

Provider = Callable[[UnitOfWork, Firm], datetime | None]
_PROVIDERS: list[Provider] = []


def provide(function: Provider) -> None:
    """Ask a feature, from now on, when a firm last took part in something."""
    if function not in _PROVIDERS:
        _PROVIDERS.append(function)


def last(work: UnitOfWork, firm: Firm) -> datetime:
    """Return when a firm last took part, or was listed, woken or resumed."""
    begun = firm.awake_since or firm.listed_at or firm.state_since
    return max([begun, *(at for function in _PROVIDERS if (at := function(work, firm)))])
