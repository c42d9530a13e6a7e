"""A clock for a turn: one each time somebody has to act, be it the second or the third time.

Features time their terms with it in one line each: a turn begins, passes to another account while
what was asked for is mended, and ends. Where there is nobody to hold it, it is not timed.
"""

from datetime import datetime
from typing import Final

from market.calendar import provisional_calendar
from market.clocks import actions, kinds, queries
from market.clocks.counting import last_day_before
from market.clocks.kinds import ClockKind
from market.clocks.model import Clock
from market.clocks.rules import ClockState, Party
from market.db import UnitOfWork
from market.errors import msgid
from market.regulations import Regulation
from market.sweeping import Due, due_rows

AGAIN: Final = msgid("重新开始计时")
OVER: Final = msgid("期限届满")


def begin(
    work: UnitOfWork,
    kind: ClockKind,
    about: str,
    *,
    number: str,
    title: str,
    holder: Party,
    holder_org_id: int | None,
    other_org_id: int,
    limit: int,
    regulation: Regulation,
    happened_at: datetime | None = None,
) -> Clock | None:
    """Start the clock of a turn; one that runs for an earlier turn of the same thing ends.

    ``about`` is what is timed, such as ``firm-check:7``; its turns are numbered.
    """
    if holder_org_id is None:
        return None
    end(work, about, AGAIN)
    count = 1
    while queries.clock_of(work, f"{about}:{count}") is not None:
        count += 1
    return actions.start(
        work,
        kind=kind,
        subject=f"{about}:{count}",
        number=number,
        title=title,
        holder=holder,
        holder_org_id=holder_org_id,
        other_org_id=other_org_id,
        limit=limit,
        regulation=regulation,
        happened_at=happened_at,
    )


def last_of(work: UnitOfWork, about: str) -> Clock | None:
    """Return the clock of the latest turn of a thing, if it has one."""
    found, count = None, 1
    while (clock := queries.clock_of(work, f"{about}:{count}")) is not None:
        found, count = clock, count + 1
    return found


def _running(work: UnitOfWork, about: str) -> Clock | None:
    return held_if_running(work, last_of(work, about))


def held_if_running(work: UnitOfWork, clock: Clock | None) -> Clock | None:
    """Lock a clock, then look whether it runs still; return none that does not.

    A term that ends while somebody acts in time is over when the deed comes to its clock; the
    deed counts by its own instant, and finds nothing left to stop.
    """
    if clock is None or clock.state is not ClockState.RUNNING:
        return None
    clock = queries.locked(work, clock.id)
    return clock if clock.state is ClockState.RUNNING else None


def hand(work: UnitOfWork, about: str, party: Party, why: str) -> None:
    """Let time pass on another account, such as while something is mended."""
    clock = _running(work, about)
    if clock is not None:
        actions.hand_to(work, clock, party, why)


def give_more(work: UnitOfWork, about: str, units: int) -> None:
    """Give the holder of the latest turn more time, as a rule allows it once."""
    clock = _running(work, about)
    if clock is not None:
        actions.give_units(work, clock, units)


def end(work: UnitOfWork, about: str, why: str, *, happened_at: datetime | None = None) -> None:
    """Stop the clock of the latest turn, if one runs."""
    clock = _running(work, about)
    if clock is not None:
        actions.stop(work, clock, why, happened_at=happened_at)


def end_by_now(work: UnitOfWork, about: str, why: str) -> None:
    """Stop the clock of a time to speak: now, or with its term if that is over already."""
    clock = _running(work, about)
    if clock is None:
        return
    is_over = clock.due_at is not None and clock.due_at <= work.now
    actions.stop(
        work, clock, OVER if is_over else why, happened_at=clock.due_at if is_over else None
    )


def over(work: UnitOfWork, after: Due | None, limit: int) -> list[Due]:
    """Find the times to speak that are over, the earliest first."""
    return due_rows(
        work,
        Clock.due_at,
        Clock.id,
        Clock.kind.in_(kinds.chance_codes()),
        Clock.state == ClockState.RUNNING,
        after=after,
        limit=limit,
    )


def close(work: UnitOfWork, clock_id: int) -> int:
    """End a time to speak with its term: whoever was silent used no day more, and is not late."""
    clock = queries.locked(work, clock_id)
    is_over = clock.due_at is not None and clock.due_at <= work.now
    if clock.state is not ClockState.RUNNING or not is_over:
        return 0
    if provisional_calendar().is_provisional(last_day_before(clock.due_at or work.now)):
        return 0  # The year's notice may still move it.
    actions.stop(work, clock, OVER, happened_at=clock.due_at)
    return 1
