"""Which fee tables a firm may name: the feature above that keeps them says so."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final


@dataclass(frozen=True, slots=True)
class Listed:
    """A fee table: its id, its name, and the document it comes from."""

    id: str
    name: str
    document: str


Finder = Callable[[date], Sequence[Listed]]
_FINDERS: Final[list[Finder]] = []


def provide(finder: Finder) -> None:
    """Take what knows the fee tables of a day."""
    _FINDERS[:] = [finder]


def listed_on(day: date) -> list[Listed]:
    """Return the fee tables of a day; none where nobody keeps any."""
    return [one for finder in _FINDERS for one in finder(day)]


def listed(table: str, day: date) -> Listed | None:
    """Return a fee table by its id, if it applies on a day."""
    return next((one for one in listed_on(day) if one.id == table), None)
