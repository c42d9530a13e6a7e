"""When time next has something to do for a firm."""

from collections.abc import Iterator
from datetime import datetime

from market.calendar import end_of
from market.clock import beijing
from market.db import UnitOfWork
from market.firms import queries
from market.firms.checks import QualificationState
from market.firms.model import Firm
from market.firms.rules import FirmState, Standing


def reschedule(work: UnitOfWork, firm: Firm) -> None:
    """Set the next instant at which the sweep must look at a firm.

    That is the end of its publicity, the end of a sanction's term, or the midnight after the
    last day (or before the first day) of a confirmed qualification or a person's certificate.
    """
    # Due ones are kept: whoever calls this may come before the sweep that has to act on them.
    due = [firm.standing_until_at] if firm.standing is not Standing.ACTIVE else []
    if firm.state is FirmState.PUBLICITY:
        due.append(firm.publicity_ends_at)
    moments = [at for at in due if at is not None]
    if firm.state in {FirmState.PUBLICITY, FirmState.LISTED}:
        moments += [at for at in _turns(work, firm) if at > work.now]
    firm.next_check_at = min(moments, default=None)
    work.session.flush()


def _turns(work: UnitOfWork, firm: Firm) -> Iterator[datetime]:
    for row in queries.qualifications(work, firm.id):
        if row.state is QualificationState.CONFIRMED:
            yield beijing(row.valid_from_on)
            if row.valid_to_on:
                yield end_of(row.valid_to_on)
    for member in queries.staff(work, firm.id):
        if member.valid_to_on and member.state is QualificationState.CONFIRMED:
            yield end_of(member.valid_to_on)
