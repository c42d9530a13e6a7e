"""What time does to clocks: ends suspensions, leaves silence to the operator, deals cards."""

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.exc import IntegrityError

from market.clocks import actions, queries
from market.clocks.model import Clock
from market.clocks.rules import SuspensionState
from market.db import Actor, UnitOfWork, reading_work, unit_of_work
from market.errors import ConflictError
from market.installation import Installation

logger = logging.getLogger(__name__)

ACTOR: Final = Actor("job:clocks")
BATCH: Final = 200

Due = tuple[datetime, int, int]
"""When something is due, its id, and the clock it concerns."""
Find = Callable[[UnitOfWork, Due | None], Sequence[Due]]


def sweep(here: Installation) -> int:
    """Do everything that is due; return how much was done.

    Suspensions first: a resumed clock may be due at once. Each clock is settled in a transaction
    of its own and only if something is still due there, so running twice or on two nodes changes
    nothing, and days of downtime are caught up in order. A clock that cannot be settled is
    logged and holds up no other.
    """
    finds: list[Find] = [
        lambda work, after: queries.due_suspensions(
            work, SuspensionState.REQUESTED, work.now, BATCH, after
        ),
        lambda work, after: queries.due_suspensions(
            work, SuspensionState.RUNNING, work.now, BATCH, after
        ),
        lambda work, after: queries.due_clocks(work, work.now, BATCH, after),
    ]
    return sum(_settle(here, clock_id) for find in finds for clock_id in _all(here, find))


def _all(here: Installation, find: Find) -> Iterable[int]:
    """Yield the clocks for which something is due, batch after batch, each batch read anew."""
    after: Due | None = None
    while True:
        with reading_work(here.sessions, ACTOR, here.clock) as work:
            found = find(work, after)
        yield from (clock_id for _, _, clock_id in found)
        if len(found) < BATCH:
            return
        after = found[-1]


def _settle(here: Installation, clock_id: int) -> int:
    try:
        with unit_of_work(here.sessions, ACTOR, here.clock) as work:
            return actions.settle(work, work.session.get_one(Clock, clock_id))
    except (ConflictError, IntegrityError):
        return 0  # Another node was first.
    except Exception:
        logger.exception("clock %s could not be settled; it is tried again", clock_id)
        return 0
