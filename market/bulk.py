"""Reading and writing many rows at once: one statement for all of them.

SQLite's driver runs a statement for each row as fast as any other way. PostgreSQL would plan it
anew for each row; it is given an array for each column instead (docs/adr/0107).
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    Table,
    any_,
    bindparam,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.types import TypeEngine

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
        given = postgresql.insert(table).from_select(list(rows[0]), _arrays(table, rows[0]))
        statement = given.on_conflict_do_nothing() if or_nothing else given
        connection.execute(statement, _columns(rows))
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
    names = [name for name in rows[0] if name != "id"]
    if connection.dialect.name == "postgresql":
        new = _arrays(table, rows[0]).subquery()
        statement = update(table).where(table.c.id == new.c.id)
        statement = statement.values({name: new.c[name] for name in names} | also)
        connection.execute(statement, _columns(rows))
        return
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
    given = bindparam(None, list(values), type_=_array_of(column.type), unique=True)
    return column == any_(given)


def _table(model: type[Base]) -> Table:
    return Base.metadata.tables[model.__tablename__]


def _arrays(table: Table, names: Mapping[str, Any]) -> Select[Any]:
    """Choose rows from as many arrays as there are columns."""
    return select(
        *(
            func.unnest(bindparam(_NEW + name, type_=_array_of(table.c[name].type))).label(name)
            for name in names
        )
    )


def _array_of(kind: TypeEngine[Any]) -> postgresql.ARRAY[Any]:
    """Return the array of a column's values; a cast to a length would cut what is too long."""
    return postgresql.ARRAY(String() if type(kind) is String else kind)


def _columns(rows: Rows) -> dict[str, list[Any]]:
    return {_NEW + name: [row[name] for row in rows] for name in rows[0]}
