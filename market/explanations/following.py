"""What follows the end of an award whose low price was not accepted: features above say it here.

Explanations know nothing of contracts; but a finding of who did not sign ends with its award, in
the same transaction.
"""

from collections.abc import Callable
from typing import Final

from market.db import UnitOfWork
from market.draws.model import Award

Follow = Callable[[UnitOfWork, Award], object]
_FOLLOWING: Final[dict[tuple[str, str], Follow]] = {}


def provide(function: Follow) -> None:
    """Register what is done when an award was taken from its firm."""
    _FOLLOWING[function.__module__, function.__qualname__] = function


def tell(work: UnitOfWork, award: Award) -> None:
    """Let everything that follows an award know that it has ended."""
    for function in _FOLLOWING.values():
        function(work, award)
