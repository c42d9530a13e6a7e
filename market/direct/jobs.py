"""What time does to emergencies: the term of their filing ends."""

import logging
from typing import Final

from market.db import Actor, reading_work, unit_of_work
from market.direct import actions, queries
from market.direct.emergency_rules import EmergencyState
from market.errors import ConflictError
from market.installation import Installation

logger = logging.getLogger(__name__)

ACTOR: Final = Actor("job:direct")
BATCH: Final = 200


def sweep(here: Installation) -> int:
    """Mark every emergency whose term of filing is over; return how many.

    What is found is looked at again under a lock, so running twice changes nothing.
    """
    with reading_work(here.sessions, ACTOR, here.clock) as work:
        found = queries.expired_ids(work, work.now, BATCH)
    return sum(_expire(here, emergency_id) for emergency_id in found)


def _expire(here: Installation, emergency_id: int) -> int:
    try:
        with unit_of_work(here.sessions, ACTOR, here.clock) as work:
            case = queries.emergency_locked(work, emergency_id)
            if case.state is not EmergencyState.TO_FILE or work.now < case.file_by_at:
                return 0
            actions.expire(work, case)
            return 1
    except ConflictError:
        return 0  # A clerk or another node was first; the next sweep looks again.
    except Exception:
        logger.exception("emergency %s could not be marked; it is tried again", emergency_id)
        return 0
