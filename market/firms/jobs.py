"""What time does to firms: publicity ends, certificates expire, sanctions and months run out."""

from collections.abc import Sequence
from typing import Final

from market.db import Actor, UnitOfWork
from market.firms import actions, queries
from market.firms.model import Firm
from market.firms.rules import FirmState
from market.firms.schedule import held_back
from market.installation import Installation
from market.sweeping import Due, Task, due_rows, last_of
from market.sweeping import sweep as do_all

JOB: Final = Actor("job:firms")


def sweep(here: Installation) -> int:
    """Do everything that is due, one transaction per firm; return how many were looked at."""
    return do_all(here, JOB, Task(name="firm", find=_due, do=_look_at, key=last_of))


def _due(work: UnitOfWork, after: Due | None, limit: int) -> Sequence[Due]:
    return due_rows(work, Firm.next_check_at, Firm.id, after=after, limit=limit)


def _look_at(work: UnitOfWork, due: Due) -> int:
    firm = queries.locked(work, last_of(due))
    if firm.next_check_at is None or firm.next_check_at > work.now:
        return 0  # Another process was here first.
    actions.end_standing(work, firm)
    actions.end_authorities(work, firm)
    over = firm.publicity_ends_at is not None and firm.publicity_ends_at <= work.now
    if firm.state is FirmState.PUBLICITY and over and not held_back(work, firm):
        actions.list_firm(work, firm)
    actions.remove_if_due(work, firm)
    actions.rest(work, firm)
    actions.remind(work, firm)
    actions.refresh_services(work, firm)
    return 1
