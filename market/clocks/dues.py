"""What time has come for among clocks: rungs that were reached, and suspensions."""

from datetime import datetime

from sqlalchemy import select, tuple_

from market.clocks.model import Clock, Suspension
from market.clocks.rules import ClockState, SuspensionState
from market.db import UnitOfWork


def due_clocks(
    work: UnitOfWork, now: datetime, limit: int, after: tuple[datetime, int, int] | None = None
) -> list[tuple[datetime, int, int]]:
    """Return the clocks whose next rung has been reached, the earliest first.

    Each as when it is due, its id and its id again; ``after`` is the last one of the batch before.
    """
    chosen = [Clock.state == ClockState.RUNNING, Clock.next_check_at <= now]
    if after is not None:
        chosen.append(tuple_(Clock.next_check_at, Clock.id) > after[:2])
    rows = work.session.execute(
        select(Clock.next_check_at, Clock.id, Clock.id)
        .where(*chosen)
        .order_by(Clock.next_check_at, Clock.id)
        .limit(limit)
    )
    return [(at, clock_id, same) for at, clock_id, same in rows if at is not None]


def due_suspensions(
    work: UnitOfWork,
    state: SuspensionState,
    now: datetime,
    limit: int,
    after: tuple[datetime, int, int] | None = None,
) -> list[tuple[datetime, int, int]]:
    """Return the suspensions of a state for which time has come, the earliest first.

    Each as when it is due, its id and its clock's; ``after`` is the last one of the batch before.
    """
    chosen = [Suspension.state == state, Suspension.next_check_at <= now]
    if after is not None:
        chosen.append(tuple_(Suspension.next_check_at, Suspension.id) > after[:2])
    rows = work.session.execute(
        select(Suspension.next_check_at, Suspension.id, Suspension.clock_id)
        .where(*chosen)
        .order_by(Suspension.next_check_at, Suspension.id)
        .limit(limit)
    )
    return [(at, suspension_id, clock_id) for at, suspension_id, clock_id in rows if at is not None]
