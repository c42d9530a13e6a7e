"""What time does to clocks: ends suspensions, leaves silence to the operator, deals cards."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Final

from market import sweeping
from market.clocks import actions, dues, together, turns
from market.clocks.model import Clock
from market.clocks.over.jobs import TASK as DECLARED_OVER
from market.clocks.rules import SuspensionState
from market.db import Actor, UnitOfWork
from market.installation import Installation
from market.sweeping import Task, last_of
from market.sweeping import sweep as do_all

ACTOR: Final = Actor("job:clocks")

Due = tuple[datetime, int, int]
"""When something is due, its id, and the clock it concerns."""


def sweep(here: Installation) -> int:
    """Do everything that is due; return how much was done.

    Suspensions first: a resumed clock may be due at once. Each clock is settled as a whole and
    only if something is still due there, so days of downtime are caught up in order.
    """
    requests = partial(_suspensions, SuspensionState.REQUESTED)
    running = partial(_suspensions, SuspensionState.RUNNING)
    tasks = [
        Task(name="clock: request", find=requests, do=_settle, key=_clock_of),
        Task(name="clock: suspension", find=running, do=_settle, key=_clock_of),
        Task(name="clock", find=due_clocks, do=_settle, key=_clock_of, together=_deal),
    ]
    over = Task(name="clock: time to speak", find=turns.over, do=_close, key=last_of)
    done = sum(do_all(here, ACTOR, task) for task in tasks)
    return done + do_all(here, ACTOR, DECLARED_OVER) + do_all(here, ACTOR, over)


def _suspensions(
    state: SuspensionState, work: UnitOfWork, after: Due | None, limit: int
) -> Sequence[Due]:
    return dues.due_suspensions(work, state, work.now, limit, after)


def due_clocks(work: UnitOfWork, after: Due | None, limit: int) -> Sequence[Due]:
    """Find the clocks whose next rung has been reached."""
    return dues.due_clocks(work, work.now, limit, after)


def _clock_of(due: Due) -> int:
    return due[-1]


def _close(work: UnitOfWork, due: sweeping.Due) -> int:
    return turns.close(work, last_of(due))


def _settle(work: UnitOfWork, due: Due) -> int:
    return actions.settle(work, work.session.get_one(Clock, _clock_of(due)))


def _deal(work: UnitOfWork, due: Sequence[Due]) -> tuple[int, Sequence[Due]]:
    done, left = together.deal_all(work, [_clock_of(one) for one in due])
    return done, [one for one in due if _clock_of(one) in left]
