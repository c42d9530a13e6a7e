"""What time does: it archives what nobody archived."""

from functools import partial
from typing import Final

from market.db import Actor, UnitOfWork
from market.dossiers import actions, queries
from market.installation import Installation
from market.sweeping import Task
from market.sweeping import sweep as do_all

ACTOR: Final = Actor("job:dossiers")


def sweep(here: Installation) -> int:
    """Archive every contract whose term for it is over; return how many."""
    do = partial(_archive, here)
    return do_all(here, ACTOR, Task(name="dossier", find=queries.waiting_ids, do=do))


def _archive(here: Installation, work: UnitOfWork, contract_id: int) -> int:
    return actions.archive_when_due(work, here, contract_id)
