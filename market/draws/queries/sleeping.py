"""Draws and awards put to sleep: something is due, and ``next_check_at`` does not say so.

The column is a convenience of the worker's. Whoever can write to the database can empty it, and
a draw that nobody looks at is never closed, frozen or drawn, while every tool says that all is
well. So what the states and deadlines themselves ask for is looked for as well.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, exists, or_, select, tuple_

from market.calendar import binding_until
from market.db import UnitOfWork
from market.draws.model import Award, Draw, DrawCut
from market.draws.rules import CUT_MARGIN, AwardState, DrawMode, DrawState
from market.sweeping import Due

# A worker looks again for a value after a minute at most; what is put off longer is put to sleep.
SLACK: Final = timedelta(seconds=90)
ENROLLING: Final = (DrawState.OPEN, DrawState.CLOSED)
_LAST_SECOND: Final = timedelta(seconds=1)


def asleep(now: datetime, since: datetime | None = None) -> ColumnElement[bool]:
    """Return the condition for draws that nobody will look at although a step is due.

    Args:
        now: The instant.
        since: Until when the step must have been due, ``now`` if not given.

    Returns:
        True of a draw whose deadline has come and whose row tells the worker to look at it
        later, or never. Where people bring the last value a row may tell it never until the
        result is due; and never where nothing can be done any more.
    """
    due = since or now
    is_cut = exists(select(DrawCut.draw_id).where(DrawCut.draw_id == Draw.id))
    alone = Draw.mode.in_((DrawMode.A, DrawMode.D1))
    at, in_time = Draw.next_check_at, Draw.phi_at > now + CUT_MARGIN
    enrolling = and_(Draw.state.in_(ENROLLING), Draw.enrol_close_at <= due)
    listed = and_(
        Draw.state == DrawState.FROZEN, Draw.reveal_by_at <= due - _LAST_SECOND, in_time, ~is_cut
    )
    witnessed = and_(
        Draw.state == DrawState.FROZEN,
        Draw.phi_at <= due,
        or_(alone, Draw.result_by_at <= due),
        is_cut,
    )
    called_off = and_(Draw.state == DrawState.VOID, Draw.voided_at <= due, in_time, ~is_cut)
    return or_(
        and_(enrolling, or_(at.is_(None), at > now)),
        and_(or_(listed, witnessed, called_off), or_(at.is_(None), at > now + SLACK)),
    )


def sleeping_draws(work: UnitOfWork, after: Due | None, limit: int) -> Sequence[Due]:
    """Return the draws that were put to sleep with their instants, the next to be drawn first."""
    # Of those called off only the ones whose value is still to come: they are few, and so are
    # those that run. Both are read from the index of states and instants.
    live = Draw.state.in_((*ENROLLING, DrawState.FROZEN))
    void = and_(Draw.state == DrawState.VOID, Draw.phi_at > work.now)
    beyond = [] if after is None else [tuple_(Draw.phi_at, Draw.id) > after]
    found: list[Due] = []
    for some in (live, void):
        chosen = select(Draw.phi_at, Draw.id).where(some, asleep(work.now), *beyond)
        rows = work.session.execute(chosen.order_by(Draw.phi_at, Draw.id).limit(limit))
        found += [(phi_at, draw_id) for phi_at, draw_id in rows]
    return sorted(found)[:limit]


def sleeping_awards(work: UnitOfWork, after: int | None, limit: int) -> Sequence[int]:
    """Return the ids of awards whose term is over and whose row says later, or never."""
    at, over_at = Award.next_check_at, binding_until(work.now)
    return work.session.scalars(
        select(Award.id)
        .where(
            or_(
                and_(Award.state == AwardState.PUBLICITY, Award.publicity_ends_at <= over_at),
                and_(Award.state == AwardState.OFFERED, Award.answer_by_at <= over_at),
            ),
            # Named together: it is by the index of states that they are found.
            Award.state.in_((AwardState.PUBLICITY, AwardState.OFFERED)),
            or_(at.is_(None), at > work.now),
            Award.id > (after or 0),
        )
        .order_by(Award.id)
        .limit(limit)
    ).all()


def sleeps(work: UnitOfWork, draw: Draw, since: datetime | None = None) -> bool:
    """Return whether a draw was put to sleep."""
    chosen = select(Draw.id).where(Draw.id == draw.id, asleep(work.now, since))
    return work.session.scalar(chosen) is not None


def woken_at(draw: Draw, now: datetime) -> datetime:
    """Return since when the step of a sleeping draw is due."""
    match draw.state:
        case DrawState.OPEN | DrawState.CLOSED:
            return draw.enrol_close_at
        case DrawState.VOID:
            return draw.voided_at or draw.enrol_close_at
        case DrawState.FROZEN | DrawState.DRAWN:
            return draw.phi_at if now >= draw.phi_at else draw.reveal_by_at
