"""What features above show of a need on its owner's page, and where the public reads of it.

A need knows nothing of direct choices and of draws; they register what they know of it here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from market.db import UnitOfWork
from market.needs.model import Need, Notice


@dataclass(frozen=True, slots=True)
class Link:
    """A page about a need. ``label`` is a msgid; ``note`` another that says what it is for."""

    label: str
    url: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What of a notice's timetable came to pass after enrolment: a planned time alone is none."""

    opened: bool
    frozen: bool
    drawn: bool


FindProgress = Callable[[UnitOfWork, Notice], Progress | None]
FindLinks = Callable[[UnitOfWork, Need], Sequence[Link]]
FindPublic = Callable[[UnitOfWork, Need], str | None]

# Keyed by where they come from: an application assembled twice provides everything once.
_LINKS: Final[dict[tuple[str, str], FindLinks]] = {}
_PUBLIC: Final[dict[tuple[str, str], FindPublic]] = {}
_PROGRESS: Final[dict[tuple[str, str], FindProgress]] = {}


def provide(*, links: FindLinks, public: FindPublic) -> None:
    """Register the pages of a feature above about a need."""
    _LINKS[links.__module__, links.__qualname__] = links
    _PUBLIC[public.__module__, public.__qualname__] = public


def provide_progress(find: FindProgress) -> None:
    """Register what knows how far the draw of a notice has come."""
    _PROGRESS[find.__module__, find.__qualname__] = find


def progress_of(work: UnitOfWork, notice: Notice) -> Progress | None:
    """Return how far the draw of a notice has come, if it has one."""
    found = (find(work, notice) for find in _PROGRESS.values())
    return next((one for one in found if one is not None), None)


def links_of(work: UnitOfWork, need: Need) -> list[Link]:
    """Return what features above offer the reader of a need's own page."""
    return [link for function in _LINKS.values() for link in function(work, need)]


def public_url(work: UnitOfWork, need: Need) -> str | None:
    """Return where the public reads of a need that has no notice, if it may at all."""
    found = (function(work, need) for function in _PUBLIC.values())
    return next((url for url in found if url is not None), None)
