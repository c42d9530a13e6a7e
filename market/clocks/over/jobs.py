"""What time does to declarations that a cause is over: silence goes to the operator."""

from typing import Final

from market.clocks.over import actions, queries
from market.db import UnitOfWork
from market.sweeping import Due, Task, last_of


def _lapse(work: UnitOfWork, due: Due) -> int:
    return actions.lapse(work, last_of(due))


TASK: Final = Task(name="clock: declared over", find=queries.due, do=_lapse, key=last_of)
