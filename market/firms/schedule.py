"""When time next has something to do for a firm."""

from collections.abc import Iterator
from datetime import datetime

from market.calendar import end_of
from market.clock import beijing
from market.db import UnitOfWork
from market.firms import queries, queries_entry
from market.firms.checks import COUNTED
from market.firms.endings import endings
from market.firms.entry import reminder_days
from market.firms.model import Firm
from market.firms.rules import LIVE, FirmState, Standing


def reschedule(work: UnitOfWork, firm: Firm) -> None:
    """Set the next instant at which the sweep must look at a firm.

    That is the end of its publicity (unless feedback waits for its answer), of a sanction's
    term, of a notice of removal, of an authority or of its months awake; the day of a reminder;
    the midnight after the last day (or before the first day) of a certificate that counts.
    """
    work.session.flush()
    # Due ones are kept: whoever calls this may come before the sweep that has to act on them.
    moments = list(_due(work, firm))
    if firm.state in LIVE:
        moments += [at for at in _turns(work, firm) if at > work.now]
    firm.next_check_at = min(moments, default=None)
    work.session.flush()


def _due(work: UnitOfWork, firm: Firm) -> Iterator[datetime]:
    if firm.standing is not Standing.ACTIVE and firm.standing_until_at is not None:
        yield firm.standing_until_at
    ends_at = firm.publicity_ends_at if firm.state is FirmState.PUBLICITY else None
    if ends_at is not None and not held_back(work, firm):
        yield ends_at
    if (removal := queries_entry.removal(work, firm)) is not None:
        yield removal.effective_at
    if (last_day := queries_entry.awake_until(work, firm)) is not None:
        yield end_of(last_day)
    for authority in queries_entry.open_authorities(work, firm):
        yield end_of(authority.valid_to_on)


def held_back(work: UnitOfWork, firm: Firm) -> bool:
    """Whether feedback that nobody has answered keeps a firm from being listed."""
    over = firm.publicity_ends_at is not None and firm.publicity_ends_at <= work.now
    return over and queries_entry.unanswered(work, firm) > 0


def _turns(work: UnitOfWork, firm: Firm) -> Iterator[datetime]:
    for row in queries.qualifications(work, firm.id):
        if row.state in COUNTED:
            yield beijing(row.valid_from_on)
            if row.valid_to_on:
                yield end_of(row.valid_to_on)
    for member in queries.staff(work, firm.id):
        if member.valid_to_on and member.state in COUNTED:
            yield end_of(member.valid_to_on)
    for ending in endings(work, firm):
        yield from map(beijing, reminder_days(ending.days, ending.end_on))
