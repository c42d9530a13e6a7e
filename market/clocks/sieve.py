"""Which of very many running clocks a calendar moves: a million of them in seconds.

A clock with one event counts from its start alone. The database brings those together that count
from the same instant in the same limit, and each such group is counted once, however many clocks
it has. A clock with a history is replayed, from narrow rows. One that ended before the first of
the changed days, or began after the last, is not looked at (docs/adr/0079).
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Select, String, cast, func, or_, select

from market.calendar import UnknownYearError, provisional_calendar
from market.clock import beijing
from market.clocks import kinds, replay
from market.clocks.counting import GRAINS, Ruler, end_of
from market.clocks.model import Clock, ClockEvent
from market.clocks.replay import Segment
from market.clocks.rules import ClockState, Party
from market.db import UnitOfWork
from market.holidays.sources import Changed, Moved

# So many are replayed at once: a statement takes no more than some ten thousand values.
REPLAYED: Final = 10_000
UNITS: Final = Clock.agreed_units + Clock.extended_units


def last_id(work: UnitOfWork) -> int:
    """Return the id beyond which there is no clock."""
    return work.session.scalar(select(func.max(Clock.id))) or 0


def moved(work: UnitOfWork, after: int, until: int, changed: Changed) -> list[Moved]:
    """Return the running clocks beyond one id and up to another whose due date is another.

    Args:
        work: In which the calendar that is installed has changed.
        after: Beyond which id.
        until: Up to which id.
        changed: Between which days it has; the clocks were counted by it or by the one before.

    Returns:
        Each with when it is due now, in the order of their ids.
    """
    return sorted(
        [
            *_plain(work, after, until, changed),
            *_with_a_history(work, after, until, changed),
        ]
    )


def count(work: UnitOfWork, after: int, until: int) -> int:
    """Return how many clocks run beyond one id and up to another."""
    return work.session.scalar(select(func.count()).where(*_between(after, until))) or 0


def due(kind: str, segments: list[Segment], holder: Party, units: int) -> datetime | None:
    """Return when a clock is due by the calendar that is installed."""
    unit = kinds.kind_of(kind).unit
    try:
        ruler = Ruler(unit, provisional_calendar())
        return replay.reached_at(segments, holder, units * GRAINS[unit], ruler)
    except UnknownYearError:
        return None


def _plain(work: UnitOfWork, after: int, until: int, changed: Changed) -> Iterator[Moved]:
    """Count those that have only been started: on the holder's account, as every clock is."""
    facts = (Clock.counts_from_at, UNITS, Clock.due_at, Clock.kind, Clock.holder)
    ids = func.aggregate_strings(cast(Clock.id, String), ",")
    chosen = select(*facts, ids).where(*_between(after, until), *_touched(changed))
    chosen = chosen.where(Clock.id.not_in(_histories(after, until))).group_by(*facts)
    for from_at, units, due_at, kind, holder, found in work.session.execute(chosen):
        becomes = due(kind, [Segment(from_at, holder)], holder, units)
        if becomes != due_at:
            yield from ((int(one), becomes) for one in found.split(","))


def _with_a_history(work: UnitOfWork, after: int, until: int, changed: Changed) -> Iterator[Moved]:
    # What lies behind a due date counts as well where the work went on: until now, that is.
    touched = _touched(changed, now_on=work.today)
    facts = (Clock.id, Clock.kind, Clock.holder, Clock.counts_from_at, UNITS, Clock.due_at)
    chosen = select(*facts).where(*_between(after, until), *touched)
    rows = work.session.execute(chosen.where(Clock.id.in_(_histories(after, until)))).all()
    for first in range(0, len(rows), REPLAYED):
        some = rows[first : first + REPLAYED]
        events = _events(work, [row.id for row in some])
        for one, kind, holder, from_at, units, due_at in some:
            segments = replay.replay(events[one], from_at, replay.corrections_of(events[one]))
            becomes = due(kind, segments, holder, units)
            if becomes != due_at:
                yield one, becomes


def _events(work: UnitOfWork, ids: list[int]) -> dict[int, list["_Event"]]:
    found: dict[int, list[_Event]] = {one: [] for one in ids}
    read = select(ClockEvent.clock_id, *(getattr(ClockEvent, name) for name in _Event._fields))
    read = read.where(ClockEvent.clock_id.in_(ids)).order_by(ClockEvent.id)
    for one, *facts in work.session.execute(read):
        found[one].append(_Event(*facts))
    return found


class _Event(NamedTuple):
    """What replaying needs of an event."""

    party: Party | None
    happened_at: datetime
    corrects_from_at: datetime | None
    corrects_until_at: datetime | None
    corrects_of: str | None
    corrects_to: str | None


def _between(after: int, until: int) -> tuple[ColumnElement[bool], ...]:
    """Choose running clocks by id: not by their state's index, which would read them at random."""
    others = [state for state in ClockState if state is not ClockState.RUNNING]
    return Clock.id > after, Clock.id <= until, Clock.state.not_in(others)


def _touched(changed: Changed, *, now_on: date | None = None) -> tuple[ColumnElement[bool], ...]:
    """Choose the clocks that count any of the changed days."""
    begins = Clock.counts_from_at < end_of(changed.last)
    if now_on is not None and changed.first <= now_on:
        return (begins,)
    return begins, or_(Clock.due_at.is_(None), Clock.due_at > beijing(changed.first))


def _histories(after: int, until: int) -> Select[Any]:
    """Choose the clocks to which something has happened since they were started."""
    return (
        select(ClockEvent.clock_id)
        .where(ClockEvent.clock_id > after, ClockEvent.clock_id <= until)
        .group_by(ClockEvent.clock_id)
        .having(func.count() > 1)
    )
