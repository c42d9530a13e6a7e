"""What is counted beside the service clocks: waiting for materials, and for money that is due.

Both are the owner's. The figure that the city publishes counts from signing until the money, as
its title says (docs/adr/0111).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select

from market.calendar import provisional_calendar
from market.clocks import replay, whose
from market.clocks.counting import Ruler, Unit
from market.clocks.kinds import PAYMENT, SERVICE
from market.clocks.model import Clock, ClockEvent
from market.clocks.queries import grains_of, ruler_of, segments_of
from market.clocks.rules import Party, Stage
from market.contracts.actions import subject_of
from market.contracts.model import Contract
from market.credit.scope import item_in
from market.db import UnitOfWork
from market.draws.model_freeze import AwardFreeze
from market.draws.rules import AwardState
from market.needs.model import Need

# From when until when; without an end it still lasts.
Times = Sequence[tuple[datetime, datetime | None]]


def owners_days(work: UnitOfWork, groups: frozenset[str]) -> Mapping[Stage, Mapping[Party, int]]:
    """Return the owners' working days before their services began and after payment was due."""
    return {
        Stage.MATERIALS: {Party.OWNER: _waiting(work, groups)},
        Stage.PAYMENT: {Party.OWNER: _unpaid(work, groups)},
    }


whose.provide(owners_days)


def _waiting(work: UnitOfWork, groups: frozenset[str]) -> int:
    """Count from each signing until materials are handed over, or the contract ends.

    While the award stands still nobody may hand anything over: those days are nobody's.
    """
    began = _began(work)
    frozen: dict[int, list[tuple[datetime, datetime | None]]] = {}
    rows = select(AwardFreeze).where(AwardFreeze.was == AwardState.SIGNED).order_by(AwardFreeze.id)
    for row in work.session.scalars(rows):
        frozen.setdefault(row.award_id, []).append((row.frozen_at, row.ended_at))
    contracts = work.session.scalars(
        select(Contract)
        .join(Need, Need.id == Contract.need_id)
        .where(Contract.confirmed_at.is_not(None), item_in(Need.item_code, groups))
    )
    total = 0
    for contract in contracts:
        if contract.confirmed_at is not None:
            until_at = began.get(subject_of(contract), contract.ended_at)
            whole = (contract.confirmed_at, until_at)
            total += working_days(without(whole, frozen.get(contract.award_id, ())), work.now)
    return total


def _began(work: UnitOfWork) -> dict[str, datetime]:
    """Return from when the service of each contract counts, by the subject of its clock."""
    rows = work.session.execute(
        select(Clock.subject, Clock.counts_from_at).where(Clock.kind == SERVICE.code)
    )
    return {subject: at for subject, at in rows}  # noqa: C416 - typed as rows


def _unpaid(work: UnitOfWork, groups: frozenset[str]) -> int:
    """Count the days beyond the terms of payments; a day with two unpaid invoices is one."""
    overdue = _overdue(work, item_in(Need.item_code, groups))
    return sum(working_days(times, work.now) for times in overdue.values())


def unpaid_times(work: UnitOfWork, contract: Contract) -> Times:
    """Return from when until when payments of a contract were overdue; together, in order."""
    return _overdue(work, Clock.number == contract.number).get(contract.number, ())


def _overdue(work: UnitOfWork, among: ColumnElement[bool]) -> Mapping[str, Times]:
    """Return the times beyond the terms of payments, by the numbers of their contracts."""
    rows = work.session.execute(
        select(Clock, ClockEvent)
        .join(ClockEvent, ClockEvent.clock_id == Clock.id)
        .join(Contract, Contract.number == Clock.number)
        .join(Need, Need.id == Contract.need_id)
        .where(Clock.kind == PAYMENT.code, among)
        .order_by(ClockEvent.id)
    )
    events: dict[Clock, list[ClockEvent]] = {}
    for clock, event in rows:
        events.setdefault(clock, []).append(event)
    late: dict[str, list[tuple[datetime, datetime | None]]] = {}
    for clock, told in events.items():
        late.setdefault(clock.number, []).extend(
            replay.beyond(
                segments_of(clock, told), clock.holder, grains_of(clock), work.now, ruler_of(clock)
            )
        )
    return {number: together(times) for number, times in late.items()}


def without(whole: tuple[datetime, datetime | None], gaps: Times) -> Times:
    """Return what is left of a time without its gaps, which come in order."""
    from_at, until_at = whole
    found: list[tuple[datetime, datetime | None]] = []
    for gap_at, over_at in gaps:
        if until_at is not None and gap_at >= until_at:
            break
        if gap_at > from_at:
            found.append((from_at, gap_at))
        if over_at is None:
            return found
        from_at = max(from_at, over_at)
    if until_at is None or from_at < until_at:
        found.append((from_at, until_at))
    return found


def together(times: Times) -> Times:
    """Return times that may overlap as times that do not."""
    found: list[tuple[datetime, datetime | None]] = []
    for from_at, until_at in sorted(times, key=lambda each: each[0]):
        last = found[-1] if found else None
        if last is None or (last[1] is not None and last[1] < from_at):
            found.append((from_at, until_at))
        elif last[1] is not None:
            ends = None if until_at is None else max(last[1], until_at)
            found[-1] = (last[0], ends)
    return found


def working_days(times: Iterable[tuple[datetime, datetime | None]], now: datetime) -> int:
    """Count the working days of times that do not overlap, the present one included."""
    ruler = Ruler(Unit.WORKING_DAY, provisional_calendar())
    return sum(
        max(0, (ruler.by(now) if until_at is None else ruler.before(until_at)) - ruler.before(at))
        for at, until_at in times
    )
