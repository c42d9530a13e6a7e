"""What is counted in working days and stored: features declare it, and it is counted again.

A deadline is always counted from stored facts, never shifted from its old value: counting it
twice, or after a crash in between, gives the same.

Most kinds are few: they are read and counted one by one (``read``). Of a kind that has very many
what stays where it is is not even read: it says by itself what moves (``sieve``, docs/adr/0079).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from market.db import UnitOfWork

# So many are read and counted at once.
BATCH: Final = 500


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


@dataclass(frozen=True, slots=True)
class Changed:
    """The first and the last of the days that a notice changes."""

    first: date
    last: date


Moved = tuple[int, datetime | None]
"""The id of a deadline, and what it becomes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Many deadlines that were counted: how many, up to which id, and which of them move.

    ``moved`` is in the order of ids; ``load`` returns what is known of some of them. Those in
    ``planned`` end when they did, but what follows is to be planned anew.
    """

    looked_at: int
    last_id: int
    moved: Sequence[Moved]
    planned: Sequence[int] = ()
    load: Callable[[Sequence[Moved]], Sequence[Deadline]]


Read = Callable[[UnitOfWork, int, int], Sequence[Deadline]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One kind of deadline: how those that run are read, and how one is set anew.

    ``read`` returns at most so many beyond an id, in the order of their ids. A kind with very many
    has ``sieve`` instead: it counts those beyond an id that the changed days can move, as many as
    it likes, or returns None when there are no more. ``move`` locks one, counts it again from its
    facts and returns what it was and is; the same if nothing moved.
    """

    kind: str
    name: str
    read: Read | None = None
    sieve: Callable[[UnitOfWork, int, Changed], Look | None] | None = None
    move: Callable[[UnitOfWork, int], tuple[datetime | None, datetime | None]]

    def look(self, work: UnitOfWork, after: int, changed: Changed | None) -> Look | None:
        """Count the next deadlines beyond an id; None: there are no more."""
        if self.sieve is not None:
            return self.sieve(work, after, changed) if changed else None
        batch = self.read(work, after, BATCH) if self.read else ()
        if not batch:
            return None
        counted = [(one, one.due()) for one in batch]
        known = {one.id: one for one in batch}
        return Look(
            looked_at=len(batch),
            last_id=batch[-1].id,
            moved=[(one.id, becomes) for one, becomes in counted if becomes != one.due_at],
            load=lambda moved: [known[one] for one, _ in moved],
        )


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
