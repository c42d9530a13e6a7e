"""Many rows as one text in JSON for PostgreSQL (docs/adr/0116).

Python writes it several times as fast as the driver writes an array for each column.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import JSON, Dialect, String, Text, bindparam, cast, column, func
from sqlalchemy.sql.selectable import TableValuedAlias
from sqlalchemy.types import TypeDecorator, TypeEngine

ROWS: Final = "rows_"
"""The one parameter of a statement that chooses from a recordset."""


def recordset(kinds: Sequence[TypeEngine[Any]]) -> TableValuedAlias:
    """Choose from the rows of ``ROWS``, in their order; columns of these types, ``c0`` and on."""
    columns = [column(f"c{at}", unbounded(kind)) for at, kind in enumerate(kinds)]
    given = func.json_to_recordset(cast(bindparam(ROWS, type_=Text()), JSON))
    return given.table_valued(*columns).render_derived(name="given", with_types=True)


def text_of(
    rows: Iterable[Sequence[object]], kinds: Sequence[TypeEngine[Any]], dialect: Dialect
) -> str:
    """Write rows as ``recordset`` reads them.

    Raises:
        TypeError: A value is of a kind that no column of these tables has.
    """
    names = [f"c{at}" for at in range(len(kinds))]
    written = [dict(zip(names, row, strict=True)) for row in rows]
    for name, kind in zip(names, kinds, strict=True):
        # Only types of our own change a value on its way; JSON and PostgreSQL know the others.
        if isinstance(kind, TypeDecorator):
            change: Callable[[Any, Dialect], Any] = kind.process_bind_param
            for row in written:
                row[name] = change(row[name], dialect)
    return json.dumps(written, default=_plain, ensure_ascii=False)


def unbounded(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """Leave the length of a text to its own column: a cast would cut what is too long."""
    return String() if type(kind) is String else kind


def _plain(value: object) -> str:
    match value:
        case bytes():
            return "\\x" + value.hex()
        case date():
            return value.isoformat()
        case _:
            raise TypeError(f"{type(value).__name__} has no place in a recordset")
