"""What time does to one clock: suspensions end, silence goes to the operator, cards are dealt."""

from datetime import datetime
from typing import Final

from market.clocks import ladder, queries, resuming
from market.clocks.actions.record import add_event, placed
from market.clocks.actions.telling import say_answered
from market.clocks.counting import last_day_before
from market.clocks.model import Clock, Suspension
from market.clocks.rules import (
    ClockMove,
    SuspensionMove,
    SuspensionState,
    advance,
    advance_suspension,
)
from market.db import UnitOfWork
from market.errors import msgid

EXPIRED: Final = msgid("挂起期满，自动恢复")


def settle(work: UnitOfWork, clock: Clock) -> int:
    """Lock a clock and do what time has done to it by now; return how much that was.

    A suspension that is over ends at its end, a request without an answer goes to the operator,
    and every card whose rung was reached is dealt.
    """
    queries.locked(work, clock.id)
    done = 0
    for request in queries.suspensions_of(work, clock):
        if request.next_check_at is None or request.next_check_at > work.now:
            continue
        if request.state is SuspensionState.RUNNING:
            # The end was fixed when it was granted: a sweep that comes late gives no day away.
            at = placed(work, clock, request.next_check_at)
            end_suspension(work, clock, request, at, EXPIRED, by_time=True)
        else:
            request.state = advance_suspension(request.state, SuspensionMove.ESCALATE)
            request.next_check_at = None
            say_answered(work, clock, request)
        done += 1
    return done + ladder.deal(work, clock)


def end_suspension(
    work: UnitOfWork,
    clock: Clock,
    request: Suspension,
    at: datetime,
    why: str,
    *,
    by_time: bool = False,
) -> None:
    """Let time pass again on the holder's account, which it came from."""
    request.state = advance_suspension(request.state, SuspensionMove.END)
    request.next_check_at = None
    request.until_on = last_day_before(at)
    clock.state = advance(clock.state, ClockMove.RESUME)
    add_event(work, clock, ClockMove.RESUME, clock.holder, why=why, happened_at=at, by_time=by_time)
    resuming.tell(work, clock)
