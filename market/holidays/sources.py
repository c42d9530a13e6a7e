"""What is counted in working days and stored: features declare it, and it is counted again.

A deadline is always counted from stored facts, never shifted from its old value: counting it
twice, or after a crash in between, gives the same.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from market.db import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """One stored deadline and whom it concerns.

    ``due`` counts it from its facts by the calendar that is installed when it is called. Of what
    is not public, the log and the public pages learn no number.
    """

    id: int
    subject: str
    about: str
    number: str
    title: str
    path: str
    org_ids: tuple[int, ...]
    due_at: datetime | None
    due: Callable[[], datetime | None]
    is_public: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One kind of deadline: how those that run are read, and how one is set anew.

    ``read`` returns at most so many beyond an id, in the order of their ids. ``move`` locks one,
    counts it again from its facts and returns what it was and is; the same if nothing moved.
    """

    kind: str
    name: str
    read: Callable[[UnitOfWork, int, int], Sequence[Deadline]]
    move: Callable[[UnitOfWork, int], tuple[datetime | None, datetime | None]]


_SOURCES: Final[dict[str, Source]] = {}


def declare_source(source: Source) -> Source:
    """Make a kind of deadline known and return it."""
    _SOURCES[source.kind] = source
    return source


def sources() -> list[Source]:
    """Return the kinds of deadlines, in a fixed order.

    Raises:
        LookupError: None is declared: this process does not know the features that have some.
    """
    if not _SOURCES:
        raise LookupError("no deadlines are declared: load market.jobs.LOADED first")
    return [_SOURCES[kind] for kind in sorted(_SOURCES)]
