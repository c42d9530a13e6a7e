"""Makes a large market of a small one: every row again and again, under other numbers."""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Connection, Enum, Integer, Table, UniqueConstraint, insert, select

from market.schema import metadata

STEP: Final = 1_000_000
# One row each, or the log, whose rows hang together.
NOT_COPIED: Final = ("number_series", "lease", "log_", "alembic", "back_filling_month")


def tables() -> list[Table]:
    """Return the tables whose rows are copied, those that others refer to first."""
    return [t for t in metadata().sorted_tables if not t.name.startswith(NOT_COPIED)]


def copy_market(source: Connection, target: Connection, times: int) -> int:
    """Copy every row of a market into an empty database, and ``times`` further ones of it.

    Returns:
        How many rows there are then.
    """
    total = 0
    for table in [*(t for t in metadata().sorted_tables if t not in tables()), *tables()]:
        rows = [dict(row) for row in source.execute(select(table)).mappings()]
        copies = [] if table not in tables() else _copies(table, rows, times)
        everything = [*rows, *copies]
        if everything:
            target.execute(insert(table), everything)
        total += len(everything)
    return total


def _copies(table: Table, rows: list[dict[str, Any]], times: int) -> Iterator[dict[str, Any]]:
    numbers, words = _shifted(table)
    for number in range(1, times + 1):
        for row in rows:
            copy = dict(row)
            for name in numbers & row.keys():
                copy[name] = None if row[name] is None else row[name] + number * STEP
            for name in words & row.keys():
                copy[name] = _other(row[name], number)
            yield copy


def _shifted(table: Table) -> tuple[set[str], set[str]]:
    """Return the columns that must differ between copies: numbers, and words or bytes."""
    references = {column.name for column in table.columns if column.foreign_keys}
    numbers = references - _to_uncopied(table)
    words: set[str] = set()
    for unique in _uniques(table):
        if unique & numbers:
            continue  # one column that differs makes the whole key another one
        counted = {n for n in unique if isinstance(table.c[n].type, Integer)}
        named = {n for n in unique - counted if not isinstance(table.c[n].type, Enum)}
        numbers |= counted
        words |= set() if counted else named
    return numbers, words


def _uniques(table: Table) -> list[set[str]]:
    found = [set(table.primary_key.columns.keys())]
    found += [set(c.columns.keys()) for c in table.constraints if isinstance(c, UniqueConstraint)]
    return found + [set(i.columns.keys()) for i in table.indexes if i.unique]


def _to_uncopied(table: Table) -> set[str]:
    names = {t.name for t in tables()}
    return {
        column.name
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table.name not in names
    }


def _other(value: Any, number: int) -> Any:
    """Return a value of the same length that no other copy has."""
    match value:
        case str():
            # One character only: two series of numbers may differ in the second alone.
            return chr(0x5000 + number) + value[1:]
        case bytes():
            return number.to_bytes(3, "big") + value[3:]
    return value
