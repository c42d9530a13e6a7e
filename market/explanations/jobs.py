"""What time does to explanations: it asks for them, and takes silence as a rejection."""

import logging
from collections.abc import Callable
from functools import partial
from typing import Final

from market.db import Actor, UnitOfWork, reading_work, unit_of_work
from market.draws.model import Award
from market.errors import ConflictError
from market.explanations import actions, queries
from market.installation import Installation

logger = logging.getLogger(__name__)

ACTOR: Final = Actor("job:explanations")
BATCH: Final = 500
Deed = Callable[[UnitOfWork], object]


def sweep(here: Installation) -> int:
    """Do everything that is due, each in a transaction of its own; return how much was done.

    What is found is checked again under the award's lock: running twice, or on two nodes,
    changes nothing.
    """
    with reading_work(here.sessions, ACTOR, here.clock) as work:
        low = [award_id for award_id in queries.unasked_ids(work, BATCH) if _is_low(work, award_id)]
        silent = queries.silent_numbers(work, BATCH)
        ended = queries.ended_numbers(work, BATCH)
    deeds: list[Deed] = [
        *(partial(actions.ask, award_id=award_id) for award_id in low),
        *(partial(_expire, number=number) for number in silent),
        *(partial(_close, number=number) for number in ended),
    ]
    return sum(_one(here, deed) for deed in deeds)


def _is_low(work: UnitOfWork, award_id: int) -> bool:
    return queries.low_fen(work, work.session.get_one(Award, award_id)) is not None


def _expire(work: UnitOfWork, number: str) -> bool:
    return actions.expire(work, *queries.locked(work, number))


def _close(work: UnitOfWork, number: str) -> bool:
    return actions.close(work, *queries.locked(work, number))


def _one(here: Installation, deed: Deed) -> int:
    try:
        with unit_of_work(here.sessions, ACTOR, here.clock) as work:
            return int(bool(deed(work)))
    except ConflictError:
        return 0  # A clerk or another node was first; the next sweep looks again.
    except Exception:
        logger.exception("an explanation could not be advanced; it is tried again")
        return 0
