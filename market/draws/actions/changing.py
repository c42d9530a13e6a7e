"""Calling a draw off because its notice is changed: before the close only, and never in secret."""

from market.accounts.queries import organisation
from market.db import UnitOfWork
from market.draws import queries
from market.draws.actions.record import call_off
from market.draws.errors import DrawUnstoppableError
from market.draws.rules import DrawState, VoidReason
from market.needs.changes import actions as changes
from market.needs.model import Need
from market.needs.queries import locked as locked_need


def change_notice(work: UnitOfWork, need: Need, change_id: int) -> None:
    """Carry out an approved change: the draw is void, the need waits for its next notice.

    Enrolments are not carried over: whoever enrolled did so on other conditions.

    Raises:
        DrawUnstoppableError: From the close on, nobody can stop the draw.
        IllegalChangeMoveError: The change is not approved, or carried out already.
    """
    draw = queries.draw_of_need(work, need.id)
    if draw is not None:
        draw = queries.locked(work, draw.id)
        if draw.state is not DrawState.OPEN or work.now >= draw.enrol_close_at:
            raise DrawUnstoppableError(draw.enrol_close_at)
    need = locked_need(work, need.id)
    made = changes.accept(work, need, change_id)
    if draw is not None:
        owner = organisation(work, need.owner_org_id)
        call_off(work, draw, VoidReason.CHANGED, order=made.reason, authority=owner.name[:200])
