"""Whose time it was: the accounts of all service clocks together, each working day on one."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select, true

from market.clocks import queries, replay, withheld
from market.clocks.kinds import SERVICE
from market.clocks.model import Clock, ClockEvent, Suspension
from market.clocks.rules import Party, SuspensionReason, SuspensionState
from market.db import UnitOfWork

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


def shares(work: UnitOfWork, among: ColumnElement[bool] | None = None) -> list[Share]:
    """Return whose account the time of all services went to.

    ``among`` is a condition by which a feature above counts only the clocks of its own reader.
    """
    rows = work.session.execute(
        select(Clock, ClockEvent)
        .join(ClockEvent, ClockEvent.clock_id == Clock.id)
        .where(Clock.kind == SERVICE.code, true() if among is None else among)
        .order_by(ClockEvent.id)
    )
    events: dict[Clock, list[ClockEvent]] = {}
    for clock, event in rows:
        events.setdefault(clock, []).append(event)
    sums = dict.fromkeys(Party, 0)
    hidden = withheld.events(work)
    for clock, all_of_it in events.items():
        one = withheld.as_told(work, clock, all_of_it, hidden)
        ruler = queries.ruler_of(clock)
        for party, days in replay.accounts(
            queries.segments_of(clock, one), work.now, ruler
        ).items():
            sums[party] += days
    total = sum(sums.values())
    return [Share(party, days, total) for party, days in sums.items()]


def reasons(work: UnitOfWork, among: ColumnElement[bool] | None = None) -> list[ReasonRow]:
    """Return the suspensions by reason, the most days first; ``among`` as for ``shares``."""
    granted = Suspension.state.in_(GRANTED)
    chosen = select(
        Suspension.reason,
        func.count(Suspension.id),
        func.count(Suspension.id).filter(granted),
        func.coalesce(func.sum(Suspension.working_days).filter(granted), 0),
    ).join(Clock, Clock.id == Suspension.clock_id)
    if among is not None:
        chosen = chosen.where(among)
    rows = work.session.execute(chosen.group_by(Suspension.reason))
    found = [ReasonRow(reason, asked, given, int(days)) for reason, asked, given, days in rows]
    return sorted(found, key=lambda row: (-row.granted_days, -row.requested, row.reason))
