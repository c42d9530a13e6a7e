"""What time does to emergencies: the term of their filing ends, and that of their examination."""

from collections.abc import Sequence
from typing import Final

from market.db import Actor, UnitOfWork
from market.direct import actions, queries
from market.direct.emergency_rules import EmergencyState
from market.installation import Installation
from market.sweeping import Task
from market.sweeping import sweep as do_all

ACTOR: Final = Actor("job:direct")


def sweep(here: Installation) -> int:
    """Take every emergency on whose term is over, to file or to examine; return how many."""
    return do_all(here, ACTOR, Task(name="emergency", find=_due, do=_go_on))


def _due(work: UnitOfWork, after: int | None, limit: int) -> Sequence[int]:
    return queries.due_ids(work, work.now, limit, after or 0)


def _go_on(work: UnitOfWork, emergency_id: int) -> int:
    case = queries.emergency_locked(work, emergency_id)
    if case.next_check_at is None or work.now < case.next_check_at:
        return 0
    if case.state is EmergencyState.TO_FILE:
        actions.expire(work, case)
    else:
        actions.escalate(work, case)
    return 1
