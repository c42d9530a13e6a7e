"""Reading and writing many rows at once: one statement for all of them.

SQLite's driver runs a statement for each row as fast as any other way. PostgreSQL would plan it
anew for each row; it is given them all in one text instead (docs/adr/0107, 0116).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Table,
    any_,
    bindparam,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.types import TypeEngine

from audit.recordset import ROWS, recordset, text_of, unbounded
from market.db import Base, UnitOfWork

# A column's own name means its value in an INSERT or UPDATE.
_NEW: Final = "new_"
Rows = Sequence[Mapping[str, Any]]


def insert_all(
    work: UnitOfWork, model: type[Base], rows: Rows, *, or_nothing: bool = False
) -> None:
    """Insert rows that name the same columns; ``or_nothing``: but none whose key is there."""
    if not rows:
        return
    work.session.flush()
    connection, table = work.session.connection(), _table(model)
    if connection.dialect.name == "postgresql":
        kinds = _kinds(table, rows[0])
        given = postgresql.insert(table).from_select(list(rows[0]), select(recordset(kinds)))
        statement = given.on_conflict_do_nothing() if or_nothing else given
        connection.execute(statement, _text(work, rows, kinds))
    elif or_nothing:
        connection.execute(sqlite.insert(table).on_conflict_do_nothing(), rows)
    else:
        connection.execute(insert(table), rows)


def update_all(work: UnitOfWork, model: type[Base], rows: Rows, **also: ColumnElement[Any]) -> None:
    """Give rows, each known by its ``id``, new values in the same columns; ``also`` in all.

    What the session holds of them is not told.
    """
    if not rows:
        return
    work.session.flush()
    connection, table = work.session.connection(), _table(model)
    if connection.dialect.name == "postgresql":
        kinds = _kinds(table, rows[0])
        new = dict(zip(rows[0], recordset(kinds).c, strict=True))
        statement = update(table).where(table.c.id == new.pop("id")).values(new | also)
        connection.execute(statement, _text(work, rows, kinds))
        return
    names = [name for name in rows[0] if name != "id"]
    statement = update(table).where(table.c.id == bindparam(_NEW + "id"))
    statement = statement.values({name: bindparam(_NEW + name) for name in names} | also)
    connection.execute(
        statement, [{_NEW + name: value for name, value in row.items()} for row in rows]
    )


def among(
    work: UnitOfWork, column: InstrumentedAttribute[Any], values: Collection[Any]
) -> ColumnElement[bool]:
    """Choose the rows whose column has one of many values, which PostgreSQL gets as an array."""
    if work.session.get_bind().dialect.name != "postgresql":
        return column.in_(values)
    given = bindparam(
        None, list(values), type_=postgresql.ARRAY(unbounded(column.type)), unique=True
    )
    return column == any_(given)


def _table(model: type[Base]) -> Table:
    return Base.metadata.tables[model.__tablename__]


def _kinds(table: Table, names: Iterable[str]) -> list[TypeEngine[Any]]:
    return [table.c[name].type for name in names]


def _text(work: UnitOfWork, rows: Rows, kinds: Sequence[TypeEngine[Any]]) -> dict[str, str]:
    """Write rows for one statement, whichever order each of them names its columns in."""
    names = list(rows[0])
    values = ([row[name] for name in names] for row in rows)
    return {ROWS: text_of(values, kinds, work.session.get_bind().dialect)}
