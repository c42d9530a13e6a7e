"""What time does to complaints: a term that nobody kept is not forgotten."""

from collections.abc import Sequence
from typing import Final

from market.complaints import actions, queries
from market.complaints import holding as holding  # noqa: PLC0414 - an award stays held
from market.db import Actor, UnitOfWork
from market.installation import Installation
from market.sweeping import Task
from market.sweeping import sweep as do_all

ACTOR: Final = Actor("job:complaints")


def sweep(here: Installation) -> int:
    """Do everything that is due, each in a transaction of its own; return how much was done."""
    return do_all(here, ACTOR, Task(name="complaint: late", find=_late, do=actions.run_late))


def _late(work: UnitOfWork, after: int | None, limit: int) -> Sequence[int]:
    return queries.due_ids(work, work.now, limit, after or 0)
