"""What time does to payments: an accepted contract's term begins, and a last day passes."""

import logging
from typing import Final

from market.db import Actor, reading_work, unit_of_work
from market.errors import ConflictError
from market.installation import Installation
from market.payments import actions, queries
from market.supplements.queries import locked_contract

logger = logging.getLogger(__name__)

ACTOR: Final = Actor("job:payments")
BATCH: Final = 200


def sweep(here: Installation) -> int:
    """Look at every payment that is due to be looked at, each in a transaction of its own.

    What is found is worked out again under the contract's lock, so running twice or on two nodes
    changes nothing; one that fails is logged and holds up no other.
    """
    done = after = 0
    while True:
        with reading_work(here.sessions, ACTOR, here.clock) as work:
            found = queries.due_ids(work, BATCH, after)
        done += sum(_one(here, contract_id) for contract_id in found)
        if len(found) < BATCH:
            return done
        after = found[-1]


def _one(here: Installation, contract_id: int) -> int:
    try:
        with unit_of_work(here.sessions, ACTOR, here.clock) as work:
            actions.settle(work, locked_contract(work, contract_id))
    except ConflictError:
        return 0  # A clerk or another node was first; the next sweep looks again.
    except Exception:
        logger.exception("the payment of contract %s could not be looked at", contract_id)
        return 0
    return 1
