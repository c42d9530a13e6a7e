"""Whose time it was after signing: the accounts of all service clocks, and what lies around them.

Before a service begins, and after it is over, no service clock runs; features above say whose
those days are (docs/adr/0111). Each working day of a contract is on one account.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, func, select, true

from market.clocks import queries, replay, withheld
from market.clocks.kinds import SERVICE
from market.clocks.model import Clock, ClockEvent, Suspension
from market.clocks.rules import Party, Stage, SuspensionReason, SuspensionState
from market.db import UnitOfWork

GRANTED = (SuspensionState.RUNNING, SuspensionState.ENDED)


@dataclass(frozen=True, slots=True)
class Share:
    """The working days on one party's account, of all contracts together, and by stage."""

    party: Party
    working_days: int
    total: int
    by_stage: Mapping[Stage, int]

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


Days = Mapping[Stage, Mapping[Party, int]]
# The working days of the contracts whose items lie in some groups; no groups mean all.
Around = Callable[[UnitOfWork, frozenset[str]], Days]

# Keyed by where they come from: an application assembled twice provides everything once.
_AROUND: Final[dict[tuple[str, str], Around]] = {}


def provide(function: Around) -> None:
    """Register who knows of days after signing for which no service clock runs."""
    _AROUND[function.__module__, function.__qualname__] = function


def shares(
    work: UnitOfWork,
    among: ColumnElement[bool] | None = None,
    groups: frozenset[str] = frozenset(),
) -> list[Share]:
    """Return whose account the time of all contracts went to, from signing until the money.

    ``among`` is a condition by which a feature above counts only the clocks of its own reader,
    and ``groups`` are the groups of items by which it did so.
    """
    days: dict[Stage, dict[Party, int]] = {stage: dict.fromkeys(Party, 0) for stage in Stage}
    days[Stage.SERVICE] = _in_service(work, among)
    for function in _AROUND.values():
        for stage, used in function(work, groups).items():
            for party, number in used.items():
                days[stage][party] += number
    total = sum(sum(used.values()) for used in days.values())
    return [
        Share(
            party,
            sum(used[party] for used in days.values()),
            total,
            {stage: used[party] for stage, used in days.items()},
        )
        for party in Party
    ]


def _in_service(work: UnitOfWork, among: ColumnElement[bool] | None) -> dict[Party, int]:
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
    return sums


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
