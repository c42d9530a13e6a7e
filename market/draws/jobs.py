"""What time does to draws and awards. Every step is done once, whoever runs it how often.

A step is one transaction: it locks its draw or award, looks whether it is still to do, and does
it. Between the steps the log is sequenced, because CLOSE, FREEZE and the kept checkpoint speak
of indexes. After a stop the steps are caught up in order, at the time at which they are done:
what was late says so.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import func, select

from market import log
from market.db import Actor, UnitOfWork, reading_work, unit_of_work
from market.draws import beacons, queries
from market.draws.actions import awards, closing, phi
from market.draws.errors import NotWaitingError
from market.draws.model import Award, Draw
from market.draws.rules import AwardState, DrawMode, DrawState
from market.errors import ConflictError
from market.installation import Installation

logger = logging.getLogger(__name__)

ACTOR = Actor("job:draws")
BATCH = 500
# How long to wait before asking the beacons, or looking for a carried value, again.
RETRY = timedelta(seconds=60)

Step = Callable[[UnitOfWork, Installation, Draw], bool]


def run_due(here: Installation) -> int:
    """Do everything that is due; return how many steps were taken by this caller.

    A draw or award that fails is logged and does not stop the others: the next run tries again.
    """
    with reading_work(here.sessions, ACTOR, here.clock) as work:
        draw_ids = queries.due_draws(work, BATCH)
        award_ids = queries.due_awards(work, BATCH)
    done = sum(_guarded(advance, here, draw_id, "draw") for draw_id in draw_ids)
    done += sum(_guarded(answer_over, here, award_id, "award") for award_id in award_ids)
    if done:
        log.sequence(here)
    return done


def next_due_at(here: Installation) -> datetime | None:
    """Return when ``run_due`` next has something to do; None if nothing is waiting."""
    with reading_work(here.sessions, ACTOR, here.clock) as work:
        times = [
            work.session.scalar(select(func.min(column)))
            for column in (Draw.next_check_at, Award.next_check_at)
        ]
    return min((at for at in times if at is not None), default=None)


def _guarded(
    function: Callable[[Installation, int], int], here: Installation, row_id: int, what: str
) -> int:
    try:
        return function(here, row_id)
    except ConflictError:
        return 0  # Someone else moved it in the same moment; the next run looks again.
    except Exception:
        logger.exception("%s %d could not be advanced; it is tried again", what, row_id)
        return 0


def advance(here: Installation, draw_id: int) -> int:
    """Take every step of one draw that is due, in order; return how many were taken."""
    done = 0
    log.sequence(here)  # Of what people did, or of what a step did before the power failed.
    for step in STEPS:
        if _take(here, draw_id, step):
            done += 1
            log.sequence(here)
    return done + _fetch(here, draw_id)


def _take(here: Installation, draw_id: int, step: Step) -> bool:
    with _locked(here, draw_id) as (work, draw):
        return step(work, here, draw)


@contextmanager
def _locked(here: Installation, draw_id: int) -> Iterator[tuple[UnitOfWork, Draw]]:
    with unit_of_work(here.sessions, ACTOR, here.clock) as work:
        yield work, queries.locked(work, draw_id)


def _close(work: UnitOfWork, here: Installation, draw: Draw) -> bool:
    del here
    return closing.close_enrolment(work, draw)


def _conclude(work: UnitOfWork, here: Installation, draw: Draw) -> bool:
    """Prove, and conclude if that completes the value; otherwise wait for what is missing."""
    proved = phi.prove(work, here, draw)
    if phi.conclude(work, draw):
        return True
    if draw.state is DrawState.FROZEN and work.now >= draw.phi_at:
        # A supervisor's proof arrives through its own form, which concludes the draw.
        draw.next_check_at = None if draw.mode is DrawMode.D2 else work.now + RETRY
    return proved


STEPS: tuple[Step, ...] = (
    _close,
    closing.announce_close,
    closing.freeze,
    closing.keep_cut,
    _conclude,
)


def _fetch(here: Installation, draw_id: int) -> int:
    """Ask the configured beacons for a round that a draw waits for, outside any transaction."""
    with reading_work(here.sessions, ACTOR, here.clock) as work:
        draw = work.session.get_one(Draw, draw_id)
        number = draw.phi_round
        waits = draw.mode is DrawMode.A and draw.state is DrawState.FROZEN
        if not waits or number is None or work.now < draw.phi_at or not here.config.drand_urls:
            return 0
    signature = beacons.fetch(here.config.drand_urls, number)
    if signature is None:
        return 0
    try:
        with unit_of_work(here.sessions, ACTOR, here.clock) as work:
            phi.submit_phi_round(work, work.session.get_one(Draw, draw_id), number, signature)
    except NotWaitingError:
        return 0  # Someone carried it in meanwhile.
    log.sequence(here)
    return 1


def answer_over(here: Installation, award_id: int) -> int:
    """End an award's publicity, or the term for its answer."""
    with unit_of_work(here.sessions, ACTOR, here.clock) as work:
        award = queries.award_at(work, award_id)
        if award.next_check_at is None or work.now < award.next_check_at:
            return 0
        match award.state:
            case AwardState.PUBLICITY:
                awards.offer(work, award)
            case AwardState.OFFERED:
                awards.lapse(work, award, awards.NO_ANSWER)
            case _:
                award.next_check_at = None
                return 0
    return 1
