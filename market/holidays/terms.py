"""Declaring a stored term in working days: one way to read, count again and move all of them.

A term is counted from what its row remembers (``counted``), or from facts that the feature
names. Whether it may end earlier than before is said where it is declared: a time to speak, to
object or to choose, and one that was published, never does (docs/adr/0077).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import InstrumentedAttribute

from market.calendar import UnknownYearError, provisional_calendar
from market.db import Base, UnitOfWork
from market.holidays.counted import Counted
from market.holidays.sources import Deadline, Source, declare_source
from market.sweeping import TERMS

Row = TypeVar("Row", bound=Base)
At = InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """What a term is counted from, and instants before and after which it never ends, if any."""

    from_on: date
    working_days: int
    least_at: datetime | None = None
    most_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """Whose term it is. ``about`` is the thing on whose page a change is shown."""

    number: str
    title: str
    path: str
    org_ids: tuple[int, ...]
    about: str = ""
    is_public: bool = False


def remembered(work: UnitOfWork, row: Base) -> Days | None:
    """Return what a row remembers that its term was counted from."""
    del work
    if not isinstance(row, Counted) or row.term_from_on is None or row.term_working_days is None:
        return None
    return Days(from_on=row.term_from_on, working_days=row.term_working_days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Term(Generic[Row]):
    """One kind of stored term.

    ``at`` is the column that holds its end; the columns ``along`` move with it where they say the
    same. ``follow`` is done to a row that moved, such as planning its next check; ``lock`` takes
    what its actions lock before it, by its id.
    """

    kind: str
    name: str
    model: type[Row]
    at: At
    runs: ColumnElement[bool]
    about: Callable[[UnitOfWork, Row], About]
    days: Callable[[UnitOfWork, Row], Days | None] = remembered
    along: tuple[At, ...] = ()
    never_earlier: bool = False
    follow: Callable[[UnitOfWork, Row], object] | None = None
    lock: Callable[[UnitOfWork, int], object] | None = None

    def _chosen(self) -> Select[Any]:
        return select(self.model).where(self.runs, self.at.is_not(None))

    def read(self, work: UnitOfWork, after: int, limit: int) -> Sequence[Deadline]:
        """Return the terms that run, beyond an id."""
        key: Any = self.at.class_.id
        rows = work.session.scalars(self._chosen().where(key > after).order_by(key).limit(limit))
        return [self._deadline(work, row) for row in rows.all()]

    def _deadline(self, work: UnitOfWork, row: Row) -> Deadline:
        found, key = self.about(work, row), self._key(row)
        stored_at: datetime | None = getattr(row, self.at.key)
        return Deadline(
            id=key,
            subject=f"{self.kind}:{key}",
            about=found.about or f"{self.kind}:{key}",
            number=found.number,
            title=found.title,
            path=found.path,
            org_ids=found.org_ids,
            due_at=stored_at,
            due=partial(self._counted, self.days(work, row), stored_at),
            is_public=found.is_public,
        )

    def _counted(self, days: Days | None, stored_at: datetime | None) -> datetime | None:
        """Count a term by the calendar that is installed now."""
        if days is None:
            return stored_at
        try:
            ends_at = provisional_calendar().due_at(days.from_on, days.working_days)
        except UnknownYearError:
            return stored_at
        ends_at = max(ends_at, days.least_at or ends_at)
        ends_at = min(ends_at, days.most_at or ends_at)
        return max(ends_at, stored_at) if self.never_earlier and stored_at else ends_at

    def move(self, work: UnitOfWork, row_id: int) -> tuple[datetime | None, datetime | None]:
        """Lock one, count it again and set it; what does not run any more stays."""
        if self.lock is not None:
            self.lock(work, row_id)
        key: Any = self.at.class_.id
        row = work.session.scalar(
            self._chosen()
            .where(key == row_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        if row is None:
            return None, None
        was_at: datetime | None = getattr(row, self.at.key)
        due_at = self._counted(self.days(work, row), was_at)
        if due_at == was_at:
            return was_at, was_at
        for column in (self.at, *self.along):
            if getattr(row, column.key) == was_at:
                setattr(row, column.key, due_at)
        work.session.flush()
        if self.follow is not None:
            self.follow(work, row)
        return was_at, due_at

    @staticmethod
    def _key(row: Row) -> int:
        key: int = row.id  # type: ignore[attr-defined]  # every table that has terms has an id
        return key


_TERMS: Final[dict[str, Term[Any]]] = {}


def declare_term(term: Term[Any]) -> Source:
    """Make a kind of term known: it is counted again whenever a notice arrives."""
    _TERMS[term.kind] = term
    TERMS.update(f"{c.class_.__tablename__}.{c.key}" for c in (term.at, *term.along))
    return declare_source(Source(kind=term.kind, name=term.name, read=term.read, move=term.move))


def declared() -> list[Term[Any]]:
    """Return the declared terms."""
    return [_TERMS[kind] for kind in sorted(_TERMS)]


def columns() -> frozenset[str]:
    """Return the columns that declared terms move, such as ``award.sign_by_at``."""
    return frozenset(
        f"{term.at.class_.__tablename__}.{column.key}"
        for term in _TERMS.values()
        for column in (term.at, *term.along)
    )
