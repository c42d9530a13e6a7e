"""Whose time it was: the accounts of all clocks together, cards, and suspensions by reason."""

from sqlalchemy import ColumnElement, exists, func, select

from market.clocks.card_rules import CardState
from market.clocks.model import Card, Clock, Suspension
from market.clocks.rules import CardStage, SuspensionState
from market.clocks.whose import ReasonRow, Share
from market.clocks.whose import reasons as reasons_among
from market.clocks.whose import shares as shares_among
from market.contracts.model import Contract
from market.credit.scope import groups_of, item_in
from market.db import UnitOfWork
from market.needs.model import Need


def own_clocks(work: UnitOfWork) -> ColumnElement[bool] | None:
    """Return the condition that a clock times a contract the actor looks after; None: all."""
    groups = groups_of(work)
    if not groups:
        return None
    return exists().where(
        Contract.number == Clock.number,
        Need.id == Contract.need_id,
        item_in(Need.item_code, groups),
    )


def shares(work: UnitOfWork) -> list[Share]:
    """Return whose account the time of the actor's services went to."""
    return shares_among(work, own_clocks(work), groups_of(work))


def cards(work: UnitOfWork) -> dict[CardStage, int]:
    """Return how many cards of clocks there are of each stage; withdrawn ones do not count."""
    chosen = (
        select(Card.stage, func.count(Card.id))
        .join(Clock, Clock.id == Card.clock_id)
        .where(Card.state != CardState.WITHDRAWN)
    )
    if (own := own_clocks(work)) is not None:
        chosen = chosen.where(own)
    dealt = dict.fromkeys(CardStage, 0)
    for stage, number in work.session.execute(chosen.group_by(Card.stage)):
        dealt[stage] = number
    return dealt


def suspensions(work: UnitOfWork) -> list[ReasonRow]:
    """Return the suspensions of the actor's clocks by reason, the most days first."""
    return reasons_among(work, own_clocks(work))


def count_suspensions(work: UnitOfWork, state: SuspensionState) -> int:
    """Return how many suspensions of the actor's clocks are in a state."""
    chosen = select(func.count(Suspension.id)).join(Clock, Clock.id == Suspension.clock_id)
    if (own := own_clocks(work)) is not None:
        chosen = chosen.where(own)
    return work.session.scalar(chosen.where(Suspension.state == state)) or 0
