"""The seats of the expert who is signed in."""

from collections.abc import Sequence

from sqlalchemy import select

from market.db import UnitOfWork
from market.errors import MissingError
from market.experts.model import Expert
from market.experts.queries import expert_of_actor, reset_since
from market.panels.errors import NewAccountError
from market.panels.model import Panel, Seat
from market.panels.rules import SeatState


def own_seats(work: UnitOfWork) -> Sequence[tuple[Seat, Panel]]:
    """Return the signed-in expert's seats with their panels, the latest first."""
    expert = expert_of_actor(work)
    if expert is None:
        return []
    rows = work.session.execute(
        select(Seat, Panel)
        .join(Panel, Panel.id == Seat.panel_id)
        .where(Seat.expert_id == expert.id)
        .order_by(Seat.id.desc())
        .limit(100)
    )
    return [(seat, panel) for seat, panel in rows]


def own_seat(work: UnitOfWork, panel: Panel) -> Seat:
    """Return the signed-in expert's seat in a panel, whatever its state.

    Raises:
        MissingError: The actor was never called to it.
    """
    expert = expert_of_actor(work)
    seat = expert and _seat_of(work, panel, expert)
    if not seat:
        raise MissingError
    return seat


def seat_of_actor(work: UnitOfWork, panel: Panel) -> Seat | None:
    """Return the seat that the signed-in expert has accepted in a panel; None without one.

    Raises:
        NewAccountError: Others could have come by the expert's account since the notice.
    """
    expert = expert_of_actor(work)
    seat = expert and _seat_of(work, panel, expert)
    if not expert or not seat or seat.state is not SeatState.ACCEPTED:
        return None
    if reset_since(work, expert, panel.opened_at):
        raise NewAccountError
    return seat


def _seat_of(work: UnitOfWork, panel: Panel, expert: Expert) -> Seat | None:
    return work.session.scalar(
        select(Seat).where(Seat.panel_id == panel.id, Seat.expert_id == expert.id)
    )
