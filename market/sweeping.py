"""One way to do what is due: row after row, each in a transaction of its own.

A sweep reads batch after batch, each read anew and beyond the last row of the batch before, so
every row has its turn in one sweep however many there are. What is done to a row is checked
again under its lock, so running twice or on two nodes changes nothing. A row that cannot be done
is logged and put off, longer each time; it holds up no other (docs/adr/0052). So is a row at which
somebody else is first again and again: a few times that is chance, not for ever.
"""

import logging
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Generic, TypeVar

from sqlalchemy import ColumnElement, Delete, String, delete, or_, select, tuple_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from market.calendar import binding_until
from market.db import Actor, Base, Instant, UnitOfWork, reading_work, unit_of_work
from market.errors import ConflictError
from market.installation import Installation

logger = logging.getLogger(__name__)

# As many as are due on a bad day: what is read is only when and which (benchmarks/bench_sweep.py).
BATCH: Final = 5_000
# So many are done in one transaction where a task can: it is as long as a page of any length.
TOGETHER: Final = 250
TERMS: Final[set[str]] = set()
"""The columns that hold the end of a term in working days, as ``market.holidays`` knows them."""
# Platform defaults: nothing with a deadline in days is late for a quarter of an hour.
FIRST_WAIT: Final = timedelta(minutes=1)
LONGEST_WAIT: Final = timedelta(minutes=15)
# So often in a row may another be first at a row before that is a fault.
CHANCE: Final = 3
MOST: Final = 1_000  # Whoever has more looks for one cause, not for each row.
_CONFLICT: Final = ConflictError.__name__

Row = TypeVar("Row", bound=Hashable)
Due = tuple[datetime, int]
"""When something is due, and its id."""
Find = Callable[[UnitOfWork, Row | None, int], Sequence[Row]]
"""Finds at most so many rows beyond the last one of the batch before, in a fixed order."""


class PutOff(Base):
    """Something that time could not do: how often it was tried, and when it is tried again."""

    __tablename__ = "put_off"

    task: Mapped[str] = mapped_column(String(40), primary_key=True)
    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    tries: Mapped[int]
    fault: Mapped[str] = mapped_column(String(80))  # the error's name; its text may name people
    failed_at: Mapped[Instant]
    again_at: Mapped[Instant]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task(Generic[Row]):
    """One kind of thing that time does: how what is due is found, and what is done to it.

    ``do`` looks again, under a lock, whether the row is still due; it returns how much it did.
    ``key`` is what the row is known by from one sweep to the next. Where very many may be due,
    ``together`` does some hundred in one transaction, and says what it left for ``do``.
    """

    name: str
    find: Find[Row]
    do: Callable[[UnitOfWork, Row], int]
    key: Callable[[Row], object] = str
    together: Callable[[UnitOfWork, Sequence[Row]], tuple[int, Sequence[Row]]] | None = None


def last_of(row: Due) -> int:
    """Return the id of what is due: the key of a task whose rows come by their time."""
    return row[-1]


def wait_after(tries: int) -> timedelta:
    """Return how long a row is put off that could not be done.

    Args:
        tries: How often it was tried, at least once.

    Returns:
        Nothing after the first try, then a minute, doubled with each further try, up to a
        quarter of an hour.

    Source: platform default.
    """
    if tries == 1:
        return timedelta()
    doubled = 1 << min(tries - 2, 10)
    return min(FIRST_WAIT * doubled, LONGEST_WAIT)


def due_rows(
    work: UnitOfWork,
    at: InstrumentedAttribute[datetime | None],
    key: InstrumentedAttribute[int],
    *conditions: ColumnElement[bool],
    after: Due | None,
    limit: int,
) -> list[Due]:
    """Return what is due by now, the longest overdue first, beyond the last one read.

    A term in working days is not over by days that no notice has fixed yet.
    """
    is_term = f"{at.class_.__tablename__}.{at.key}" in TERMS
    chosen = [at <= (binding_until(work.now) if is_term else work.now), *conditions]
    if after is not None:
        chosen.append(tuple_(at, key) > after)
    rows = work.session.execute(select(at, key).where(*chosen).order_by(at, key).limit(limit))
    return [(due_at, row_id) for due_at, row_id in rows if due_at is not None]


def batches(here: Installation, actor: Actor, find: Find[Row]) -> Iterator[Sequence[Row]]:
    """Yield what is due, batch after batch, each read when the one before has been done."""
    after: Row | None = None
    while True:
        with reading_work(here.sessions, actor, here.clock) as work:
            found = find(work, after, BATCH)
        if found:
            yield found
        if len(found) < BATCH:
            return
        after = found[-1]


