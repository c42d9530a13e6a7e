"""What holds a returned round: a feature above says that its return is disputed; contracts ask.

While others judge a return no other round is handed in: what they look at stays the last one. A
dispute that holds nothing ends with the next round (docs/adr/0117).
"""

from collections.abc import Callable
from typing import Final

from market.contracts.model import Contract
from market.db import UnitOfWork
from market.errors import MarketError

Holds = Callable[[UnitOfWork, Contract], None]
Ends = Callable[[UnitOfWork, Contract], None]

# Keyed by where they come from: an application assembled twice provides everything once.
_HOLDING: Final[dict[tuple[str, str], Holds]] = {}
_ENDING: Final[dict[tuple[str, str], Ends]] = {}


def provide(function: Holds) -> None:
    """Register what refuses another round while the return of the last one is disputed."""
    _HOLDING[function.__module__, function.__qualname__] = function


def require_undisputed(work: UnitOfWork, contract: Contract) -> None:
    """Refuse another round while somebody looks again at the return of the last one.

    Raises:
        MarketError: It is disputed; the error says what to do first.
    """
    for function in _HOLDING.values():
        function(work, contract)


def is_disputed(work: UnitOfWork, contract: Contract) -> bool:
    """Whether another round would be refused now; a page offers what is not."""
    try:
        require_undisputed(work, contract)
    except MarketError:
        return True
    return False


def provide_end(function: Ends) -> None:
    """Register what ends disputes of a round once the next one is handed in."""
    _ENDING[function.__module__, function.__qualname__] = function


def end_with_round(work: UnitOfWork, contract: Contract) -> None:
    """End the disputes of the last round that held nothing: another one is handed in."""
    for function in _ENDING.values():
        function(work, contract)
