"""The digest of a row: one way to write what a row says, the same on both databases.

Rows are read past the types of their columns, because a row that somebody changed may hold
what no type allows; it must be named, not stumbled over.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    Integer,
    Select,
    Table,
    TypeDecorator,
    select,
    tuple_,
    type_coerce,
)
from sqlalchemy.types import DateTime, NullType, TypeEngine

BATCH: Final = 500
MARK_BYTES: Final = 4
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it stands: its key as text, and each column's value."""

    table: Table
    key: str
    values: Mapping[str, object]

    @property
    def digest(self) -> bytes:
        """32 bytes over table, key and every column that is not null."""
        whole = hashlib.sha256(b"zjcs/row/v1\n")
        whole.update(_framed(self.table.name.encode()) + _framed(self.key.encode()))
        for name, mark in self._columns():
            whole.update(_framed(name.encode()) + mark)
        return whole.digest()

    @property
    def marks(self) -> str:
        """The first bytes of each column's digest, by which a changed column is named."""
        return json.dumps({name: mark[:MARK_BYTES].hex() for name, mark in self._columns()})

    @property
    def plain_values(self) -> dict[str, object]:
        """Each column's value as what the column is meant to hold."""
        return {name: plain(v, self.table.c[name].type) for name, v in self.values.items()}

    def _columns(self) -> Iterator[tuple[str, bytes]]:
        for name in sorted(self.values):
            if (value := self.values[name]) is not None:
                written = write(value, self.table.c[name].type)
                yield name, hashlib.sha256(_framed(name.encode()) + written).digest()


def differing(row: Row, marks: str) -> list[str]:
    """Return the names of the columns whose value is not the one that was marked."""
    try:
        then = json.loads(marks)
    except ValueError:
        return []
    now = json.loads(row.marks)
    names = sorted({*then, *now}) if isinstance(then, dict) else []
    return [name for name in names if then.get(name) != now.get(name)]


def write(value: object, kind: TypeEngine[Any]) -> bytes:
    """Write a value so that equal values have equal bytes and others do not.

    Args:
        value: As the driver gave it; SQLite gives text for instants and numbers for booleans.
        kind: The column's type.

    Returns:
        A letter for the sort of value, and the value.
    """
    match plain(value, kind):
        case int(number):  # booleans are among them
            return b"i%d" % number
        case datetime() as at:
            return b"t%d" % round((at - _EPOCH).total_seconds() * 1_000_000)
        case date() as day:
            return b"d" + day.isoformat().encode()
        case bytes(data):
            return b"b" + data
        case other:
            return type(other).__name__.encode() + b":" + str(other).encode(errors="replace")


def plain(value: object, kind: TypeEngine[Any]) -> object:
    """Return a raw value as what its column is meant to hold; unchanged where it is not that."""
    base = kind.impl_instance if isinstance(kind, TypeDecorator) else kind
    if isinstance(value, memoryview | bytearray):
        return bytes(value)
    if isinstance(base, Boolean) and value in {0, 1}:
        return bool(value)
    if isinstance(base, DateTime):
        return _instant(value)
    if isinstance(base, Date) and isinstance(value, str):
        return _parsed(date.fromisoformat, value)
    return value


def octets(value: object) -> bytes:
    """Return what a column of bytes holds; words that somebody put there as their bytes."""
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)
    return str(value).encode(errors="replace")


def _instant(value: object) -> object:
    found = _parsed(datetime.fromisoformat, value) if isinstance(value, str) else value
    if isinstance(found, datetime) and found.tzinfo is None:
        return found.replace(tzinfo=UTC)
    return found


def _parsed(parse: Any, value: str) -> object:  # noqa: ANN401 - either of two class methods
    try:
        return parse(value)
    except ValueError:
        return value


@contextmanager
def reading_anything(connection: Connection) -> Iterator[None]:
    """Let SQLite give words that are no UTF-8 as what can be read of them, instead of nothing."""
    if connection.dialect.name != "sqlite":
        yield
        return
    raw: Any = connection.connection.dbapi_connection
    raw.text_factory = lambda words: words.decode(errors="replace")
    try:
        yield
    finally:
        raw.text_factory = str


@lru_cache(maxsize=256)
def raw_select(table: Table) -> Select[Any]:
    """Return the question for every column of a table, past its type."""
    columns: list[Any] = [type_coerce(c, NullType()).label(c.name) for c in table.columns]
    return select(*columns)


def batched(values: Sequence[object]) -> Iterator[Sequence[object]]:
    """Yield values in lots that one question can ask for."""
    for first in range(0, len(values), BATCH):
        yield values[first : first + BATCH]


def keys_after(connection: Connection, table: Table) -> Iterator[list[str]]:
    """Yield the keys of all rows of a table, in batches, in the order of its primary key."""
    columns = list(table.primary_key.columns)
    names: list[Any] = [type_coerce(column, NullType()) for column in columns]
    last: Sequence[object] | None = None
    while True:
        statement = select(*names).order_by(*columns).limit(BATCH)
        if last is not None:
            statement = statement.where(_after(columns, last))
        found = [tuple(row) for row in connection.execute(statement)]
        if found:
            yield [key_of(values) for values in found]
        if len(found) < BATCH:
            return
        last = found[-1]


def rows_with(connection: Connection, table: Table, keys: Iterable[str]) -> dict[str, Row]:
    """Return the rows with these keys, by key; a key that no row has is left out."""
    columns = list(table.primary_key.columns)
    wanted = [values for key in keys if (values := values_of(columns, key)) is not None]
    if not wanted:
        return {}
    statement = raw_select(table)
    if len(columns) == 1:
        statement = statement.where(columns[0].in_([one for (one,) in wanted]))
    else:
        statement = statement.where(tuple_(*columns).in_(wanted))
    found = {}
    for row in connection.execute(statement).mappings():
        key = key_of([row[column.name] for column in columns])
        found[key] = Row(table, key, dict(row))
    return found


def key_of(values: Sequence[object]) -> str:
    """Write a primary key as text: the value itself, or a list of them."""
    return str(values[0]) if len(values) == 1 else json.dumps(list(values), ensure_ascii=False)


def values_of(columns: Sequence[Column[Any]], key: str) -> tuple[object, ...] | None:
    """Read ``key_of`` back; None where it cannot be a key of these columns."""
    try:
        parts = [key] if len(columns) == 1 else json.loads(key)
        return tuple(
            int(part) if isinstance(column.type, Integer) else str(part)
            for column, part in zip(columns, parts, strict=True)
        )
    except (ValueError, TypeError):
        return None


def _after(columns: Sequence[Column[Any]], last: Sequence[object]) -> Any:  # noqa: ANN401 - SQL
    return columns[0] > last[0] if len(columns) == 1 else tuple_(*columns) > tuple(last)


def _framed(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data
