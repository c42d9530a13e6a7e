"""What time does to panels. Every step is done once, whoever runs it how often.

The steps are those of draws (``market.draws.jobs``): one transaction each, the log sequenced and
shown to the witnesses between them.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from market import log, witnessing
from market.db import Actor, UnitOfWork, reading_work, unit_of_work
from market.errors import ConflictError
from market.installation import Installation
from market.panels import queries, subjects
from market.panels.actions import drawing, fixing, seats
from market.panels.model import Panel
from market.sweeping import Due, Task, batches, last_of, sweep

logger = logging.getLogger(__name__)

ACTOR: Final = Actor("job:panels")
# A list that could not be witnessed is called off and shown to the witnesses in the next round.
ROUNDS: Final = 3

Step = Callable[[UnitOfWork, Installation, Panel], bool]

CLOSING: Final[tuple[Step, ...]] = (fixing.stop_with_need, fixing.close)
FIXING: Final[tuple[Step, ...]] = (fixing.freeze,)
SETTLING: Final[tuple[Step, ...]] = (
    fixing.keep_cut,
    fixing.stop_unseen,
    drawing.conclude,
    drawing.call_first,
)


def run_due(here: Installation) -> int:
    """Do everything that is due; return how many steps were taken by this caller."""
    total = 0
    for _ in range(ROUNDS):
        done = sum(advance(here, panel_ids) for panel_ids in _due(here))
        total += done
        if not done:
            break
    total += sweep(here, ACTOR, SEATS)
    total += sweep(here, ACTOR, UNFIT)
    if total:
        log.sequence(here)
    return total


def _due(here: Installation) -> Iterator[list[int]]:
    for batch in batches(here, ACTOR, queries.due):
        yield [panel_id for _, panel_id in batch]
    for ids in batches(here, ACTOR, queries.orphans):
        yield list(ids)


def advance(here: Installation, panel_ids: Sequence[int]) -> int:
    """Take the steps of some panels that are due, in order; return how many were taken."""
    done = 0
    log.sequence(here)
    for steps in (CLOSING, FIXING, SETTLING):
        if steps is SETTLING:
            _show_witnesses(here, panel_ids)
        done += sum(_take_all(here, panel_id, steps) for panel_id in panel_ids)
        log.sequence(here)
    return done


def _take_all(here: Installation, panel_id: int, steps: Sequence[Step]) -> int:
    """Take some steps of a panel; one that fails is logged and stops no other panel."""
    try:
        return sum(_take(here, panel_id, step) for step in steps)
    except ConflictError:
        return 0  # Someone else moved it in the same moment; the next run looks again.
    except Exception:
        logger.exception("panel %d could not be advanced; it is tried again", panel_id)
        return 0


def _take(here: Installation, panel_id: int, step: Step) -> bool:
    with unit_of_work(here.sessions, ACTOR, here.clock) as work:
        subject = subjects.subject_of(work.session.get_one(Panel, panel_id))
        return step(work, here, subject.lock(work, panel_id))


def _show_witnesses(here: Installation, panel_ids: Sequence[int]) -> None:
    """Send the log to the witnesses at once, if one of the panels waits for them."""
    with reading_work(here.sessions, ACTOR, here.clock) as work:
        rows = [work.session.get_one(Panel, panel_id) for panel_id in panel_ids]
        waits = any(fixing.awaits_quorum(work, row) for row in rows)
    if waits:
        witnessing.feed(here)


def _pass_on(work: UnitOfWork, due: Due) -> int:
    return int(seats.lapse(work, last_of(due)))


UNFIT: Final = Task(name="panel fitness", find=queries.live_panels, do=seats.strike)
SEATS: Final = Task(name="panel seat", find=queries.seats_over, do=_pass_on, key=last_of)
