"""A change that was not accepted before its notice ended is a change of nothing."""

from sqlalchemy import select

from market.db import UnitOfWork
from market.needs.changes.model import NeedChange
from market.needs.changes.rules import OPEN, ChangeMove, advance
from market.needs.model import Need


def lapse(work: UnitOfWork, need: Need) -> None:
    """Let the open changes of a need lapse: its notice is not open any more."""
    found = select(NeedChange).where(NeedChange.need_id == need.id, NeedChange.state.in_(OPEN))
    for change in work.session.scalars(found):
        change.state = advance(change.state, ChangeMove.LAPSE)
        change.state_since = work.now
