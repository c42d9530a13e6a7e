"""What features above link to from a result: they provide it, the page of a draw only asks."""

from collections.abc import Callable, Sequence
from typing import Final

from market.db import UnitOfWork
from market.draws.model import Award
from market.needs.elsewhere import Link

FindLinks = Callable[[UnitOfWork, Award], Sequence[Link]]

# Keyed by where they come from: an application assembled twice provides everything once.
_LINKS: Final[dict[tuple[str, str], FindLinks]] = {}


def provide(function: FindLinks) -> None:
    """Register who has pages about a result."""
    _LINKS[function.__module__, function.__qualname__] = function


def links_of(work: UnitOfWork, award: Award) -> list[Link]:
    """Return the pages of features above about a result."""
    return [link for function in _LINKS.values() for link in function(work, award)]
