"""One row that is not what the log says of it."""

from dataclasses import dataclass
from datetime import datetime


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
