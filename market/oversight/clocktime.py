"""Whose time it was: the accounts of all clocks together, cards, and suspensions by reason."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, func, select

from market.calendar import default_calendar
from market.clocks.model import Card, Clock, ClockEvent, Suspension
from market.clocks.queries import segments_of
from market.clocks.rules import CardStage, Party, SuspensionReason, SuspensionState, accounts
from market.contracts.model import Contract
from market.credit.scope import groups_of, item_in
from market.db import UnitOfWork
from market.needs.model import Need

GRANTED = (SuspensionState.RUNNING, SuspensionState.ENDED)


@dataclass(frozen=True, slots=True)
class Share:
    """The working days on one party's account, of all clocks together."""

    party: Party
    working_days: int
    total: int

    @property
    def per_cent(self) -> int:
        """The share, rounded to whole per cent."""
        return round(100 * self.working_days / self.total) if self.total else 0


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """How often and for how long clocks were suspended for one reason."""

    reason: SuspensionReason
    requested: int
    granted: int
    granted_days: int


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
    """Return whose account the time of all clocks went to: every working day is on one."""
    chosen = select(ClockEvent).join(Clock, Clock.id == ClockEvent.clock_id)
    if (own := own_clocks(work)) is not None:
        chosen = chosen.where(own)
    events: dict[int, list[ClockEvent]] = {}
    for event in work.session.scalars(chosen.order_by(ClockEvent.id)):
        events.setdefault(event.clock_id, []).append(event)
    sums = dict.fromkeys(Party, 0)
    for one in events.values():
        for party, days in accounts(segments_of(one), work.today, default_calendar()).items():
            sums[party] += days
    total = sum(sums.values())
    return [Share(party, days, total) for party, days in sums.items()]


def cards(work: UnitOfWork) -> dict[CardStage, int]:
    """Return how many cards of each stage were dealt."""
    chosen = select(Card.stage, func.count(Card.id)).join(Clock, Clock.id == Card.clock_id)
    if (own := own_clocks(work)) is not None:
        chosen = chosen.where(own)
    dealt = dict.fromkeys(CardStage, 0)
    for stage, number in work.session.execute(chosen.group_by(Card.stage)):
        dealt[stage] = number
    return dealt


def suspensions(work: UnitOfWork) -> list[ReasonRow]:
    """Return the suspensions by reason, the most days first."""
    granted = Suspension.state.in_(GRANTED)
    chosen = select(
        Suspension.reason,
        func.count(Suspension.id),
        func.count(Suspension.id).filter(granted),
        func.coalesce(func.sum(Suspension.working_days).filter(granted), 0),
    ).join(Clock, Clock.id == Suspension.clock_id)
    if (own := own_clocks(work)) is not None:
        chosen = chosen.where(own)
    rows = work.session.execute(chosen.group_by(Suspension.reason))
    found = [ReasonRow(reason, asked, given, int(days)) for reason, asked, given, days in rows]
    return sorted(found, key=lambda row: (-row.granted_days, -row.requested, row.reason))


def count_suspensions(work: UnitOfWork, state: SuspensionState) -> int:
    """Return how many suspensions of the actor's clocks are in a state."""
    chosen = select(func.count(Suspension.id)).join(Clock, Clock.id == Suspension.clock_id)
    if (own := own_clocks(work)) is not None:
        chosen = chosen.where(own)
    return work.session.scalar(chosen.where(Suspension.state == state)) or 0
