"""What time does to draws and awards. Every step is done once, whoever runs it how often.

A step is one transaction: it locks its draw or award, looks whether it is still to do, and does
it. Between the steps the log is sequenced, because CLOSE, FREEZE and the kept checkpoint speak
of indexes, and fed to the witnesses, because nothing is drawn that they have not seen. After a
stop the steps are caught up in order, at the time at which they are done: what was late says so.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from market import log, witnessing
from market.db import Actor, UnitOfWork, reading_work, unit_of_work
from market.draws import beacons, queries
from market.draws.actions import awards, closing, cutting, fresh, phi
from market.draws.errors import NotWaitingError
from market.draws.model import Draw
from market.draws.model_later import Replacement
from market.draws.rules import AwardState, ReplacementState, is_brought
from market.errors import ConflictError
from market.installation import Installation
from market.sweeping import Due, Task, batches, last_of, sweep

logger = logging.getLogger(__name__)

ACTOR = Actor("job:draws")
# A draw that is called off for want of witnesses is shown to them in the next round.
ROUNDS = 3
# How long to wait before asking the beacons, or looking for a carried value, again.
RETRY = timedelta(seconds=60)

Step = Callable[[UnitOfWork, Installation, Draw], bool]


def run_due(here: Installation) -> int:
    """Do everything that is due; return how many steps were taken by this caller.

    A draw or award that fails is logged and does not stop the others: the next run tries again.
    """
    total = 0
    with reading_work(here.sessions, ACTOR, here.clock) as work:
        rounds = queries.rounds_awaited(work)
    for _ in range(ROUNDS):
        done = sum(_advance_all(here, draw_ids) for draw_ids in _due_draws(here))
        total += done
        if not done:
            break
    total += sweep(here, ACTOR, AWARDS) + sweep(here, ACTOR, AWARDS_ASLEEP)
    for batch in batches(here, ACTOR, queries.due_replacements):
        total += sum(_guarded(replace, here, row_id, "replacement") for _, row_id in batch)
    total += sum(_guarded(fetch, here, number, "round") for number in rounds)
    if total:
        log.sequence(here)
    return total


def _due_draws(here: Installation) -> Iterator[list[int]]:
    """Yield the draws for which something is due, in batches: what one shows serves them all."""
    for find in (queries.due_draws, queries.sleeping_draws):
        for batch in batches(here, ACTOR, find):
            yield [draw_id for _, draw_id in batch]


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
    total = 0
    while done := _advance_all(here, [draw_id]):
        total += done
    return total


def _advance_all(here: Installation, draw_ids: Sequence[int]) -> int:
    """Fix the lists of draws, show them to the witnesses once, and go on with what they saw."""
    if not draw_ids:
        return 0
    done = 0
    log.sequence(here)  # Of what people did, or of what a step did before the power failed.
    for steps in (CLOSING, FIXING, SETTLING):
        if steps is SETTLING:
            _show_witnesses(here, draw_ids)
        take = partial(_take_all, steps=steps)
        done += sum(_guarded(take, here, draw_id, "draw") for draw_id in draw_ids)
        log.sequence(here)
    return done


def _take_all(here: Installation, draw_id: int, *, steps: Sequence[Step]) -> int:
    return sum(_take(here, draw_id, step) for step in steps)


def _show_witnesses(here: Installation, draw_ids: Sequence[int]) -> None:
    """Send the log to the witnesses at once, if one of the draws waits for them."""
    with reading_work(here.sessions, ACTOR, here.clock) as work:
        draws = [work.session.get_one(Draw, draw_id) for draw_id in draw_ids]
        waits = any(cutting.awaits_quorum(work, draw) for draw in draws)
    if waits:
        witnessing.feed(here)


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
    if phi.conclude(work, here, draw):
        return True
    if phi.is_due(work, draw):
        # From then on a row that says never would be one that was put to sleep.
        is_late = work.now >= draw.result_by_at
        draw.next_check_at = work.now + RETRY if is_late else _look_again_at(work, draw)
    return proved


def _look_again_at(work: UnitOfWork, draw: Draw) -> datetime | None:
    """Return when to look again for a value that has not come."""
    # What people bring arrives through their own forms, which conclude the draw.
    return None if is_brought(draw.mode) else work.now + RETRY


# From the close on nobody enrols: what was taken can be given its indexes, and be counted.
CLOSING: tuple[Step, ...] = (_close,)
FIXING: tuple[Step, ...] = (closing.announce_close, closing.freeze)
# Only what has its index in the log, and was shown to the witnesses, is settled.
SETTLING: tuple[Step, ...] = (cutting.keep_cut, _conclude)


def replace(here: Installation, replacement_id: int) -> int:
    """Take every step of a replacement's drawing that is due; return how many were taken."""
    log.sequence(here)
    witnessing.feed(here)
    done = sum(_replace(here, replacement_id, step) for step in (_keep_later, _draw_later))
    log.sequence(here)
    return done


def _replace(
    here: Installation,
    replacement_id: int,
    step: Callable[[UnitOfWork, Installation, Draw, Replacement], bool],
) -> int:
    with unit_of_work(here.sessions, ACTOR, here.clock) as work:
        draw_id = work.session.get_one(Replacement, replacement_id).draw_id
        draw = queries.locked(work, draw_id)
        row = work.session.get_one(Replacement, replacement_id, populate_existing=True)
        return step(work, here, draw, row)


def _keep_later(work: UnitOfWork, here: Installation, draw: Draw, row: Replacement) -> bool:
    return cutting.keep_later_cut(work, here, draw, row)


def _draw_later(work: UnitOfWork, here: Installation, draw: Draw, row: Replacement) -> bool:
    proved = phi.prove(work, here, draw)
    if fresh.conclude(work, here, draw, row):
        return True
    if row.state is ReplacementState.WITNESSED and row.wanted and work.now >= row.phi_at:
        row.next_check_at = _look_again_at(work, draw)
    return proved


def fetch(here: Installation, number: int) -> int:
    """Ask the configured beacons for a round that draws wait for, outside any transaction."""
    if not here.config.drand_urls:
        return 0
    signature = beacons.fetch(here.config.drand_urls, number)
    if signature is None:
        return 0
    try:
        with unit_of_work(here.sessions, ACTOR, here.clock) as work:
            phi.submit_phi_round(work, here, number, signature)
    except NotWaitingError:
        return 0  # Someone carried it in meanwhile.
    log.sequence(here)
    return 1


def _term_over(work: UnitOfWork, award_id: int) -> int:
    """End an award's publicity, or the term for its answer; its own last day says when."""
    award = queries.award_at(work, award_id)
    ends_at = {
        AwardState.PUBLICITY: award.publicity_ends_at,
        AwardState.OFFERED: award.answer_by_at,
    }.get(award.state)
    if ends_at is None or work.now < ends_at:
        award.next_check_at = ends_at
        return 0
    if award.state is AwardState.PUBLICITY:
        awards.offer(work, award)
    else:
        awards.lapse(work, award, awards.NO_ANSWER)
    return 1


def _look_at_award(work: UnitOfWork, due: Due) -> int:
    return _term_over(work, last_of(due))


AWARDS: Final = Task(name="award", find=queries.due_awards, do=_look_at_award, key=last_of)
AWARDS_ASLEEP: Final = Task(name="award asleep", find=queries.sleeping_awards, do=_term_over)
