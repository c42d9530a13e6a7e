"""What lies with the operator, and since when it is late: the lists of its own workbench.

Nothing is listed a second time here. Each feature says what its operator has to do, and those
who watch see the same lines; the public sees how many there are of each.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from market.accounts.operators import PERMISSIONS as PERMISSIONS  # noqa: PLC0414 - told here
from market.accounts.todo import Todo, todos_of
from market.db import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyCount:
    """How many things of one kind lie with the operator. ``what`` is translated."""

    what: str
    waiting: int
    late: int
    late_since_at: datetime | None


def duties(work: UnitOfWork) -> list[Todo]:
    """Return all that lies with the operator, what is late first, the oldest before the others."""
    found = todos_of(work, PERMISSIONS)
    return sorted(found, key=lambda one: not is_late(one, work.now))


def is_late(one: Todo, now: datetime) -> bool:
    """Whether a duty's term is over, or its feature says that it is late."""
    return one.urgency_at(now) == "late"


def late(found: Iterable[Todo], now: datetime) -> int:
    """Return how many duties are late."""
    return sum(one.count for one in found if is_late(one, now))


def counts(found: Iterable[Todo], now: datetime) -> list[DutyCount]:
    """Return how many duties there are of each kind: no title, no name. The latest come first."""
    kinds: dict[str, list[Todo]] = {}
    for one in found:
        kinds.setdefault(one.what, []).append(one)
    rows = [_count(what, those, now) for what, those in kinds.items()]
    return sorted(rows, key=lambda row: (-row.late, -row.waiting))


def _count(what: str, those: list[Todo], now: datetime) -> DutyCount:
    since = [one.due_at for one in those if one.due_at is not None and one.due_at < now]
    return DutyCount(
        what=what,
        waiting=sum(one.count for one in those),
        late=late(those, now),
        late_since_at=min(since, default=None),
    )


def for_overseers(work: UnitOfWork) -> int:
    """Return how many duties of the operator are late; for its own people none: they see them."""
    if PERMISSIONS & work.actor.permissions:
        return 0
    return late(duties(work), work.now)
