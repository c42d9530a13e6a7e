"""What time does to objections: silence after an answer accepts it."""

import logging
from collections.abc import Callable
from typing import Final

from market.db import Actor, UnitOfWork, reading_work, unit_of_work
from market.errors import ConflictError
from market.installation import Installation
from market.objections import actions, queries

logger = logging.getLogger(__name__)

ACTOR: Final = Actor("job:objections")
BATCH: Final = 200
Deed = Callable[[UnitOfWork, int], bool]


def sweep(here: Installation) -> int:
    """Do everything that is due, each in a transaction of its own; return how much was done."""
    with reading_work(here.sessions, ACTOR, here.clock) as work:
        silent = queries.answers_over_ids(work, work.now, BATCH)
        overtaken = queries.overtaken_ids(work, BATCH)
    done = sum(_one(here, actions.settle, key) for key in silent)
    return done + sum(_one(here, actions.overtake, key) for key in overtaken)


def _one(here: Installation, deed: Deed, key: int) -> int:
    try:
        with unit_of_work(here.sessions, ACTOR, here.clock) as work:
            return int(deed(work, key))
    except ConflictError:
        return 0  # Somebody was first; the next sweep looks again.
    except Exception:
        logger.exception("objection %d could not be advanced; it is tried again", key)
        return 0
