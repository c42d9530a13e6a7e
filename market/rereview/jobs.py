"""What time does to re-reviews: sheets are opened, terms end, and nothing waits for the silent."""

from typing import Final

from market import log
from market.db import Actor, reading_work
from market.installation import Installation
from market.rereview import holding as holding  # noqa: PLC0414 - it answers contracts
from market.rereview import queries
from market.rereview import subject as subject  # noqa: PLC0414 - it answers panels
from market.rereview.actions.judging import time_has_come
from market.sweeping import Due, Task, last_of
from market.sweeping import sweep as do_all

ACTOR: Final = Actor("job:rereview")


def sweep(here: Installation) -> int:
    """Do everything that is due, each in a transaction of its own; return how much was done."""
    with reading_work(here.sessions, ACTOR, here.clock) as work:
        is_due = bool(queries.due(work, None, 1))
    if is_due:
        log.sequence(here)  # A sheet is opened against its entry in the log.
    task: Task[Due] = Task(name="rereview", find=queries.due, do=time_has_come, key=last_of)
    return do_all(here, ACTOR, task)
