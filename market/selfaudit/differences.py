"""One row that is not what the log says of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from audit.errors import AuditError
from lottery import LotteryError
from market.errors import MarketError

UNREADABLE: Final = (
    ArithmeticError,
    AttributeError,
    AuditError,
    LookupError,
    LotteryError,
    MarketError,
    TypeError,
    ValueError,
)
"""What comes of a row that says what no row can say. The database's own errors are not among it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Table, row and column that differ, and how, in plain words.

    ``key`` is the row's primary key, or another name where the row is gone; ``column`` is empty
    where the whole row is meant.
    """

    table: str
    key: str
    column: str
    what: str

    def __str__(self) -> str:
        column = f" {self.column} 列" if self.column else ""
        return f"{self.table} {self.key}{column}：{self.what}"


def seconds(value: object) -> object:
    """Return an instant as an entry says it, in Unix seconds; anything else as it is."""
    return int(value.timestamp()) if isinstance(value, datetime) else value


def going_on(table: str, key: str, found: Iterable[Difference]) -> Iterator[Difference]:
    """Yield what was found; what cannot even be read is a difference itself, and ends nothing else.

    Whoever changes one cell must not be able to hide every other change with it.
    """
    try:
        yield from found
    except UNREADABLE as error:
        yield Difference(table, key, "", unreadable(error))


def unreadable(error: Exception) -> str:
    """Say of a row that it cannot even be read."""
    return f"有无法读取的内容，未能核对完（{error}）"
