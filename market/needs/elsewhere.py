"""What features above show of a need on its owner's page, and where the public reads of it.

A need knows nothing of direct choices; they register their links here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from market.db import UnitOfWork
from market.needs.model import Need


@dataclass(frozen=True, slots=True)
class Link:
    """A page about a need. ``label`` is a msgid; ``note`` another that says what it is for."""

    label: str
    url: str
    note: str = ""


FindLinks = Callable[[UnitOfWork, Need], Sequence[Link]]
FindPublic = Callable[[UnitOfWork, Need], str | None]

# Keyed by where they come from: an application assembled twice provides everything once.
_LINKS: Final[dict[tuple[str, str], FindLinks]] = {}
_PUBLIC: Final[dict[tuple[str, str], FindPublic]] = {}


def provide(*, links: FindLinks, public: FindPublic) -> None:
    """Register the pages of a feature above about a need."""
    _LINKS[links.__module__, links.__qualname__] = links
    _PUBLIC[public.__module__, public.__qualname__] = public


def links_of(work: UnitOfWork, need: Need) -> list[Link]:
    """Return what features above offer the reader of a need's own page."""
    return [link for function in _LINKS.values() for link in function(work, need)]


def public_url(work: UnitOfWork, need: Need) -> str | None:
    """Return where the public reads of a need that has no notice, if it may at all."""
    found = (function(work, need) for function in _PUBLIC.values())
    return next((url for url in found if url is not None), None)
