"""What time does to firms: publicity ends, certificates expire, sanctions and months run out."""

from typing import Final

from sqlalchemy import select

from market.db import Actor, UnitOfWork, unit_of_work
from market.firms import actions, queries
from market.firms.model import Firm
from market.firms.rules import FirmState
from market.firms.schedule import held_back
from market.installation import Installation

JOB: Final = Actor("job:firms")
BATCH: Final = 200


def sweep(here: Installation) -> int:
    """Do everything that is due, one transaction per firm; safe to run twice and in parallel.

    Returns:
        How many firms were looked at.
    """
    with unit_of_work(here.sessions, JOB, here.clock) as work:
        due = list(
            work.session.scalars(
                select(Firm.id)
                .where(Firm.next_check_at <= work.now)
                .order_by(Firm.next_check_at, Firm.id)
                .limit(BATCH)
            )
        )
    for firm_id in due:
        with unit_of_work(here.sessions, JOB, here.clock) as work:
            _look_at(work, firm_id)
    return len(due)


def _look_at(work: UnitOfWork, firm_id: int) -> None:
    firm = queries.locked(work, firm_id)
    if firm.next_check_at is None or firm.next_check_at > work.now:
        return  # Another process was here first.
    actions.end_standing(work, firm)
    actions.end_authorities(work, firm)
    over = firm.publicity_ends_at is not None and firm.publicity_ends_at <= work.now
    if firm.state is FirmState.PUBLICITY and over and not held_back(work, firm):
        actions.list_firm(work, firm)
    actions.remove_if_due(work, firm)
    actions.rest(work, firm)
    actions.remind(work, firm)
    actions.refresh_services(work, firm)
