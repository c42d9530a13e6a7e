"""Statements that go to the driver as they are written.

SQLAlchemy's care for each statement and each value costs several times as much as the database
itself. The log's own values are integers and bytes, which need none.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    Connection,
    CursorResult,
    Dialect,
    TableClause,
    insert,
    select,
)
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import Insert, UpdateBase
from sqlalchemy.types import TypeEngine

from audit.recordset import recordset, text_of


class Direct:
    """A statement that is written out once for each kind of database."""

    __slots__ = ("_statement", "_together", "_written")

    def __init__(self, statement: UpdateBase) -> None:
        self._statement = statement
        self._written: dict[tuple[str, str], SQLCompiler] = {}
        self._together: Direct | None = None

    def one(self, connection: Connection, *values: object) -> CursorResult[Any]:
        """Run the statement with these values, in the order in which it names them."""
        text, parameters = self.written(connection.dialect, [values])
        return connection.exec_driver_sql(text, parameters[0])

    def many(self, connection: Connection, rows: Sequence[tuple[object, ...]]) -> None:
        """Run the statement once for each row of values.

        PostgreSQL would plan an INSERT anew for each; it gets all rows in one text instead.
        """
        if not rows:
            return
        if connection.dialect.name == "postgresql" and isinstance(self._statement, Insert):
            kinds = [one.type for one in self._statement.table.columns]
            self._together = self._together or Direct(_from_recordset(self._statement.table, kinds))
            self._together.one(connection, text_of(rows, kinds, connection.dialect))
            return
        text, parameters = self.written(connection.dialect, rows)
        connection.exec_driver_sql(text, parameters)

    def written(
        self, dialect: Dialect, rows: Sequence[tuple[object, ...]]
    ) -> tuple[str, list[Any]]:
        """Return the statement's text and each row as this database's driver takes them."""
        key = (dialect.name, dialect.driver)
        if key not in self._written:
            self._written[key] = self._statement.compile(dialect=dialect)
        compiled = self._written[key]
        if compiled.positiontup is not None:
            return compiled.string, list(rows)
        names = list(compiled.params)
        return compiled.string, [dict(zip(names, row, strict=True)) for row in rows]


def _from_recordset(table: TableClause, kinds: Sequence[TypeEngine[Any]]) -> Insert:
    """Insert a row for each that is given, into all columns in their order."""
    return insert(table).from_select(table.columns.keys(), select(recordset(kinds)))
