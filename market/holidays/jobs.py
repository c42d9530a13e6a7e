"""What time does to notices: the deadlines are counted again, batch by batch."""

from collections.abc import Sequence
from typing import Final

from market.db import Actor, UnitOfWork
from market.holidays import recounting
from market.holidays.model import HolidayImport
from market.installation import Installation
from market.sweeping import Due, Task, due_rows, last_of
from market.sweeping import sweep as do_all

ACTOR: Final = Actor("job:holidays")


def sweep(here: Installation) -> int:
    """Count again whatever a notice may have moved; return how many deadlines were looked at.

    Each round does one batch of each notice that is due, until there is nothing left.
    """
    task = Task(name="holidays: recount", find=_due, do=_step, key=last_of)
    done = 0
    while step := do_all(here, ACTOR, task):
        done += step
    return done


def _due(work: UnitOfWork, after: Due | None, limit: int) -> Sequence[Due]:
    return due_rows(work, HolidayImport.next_check_at, HolidayImport.id, after=after, limit=limit)


def _step(work: UnitOfWork, due: Due) -> int:
    return recounting.step(work, last_of(due))
