"""Asking beside what is open, or again for what was refused: not at once and without end."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from market.calendar import provisional_calendar
from market.clock import beijing_day
from market.clocks.errors import AskedAgainError, RequestOpenError
from market.clocks.model import Clock, Suspension
from market.clocks.rules import SuspensionState, may_ask_at
from market.clocks.times import times_of
from market.db import UnitOfWork
from market.labels import label_of

OPEN: Final = frozenset(
    {SuspensionState.REQUESTED, SuspensionState.ESCALATED, SuspensionState.RUNNING}
)


def open_among(asked: Sequence[Suspension]) -> Suspension | None:
    """Return the request that is open, or the suspension that runs: there is one at most."""
    return next((one for one in asked if one.state in OPEN), None)


def none_open(asked: Sequence[Suspension]) -> None:
    """Refuse to ask for anything beside a request that is open.

    Raises:
        RequestOpenError: There is one; it says which.
    """
    one = open_among(asked)
    if one is not None:
        raise RequestOpenError(
            day=beijing_day(one.requested_at),
            reason=label_of(one.reason).text,
            state=label_of(one.state).text,
        )


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
