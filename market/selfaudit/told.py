"""Rows against what the log was told of them: the last entry of a kind that names the row."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import (
    Case,
    Column,
    ColumnElement,
    Connection,
    FromClause,
    Select,
    Table,
    select,
    type_coerce,
)
from sqlalchemy.sql import visitors
from sqlalchemy.types import NullType

from market.db import Base
from market.journal import PREFIX
from market.selfaudit.differences import Difference, going_on
from market.selfaudit.rows import plain

Key = tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What entries of one kind say of the rows of one table.

    ``key`` pairs the columns that find a row (some of them of tables that ``rows`` joins) with
    the members of the entry that name it; ``columns`` pairs what must agree. ``untold`` is the
    value of the first column in ``columns`` that a row has before any entry tells of it, and
    ``ended_by`` the kind of the entry after which the row is gone.
    """

    kind: str
    table: str
    rows: FromClause
    row_id: Column[Any]
    key: Mapping[str, ColumnElement[Any]]
    columns: Mapping[str, ColumnElement[Any]]
    untold: str | None = None
    ended_by: str | None = None

    def key_of(self, entry: Mapping[str, object]) -> Key:
        """Return by what an entry names its row."""
        return tuple(_hashable(entry.get(member)) for member in self.key)

    def statement(self) -> Select[Any]:
        """Return the question for every row: its id, its key, and what must agree."""
        wanted = [self.row_id, *self.key.values(), *self.columns.values()]
        named: list[Any] = [
            type_coerce(column, NullType()).label(f"c{number}")
            for number, column in enumerate(wanted)
        ]
        return select(*named).select_from(self.rows)


def table_of(model: type[Base]) -> Table:
    """Return the table of a mapped class."""
    return Base.metadata.tables[model.__tablename__]


def told(
    kind: str,
    table: Table,
    key: Mapping[str, ColumnElement[Any]],
    columns: Mapping[str, ColumnElement[Any]],
    *,
    rows: FromClause | None = None,
    untold: str | None = None,
    ended_by: str | None = None,
) -> Told:
    """Return a comparison whose row is found by the first column of its primary key."""
    return Told(
        kind=kind,
        table=table.name,
        rows=table if rows is None else rows,
        row_id=next(iter(table.primary_key.columns)),
        key=key,
        columns=columns,
        untold=untold,
        ended_by=ended_by,
    )


@dataclass(slots=True)
class Memory:
    """The last entry that named each row, for every kind that is asked for."""

    checks: tuple[Told, ...]
    last: dict[str, dict[Key, dict[str, object]]] = field(default_factory=dict)
    _by_kind: dict[str, list[Told]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for check in self.checks:
            for kind in filter(None, (check.kind, check.ended_by)):
                self._by_kind.setdefault(PREFIX + kind, []).append(check)
            self.last[_name(check)] = {}

    def take(self, body: bytes) -> None:
        """Take the next entry of the log."""
        if not body.startswith(b'{"') or b'"t":"zjcs/' not in body:
            return
        try:
            entry = json.loads(body)
        except (ValueError, RecursionError):
            return
        kind = str(entry.get("t"))
        for check in self._by_kind.get(kind, ()):
            said = {member: entry.get(member) for member in check.columns}
            last, key = self.last[_name(check)], check.key_of(entry)
            if kind == PREFIX + check.kind:
                last[key] = said
            else:
                last.pop(key, None)

    def differences(self, connection: Connection) -> Iterator[Difference]:
        """Compare every row with the last entry that named it."""
        for check in self.checks:
            yield from going_on(check.table, "", self._compare(connection, check))

    def _compare(self, connection: Connection, check: Told) -> Iterator[Difference]:
        told = dict(self.last[_name(check)])
        for row in connection.execute(check.statement()):
            row_id, *values = row
            columns = [*check.key.values(), *check.columns.values()]
            now = [_as_told(value, column) for value, column in zip(values, columns, strict=True)]
            key = tuple(_hashable(value) for value in now[: len(check.key)])
            found = dict(zip(check.columns, now[len(check.key) :], strict=True))
            said = told.pop(key, None)
            if said is not None:
                yield from _columns(check, str(row_id), found, said)
            elif next(iter(found.values())) != check.untold or check.untold is None:
                yield Difference(check.table, str(row_id), "", f"日志中没有 {check.kind} 条目")
        for key in told:
            name = " ".join(str(part) for part in key)
            yield Difference(check.table, name, "", f"日志中有 {check.kind} 条目，却没有这一行")


_ABSENT: Final = "—"


def _columns(
    check: Told, row_id: str, found: Mapping[str, object], said: Mapping[str, object]
) -> Iterator[Difference]:
    for member, column in check.columns.items():
        if found[member] != said[member]:
            words = _ABSENT if said[member] is None else str(said[member])[:80]
            name = own_column(check, column)
            yield Difference(check.table, row_id, name, f"日志条目中是 {words}")


def own_column(check: Told, told_of: ColumnElement[Any]) -> str:
    """Return the column of the compared table itself: the one that points to a joined row.

    Of an expression it is the first of its columns that the table has, and of a choice what is
    told otherwise before what decides it.
    """
    otherwise = told_of.else_ if isinstance(told_of, Case) else None
    parts = [] if otherwise is None else _columns_in(otherwise)
    parts += sorted(_columns_in(told_of), key=lambda part: part.table is not check.row_id.table)
    names = (_own_name(check, part) for part in parts)
    return next((name for name in names if name is not None), parts[0].name)


def _columns_in(told_of: ColumnElement[Any]) -> list[Column[Any]]:
    return [part for part in visitors.iterate(told_of) if isinstance(part, Column)]


def _own_name(check: Told, column: Column[Any]) -> str | None:
    own = check.row_id.table
    if column.table is own:
        return str(column.name)
    pointing = (key.parent.name for key in own.foreign_keys if key.column.table is column.table)
    return next(pointing, None)


def _as_told(value: object, column: ColumnElement[Any]) -> object:
    """Return a raw value as the journal would have written it."""
    match plain(value, column.type):
        case datetime() as at:
            return int(at.timestamp())
        case date() as day:
            return day.isoformat()
        case other:
            return other


def _hashable(value: object) -> object:
    return json.dumps(value) if isinstance(value, list | dict) else value


def _name(check: Told) -> str:
    return f"{check.kind} {check.table}"
