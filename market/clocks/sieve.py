"""Which of very many running clocks a calendar moves: a million of them in seconds.

A clock with one event counts from its start alone. The database brings those together that count
from the same instant in the same limit, and each such group is counted once, however many clocks
it has. A clock with a history is replayed, from narrow rows. One that ended before the first of
the changed days, or began after the last, is not looked at (docs/adr/0079).
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Select, String, cast, func, or_, select

from market.bulk import among
from market.clock import beijing
from market.clocks import ladder, replay
from market.clocks.counting import end_of
from market.clocks.model import Clock, ClockEvent
from market.clocks.replay import Segment
from market.clocks.rules import CardStage, ClockState, Party
from market.db import UnitOfWork
from market.holidays.sources import Changed, Moved

# So many are replayed at once: a statement takes no more than some ten thousand values.
REPLAYED: Final = 10_000
_Found = tuple[int, bool, datetime | None]
"""The id of a clock, whether its due date is another, and what it becomes."""
UNITS: Final = Clock.agreed_units + Clock.extended_units


def last_id(work: UnitOfWork) -> int:
    """Return the id beyond which there is no clock."""
    return work.session.scalar(select(func.max(Clock.id))) or 0


def moved(
    work: UnitOfWork, after: int, until: int, changed: Changed
) -> tuple[list[Moved], list[int]]:
    """Return the running clocks beyond one id and up to another that the changed days move.

    Args:
        work: In which the calendar that is installed has changed.
        after: Beyond which id.
        until: Up to which id.
        changed: Between which days it has; the clocks were counted by it or by the one before.

    Returns:
        Those that are due at another time, each with when it is due now, in the order of their
        ids; and those of which only the next rung is reached at another time.
    """
    found = sorted(
        [
            *_plain(work, after, until, changed),
            *_with_a_history(work, after, until, changed),
        ]
    )
    return (
        [(one, becomes) for one, differs, becomes in found if differs],
        [one for one, differs, _ in found if not differs],
    )


def count(work: UnitOfWork, after: int, until: int) -> int:
    """Return how many clocks run beyond one id and up to another."""
    return work.session.scalar(select(func.count()).where(*_between(after, until))) or 0


class _Facts(NamedTuple):
    """What planning needs of a clock that runs (``ladder.Limited``), and what is stored of it."""

    counts_from_at: datetime
    limit_units: int
    due_at: datetime | None
    kind: str
    holder: Party
    regulation_id: str
    next_stage: CardStage | None
    next_check_at: datetime | None

    @property
    def state(self) -> ClockState:
        return ClockState.RUNNING

    @property
    def subject(self) -> str:
        return ""


_COLUMNS: Final = (
    Clock.counts_from_at,
    UNITS,
    Clock.due_at,
    Clock.kind,
    Clock.holder,
    Clock.regulation_id,
    Clock.next_stage,
    Clock.next_check_at,
)


def _compared(
    work: UnitOfWork, facts: _Facts, segments: list[Segment]
) -> tuple[bool, datetime | None] | None:
    """Return whether the due date is another, and what it becomes; None: nothing moves."""
    plan = ladder.planned(facts, segments, facts.next_stage, facts.due_at, work.today)
    if (plan.due_at, plan.next_check_at) == (facts.due_at, facts.next_check_at):
        return None
    return plan.due_at != facts.due_at, plan.due_at


def _plain(work: UnitOfWork, after: int, until: int, changed: Changed) -> Iterator[_Found]:
    """Count those that have only been started: on the holder's account, as every clock is."""
    ids = func.aggregate_strings(cast(Clock.id, String), ",")
    chosen = select(*_COLUMNS, ids).where(*_between(after, until), *_touched(changed))
    chosen = chosen.where(Clock.id.not_in(_histories(after, until))).group_by(*_COLUMNS)
    for *columns, found in work.session.execute(chosen):
        facts = _Facts._make(columns)
        becomes = _compared(work, facts, [Segment(facts.counts_from_at, facts.holder)])
        if becomes is not None:
            yield from ((int(one), *becomes) for one in found.split(","))


def _with_a_history(work: UnitOfWork, after: int, until: int, changed: Changed) -> Iterator[_Found]:
    # What lies behind a due date counts as well where the work went on: until now, that is.
    touched = _touched(changed, now_on=work.today)
    chosen = select(Clock.id, *_COLUMNS).where(*_between(after, until), *touched)
    rows = work.session.execute(chosen.where(Clock.id.in_(_histories(after, until)))).all()
    for first in range(0, len(rows), REPLAYED):
        some = rows[first : first + REPLAYED]
        events = events_of(work, [row.id for row in some])
        for one, *columns in some:
            facts = _Facts._make(columns)
            corrections = replay.corrections_of(events[one])
            segments = replay.replay(events[one], facts.counts_from_at, corrections)
            becomes = _compared(work, facts, segments)
            if becomes is not None:
                yield one, *becomes


def events_of(work: UnitOfWork, ids: Sequence[int]) -> dict[int, list["Narrow"]]:
    """Return the events of many clocks in order of time, as replaying needs them."""
    found: dict[int, list[Narrow]] = {one: [] for one in ids}
    read = select(ClockEvent.clock_id, *(getattr(ClockEvent, name) for name in Narrow._fields))
    read = read.where(among(work, ClockEvent.clock_id, ids)).order_by(ClockEvent.id)
    for one, *facts in work.session.execute(read):
        found[one].append(Narrow(*facts))
    return found


class Narrow(NamedTuple):
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
    first_at = beijing(changed.first)
    # A clock that is late has rungs before it, which come by the days after its due date.
    ahead = or_(Clock.due_at > first_at, Clock.next_check_at > first_at)
    return begins, or_(Clock.due_at.is_(None), ahead)


def _histories(after: int, until: int) -> Select[Any]:
    """Choose the clocks to which something has happened since they were started."""
    return (
        select(ClockEvent.clock_id)
        .where(ClockEvent.clock_id > after, ClockEvent.clock_id <= until)
        .group_by(ClockEvent.clock_id)
        .having(func.count() > 1)
    )
