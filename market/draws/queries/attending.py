"""Where a draw can be attended, and who witnessed it."""

from collections.abc import Sequence

from sqlalchemy import select

from market.db import UnitOfWork
from market.draws.model import Draw
from market.draws.model_venue import DrawMinutes, DrawVenue


def venue_of(work: UnitOfWork, draw: Draw) -> DrawVenue | None:
    """Return where a draw can be attended, as it was named last."""
    return work.session.scalar(
        select(DrawVenue).where(DrawVenue.draw_id == draw.id).order_by(DrawVenue.id.desc()).limit(1)
    )


def minutes_of(work: UnitOfWork, draw: Draw) -> Sequence[DrawMinutes]:
    """Return the minutes of a draw in the order in which they were kept."""
    return work.session.scalars(
        select(DrawMinutes).where(DrawMinutes.draw_id == draw.id).order_by(DrawMinutes.id)
    ).all()
