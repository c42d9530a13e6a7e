"""What features above know against announcing a need: they register their questions here.

A need knows nothing of draws; but whether its source of entropy can be had, and whether a second
notice could ever be believed, only they can tell, and its owner is told before the last click.
"""

from collections.abc import Callable
from typing import Final

from market.db import UnitOfWork
from market.errors import MarketError
from market.needs.model import Need

AskAgain = Callable[[UnitOfWork, Need], MarketError | None]
# Asked about a service item, and about a need of it where there is one.
AskMethod = Callable[[UnitOfWork, str, Need | None], MarketError | None]
AskSource = Callable[[UnitOfWork, str], MarketError | None]
_AGAIN: Final[list[AskAgain]] = []
_SOURCE: Final[list[AskSource]] = []
_METHODS: Final[dict[str, AskMethod]] = {}


def provide(*, again: AskAgain, source: AskSource) -> None:
    """Take the functions that say what is against a further notice, and against a source."""
    provide_again(again)
    _SOURCE[:] = [source]


def provide_again(ask: AskAgain) -> None:
    """Take a further function that says what is against announcing a need again."""
    if ask not in _AGAIN:
        _AGAIN.append(ask)


def provide_method(method: str, ask: AskMethod) -> None:
    """Take the function that says what is against announcing a need by a method today."""
    _METHODS[method] = ask


def of_method(work: UnitOfWork, need: Need) -> MarketError | None:
    """Return why a need cannot be announced by its method today, None if it can."""
    ask = _METHODS.get(need.method)
    return ask(work, need.item_code, need) if ask else None


def of_methods(work: UnitOfWork, item_code: str, need: Need | None) -> dict[str, MarketError]:
    """Return which methods an item cannot be announced by today, each with the reason."""
    asked = {method: ask(work, item_code, need) for method, ask in _METHODS.items()}
    return {method: found for method, found in asked.items() if found is not None}


def of_again(work: UnitOfWork, need: Need) -> MarketError | None:
    """Return why a need must not be announced again, None if nothing is against it."""
    return next((found for ask in _AGAIN if (found := ask(work, need))), None)


def of_source(work: UnitOfWork, mode: str) -> MarketError | None:
    """Return why a notice cannot name a source of entropy today, None if it can."""
    return next((found for ask in _SOURCE if (found := ask(work, mode))), None)
