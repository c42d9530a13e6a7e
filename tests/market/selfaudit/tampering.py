"""Changing rows behind the platform's back: triggers off, constraints off, nothing committed."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import cycle

from sqlalchemy import Connection, Enum, Row, Table, and_, delete, select, text, update
from sqlalchemy.types import BigInteger, Boolean, Date, Integer, LargeBinary, String

from market.db import UTCDateTime
from market.installation import Installation
from market.schema import metadata, record_tables
from market.selfaudit.differences import Difference
from market.selfaudit.rows import key_of
from market.selfaudit.seals import BY_THE_LOG

NOTHING = {Boolean: True, Date: date(2026, 1, 1), LargeBinary: b"x", String: "x"}

CHANGES = (
    (bool, lambda value: not value),
    (int, lambda value: value + 1003),
    (datetime, lambda value: value + timedelta(seconds=1)),
    (date, lambda value: value + timedelta(days=1)),
    (bytes, lambda value: bytes([value[0] ^ 1]) + value[1:] if value else b"x"),
    (str, lambda value: value[:-1] + ("x" if value[-1:] != "x" else "y")),
)


@contextmanager
def unguarded(here: Installation) -> Iterator[Connection]:
    """Open a transaction without triggers and foreign keys, which is rolled back at the end."""
    with here.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("PRAGMA defer_foreign_keys = ON"))
            connection.execute(text("PRAGMA ignore_check_constraints = ON"))
            drop_triggers(connection)
        else:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        yield connection
        connection.rollback()
        if connection.dialect.name == "sqlite":
            connection.execute(text("PRAGMA ignore_check_constraints = OFF"))
            connection.rollback()


def drop_triggers(connection: Connection) -> None:
    names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
    for name in names.scalars().all():
        connection.execute(text(f'DROP TRIGGER "{name}"'))


@dataclass(frozen=True, slots=True)
class Deed:
    """One column changed, or with no column the row deleted; and how the row is called."""

    table: Table
    row: Row
    column: str | None

    @property
    def key(self) -> tuple:
        return tuple(getattr(self.row, c.name) for c in self.table.primary_key.columns)

    def do(self, connection: Connection) -> None:
        pairs = zip(self.table.primary_key.columns, self.key, strict=True)
        here = and_(*(column == value for column, value in pairs))
        if self.column is None:
            connection.execute(delete(self.table).where(here))
            return
        column = self.table.c[self.column]
        other = another(getattr(self.row, self.column), column.type)
        connection.execute(update(self.table).where(here).values({column: other}))

    def is_named(self, differences: tuple[Difference, ...]) -> bool:
        """Whether the row is among the differences, by its name before the deed."""
        if self.table.name not in BY_THE_LOG:
            return any((d.table, d.key) == (self.table.name, key_of(self.key)) for d in differences)
        pairs = zip(self.table.primary_key.columns, self.key, strict=True)
        name = " ".join([self.table.name, *(f"{c.name}={value}" for c, value in pairs)])
        said = [f"{d.table} {d.key},  {d.what}" for d in differences]
        if any(f"{name}," in words or f"{name} " in words for words in said):
            return True
        # A checkpoint that is gone, or has another size now, shows in the one after it.
        moved = self.table.name == "log_checkpoint" and self.column in {None, "size"}
        return moved and any("or one before it is gone" in words for words in said)


def deeds(connection: Connection) -> Iterator[Deed]:
    """Choose deeds by lot without end, each table in its turn."""
    filled = [
        (table, rows)
        for table in record_tables(metadata())
        if (rows := connection.execute(select(table)).all())
    ]
    return _deeds(filled)


def _deeds(filled: list[tuple[Table, list[Row]]]) -> Iterator[Deed]:
    first = secrets.randbelow(len(filled))
    for table, rows in cycle(filled[first:] + filled[:first]):
        names: list[str | None] = [None, *(column.name for column in table.columns)]
        yield Deed(table, secrets.choice(rows), secrets.choice(names))


def another(value: object, kind: object) -> object:
    """Return another value that the column could hold as well."""
    if value is None:
        return _something(kind)
    if isinstance(kind, Enum):
        return next(one for one in kind.enum_class if one != value)
    change = next(change for of, change in CHANGES if isinstance(value, of))
    return change(value)


def _something(kind: object) -> object:
    if isinstance(kind, Enum):
        return next(iter(kind.enum_class))
    if isinstance(kind, UTCDateTime):
        return datetime.fromisoformat("2026-01-01T00:00:00+00:00")
    if isinstance(kind, BigInteger | Integer):
        return 7
    return next(value for of, value in NOTHING.items() if isinstance(kind, of))