def sweep(here: Installation, actor: Actor, task: Task[Row]) -> int:
    """Do everything of a kind that is due; return how much was done."""
    with reading_work(here.sessions, actor, here.clock) as work:
        waiting = _waiting(work, task.name)
    done, met = 0, set[str]()
    for batch in batches(here, actor, task.find):
        keys = {str(task.key(row)) for row in batch}
        left = batch
        if task.together is not None:
            known = [row for row in batch if str(task.key(row)) in waiting]
            fresh = [row for row in batch if str(task.key(row)) not in waiting]
            count, rest = _together(here, actor, task, fresh)
            done, left = done + count, [*rest, *known]
        met |= keys & waiting.keys()
        for row in left:
            earlier = waiting.get(str(task.key(row)))
            if earlier is None or earlier.again_at <= here.clock():
                done += _one(here, actor, task, row, tries=earlier.tries if earlier else 0)
    _forget(here, actor, task.name, waiting.keys() - met)
    return done


def _together(
    here: Installation, actor: Actor, task: Task[Row], rows: Sequence[Row]
) -> tuple[int, list[Row]]:
    """Do some hundred rows in each transaction; return how much was done, and what is left.

    Where one of them cannot be done, nothing was: each then has its own turn.
    """
    done, left = 0, list[Row]()
    if task.together is None:
        return 0, list(rows)
    for first in range(0, len(rows), TOGETHER):
        some = rows[first : first + TOGETHER]
        try:
            with unit_of_work(here.sessions, actor, here.clock) as work:
                count, rest = task.together(work, some)
        except Exception:
            logger.info("%s: %s rows are done one by one", task.name, len(some), exc_info=True)
            count, rest = 0, some
        done += count
        left += rest
    return done, left


def put_off(work: UnitOfWork) -> Sequence[PutOff]:
    """Return what time could not do, what was tried most often first; beyond ``MOST``, no more.

    Where somebody else was first a few times, nothing is wrong yet.
    """
    return work.session.scalars(
        select(PutOff)
        .where(or_(PutOff.fault != _CONFLICT, PutOff.tries > CHANCE))
        .order_by(PutOff.tries.desc(), PutOff.task, PutOff.key)
        .limit(MOST)
    ).all()


def _waiting(work: UnitOfWork, name: str) -> Mapping[str, PutOff]:
    rows = work.session.scalars(select(PutOff).where(PutOff.task == name))
    return {row.key: row for row in rows}


def _one(here: Installation, actor: Actor, task: Task[Row], row: Row, *, tries: int) -> int:
    """Do one row; what it could not do is noted in a transaction of its own."""
    key = str(task.key(row))
    try:
        with unit_of_work(here.sessions, actor, here.clock) as work:
            done = task.do(work, row)
            if tries:
                work.session.execute(_of(task.name, [key]))
    except ConflictError:
        # A person or another node was first; the next sweep looks again, and counts.
        if tries >= CHANCE:
            logger.warning(
                "%s %s meets another writer each time; it is tried again", task.name, key
            )
        _note(here, actor, PutOff(task=task.name, key=key, fault=_CONFLICT), chances=CHANCE - 1)
        return 0
    except Exception as error:
        # Two nodes at once violate a constraint once; who does it again has a fault.
        if tries or not isinstance(error, IntegrityError):
            logger.exception("%s %s could not be done; it is tried again", task.name, key)
        _note(here, actor, PutOff(task=task.name, key=key, fault=type(error).__name__))
        return 0
    return done


def _note(here: Installation, actor: Actor, fault: PutOff, *, chances: int = 0) -> None:
    # Another node that fails at the same row says the same.
    with (
        suppress(ConflictError, IntegrityError),
        unit_of_work(here.sessions, actor, here.clock) as work,
    ):
        earlier = work.session.get(PutOff, (fault.task, fault.key), with_for_update=True)
        tries = earlier.tries + 1 if earlier else 1
        fault.tries, fault.failed_at = tries, work.now
        fault.again_at = work.now + wait_after(max(1, tries - chances))
        work.session.merge(fault)


def _forget(here: Installation, actor: Actor, name: str, keys: Collection[str]) -> None:
    """Forget what is no longer due: somebody did it, or it is no longer to be done."""
    if keys:
        with unit_of_work(here.sessions, actor, here.clock) as work:
            work.session.execute(_of(name, keys))


def _of(name: str, keys: Collection[str]) -> Delete:
    return delete(PutOff).where(PutOff.task == name, PutOff.key.in_(keys))
