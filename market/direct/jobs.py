"""What time does to emergencies: the term of their filing ends."""

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
    """Mark every emergency whose term of filing is over; return how many."""
    return do_all(here, ACTOR, Task(name="emergency", find=_expired, do=_expire))


def _expired(work: UnitOfWork, after: int | None, limit: int) -> Sequence[int]:
    return queries.expired_ids(work, work.now, limit, after or 0)


def _expire(work: UnitOfWork, emergency_id: int) -> int:
    case = queries.emergency_locked(work, emergency_id)
    if case.state is not EmergencyState.TO_FILE or work.now < case.file_by_at:
        return 0
    actions.expire(work, case)
    return 1
