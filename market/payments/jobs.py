"""What time does to payments: an accepted contract's term begins, and a last day passes."""

from collections.abc import Sequence
from typing import Final

from market.db import Actor, UnitOfWork
from market.installation import Installation
from market.payments import actions, queries
from market.supplements.queries import locked_contract
from market.sweeping import Task
from market.sweeping import sweep as do_all

ACTOR: Final = Actor("job:payments")


def sweep(here: Installation) -> int:
    """Look at every payment that is due to be looked at, each in a transaction of its own."""
    return do_all(here, ACTOR, Task(name="payment", find=_due, do=_settle))


def _due(work: UnitOfWork, after: int | None, limit: int) -> Sequence[int]:
    return queries.due_ids(work, limit, after or 0)


def _settle(work: UnitOfWork, contract_id: int) -> int:
    actions.settle(work, locked_contract(work, contract_id))
    return 1
