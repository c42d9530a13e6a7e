"""What time does to requests for more time: silence is not consent."""

from typing import Final

from market.clocks.extension import actions, queries
from market.db import Actor, UnitOfWork
from market.installation import Installation
from market.sweeping import Due, Task, last_of
from market.sweeping import sweep as do_all

ACTOR: Final = Actor("job:clocks")


def sweep(here: Installation) -> int:
    """Close every request whose time to be answered is over; return how many there were."""
    return do_all(
        here, ACTOR, Task(name="clock: extension", find=queries.due, do=_lapse, key=last_of)
    )


def _lapse(work: UnitOfWork, due: Due) -> int:
    return actions.lapse(work, last_of(due))
