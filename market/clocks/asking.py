"""Asking again for what was refused: not at once and without end, and it says from when."""

from collections.abc import Sequence
from datetime import datetime

from market.calendar import provisional_calendar
from market.clock import beijing_day
from market.clocks.errors import AskedAgainError
from market.clocks.model import Clock
from market.clocks.rules import may_ask_at
from market.clocks.times import times_of
from market.db import UnitOfWork


def check(work: UnitOfWork, clock: Clock, refused_at: Sequence[datetime]) -> None:
    """Refuse what was refused too often to be asked at once again.

    Args:
        work: When it is asked.
        clock: Whose rules count: those under which it began.
        refused_at: When the like was refused: of this clock, for the same reason.

    Raises:
        AskedAgainError: It is too soon; it says from when.
    """
    rules = times_of(clock)
    days = rules.integer("asked_again.wait_working_days")
    calendar = provisional_calendar()
    waits = [calendar.due_at(beijing_day(at), days) for at in refused_at]
    from_at = may_ask_at(waits, rules.integer("asked_again.after_refusals"))
    if from_at is not None and work.now < from_at:
        raise AskedAgainError(times=len(refused_at), from_at=from_at)
