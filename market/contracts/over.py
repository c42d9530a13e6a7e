"""What follows when a contract is over: features above say it here; contracts only tell.

It is done in the transaction that accepts the work or ends the contract, so nothing that has to
follow is forgotten.
"""

from collections.abc import Callable
from typing import Final

from market.contracts.model import Contract
from market.db import UnitOfWork

Follow = Callable[[UnitOfWork, Contract], object]

# Keyed by where they come from: an application assembled twice provides everything once.
_FOLLOWING: Final[dict[tuple[str, str], Follow]] = {}


def provide(function: Follow) -> None:
    """Register what is done when a contract that was in force is performed or ended."""
    _FOLLOWING[function.__module__, function.__qualname__] = function


def tell(work: UnitOfWork, contract: Contract) -> None:
    """Let everything that follows a contract know that it is over."""
    for function in _FOLLOWING.values():
        function(work, contract)
