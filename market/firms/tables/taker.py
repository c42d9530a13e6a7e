"""How rows of a table become rows of the market: judged twice by the same lines, then entered.

A preview packs every row and settles it; the import settles the packed row again, in the
transaction that enters it. So a preview and its import can only differ where the market has
changed between them.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import date
from typing import ClassVar, TypeVar, cast

from market.db import UnitOfWork
from market.errors import MarketError, msgid
from market.sheets.columns import Column

Scalar = str | int | bool | None
Payload = dict[str, Scalar]
T = TypeVar("T")


class DifferentRowError(MarketError):
    """The market knows the thing, and says something else about it."""

    sentence = msgid(
        "系统中已有，但“%(columns)s”与本行不同。导入不会修改已有的内容："
        "请删去本行，或在页面上办理变更"
    )

    def __init__(self, columns: Sequence[str], field: str) -> None:
        super().__init__(columns="、".join(columns), field=field)


class Taker(ABC):
    """Takes over the rows of one table, in one unit of work."""

    columns: ClassVar[tuple[Column, ...]]
    # The value that tells one row of a file from another, and the column to blame.
    identity: ClassVar[str]
    blamed: ClassVar[str]
    most_rows: ClassVar[int]
    # The columns that a preview shows.
    preview: ClassVar[tuple[str, ...]]

    def __init__(self, work: UnitOfWork, key: bytes) -> None:
        self.work = work
        self.key = key

    @abstractmethod
    def pack(self, values: Mapping[str, object]) -> Payload:
        """Return a row as it waits to be taken over; no identity number is in it.

        Raises:
            MarketError: It cannot be taken over; ``field`` names the column.
        """

    def prepare(self, payloads: Sequence[Payload]) -> None:  # noqa: B027 - nothing, if nothing is asked
        """Look up at once what settling these rows will ask for."""

    @abstractmethod
    def settle(self, payload: Payload) -> bool:
        """Return whether the row is new; one that the market has already changes nothing.

        Raises:
            MarketError: The market does not allow it.
        """

    @abstractmethod
    def enter(self, payload: Payload) -> None:
        """Enter a new row."""

    def enter_all(self, payloads: Sequence[Payload]) -> None:
        """Enter new rows. Where one cannot be, each is tried again by itself."""
        for payload in payloads:
            self.enter(payload)

    def finish(self) -> None:  # noqa: B027 - nothing, if nothing follows
        """Do what follows when some rows have been entered."""


def differences(
    payload: Payload, row: object, columns: Sequence[Column], *, given_only: bool = False
) -> list[str]:
    """Return the headings of the values that a stored row has otherwise.

    ``given_only`` passes over the cells that are empty or whose column the file lacks.
    """
    return [
        column.heading
        for column in columns
        if column.key in payload
        and not (given_only and payload[column.key] in {None, "", False})
        and plain(getattr(row, column.key)) != payload[column.key]
    ]


def plain(value: object) -> Scalar:
    """Return a value as a payload keeps it."""
    return value.isoformat() if isinstance(value, date) else cast("Scalar", value)


def day_of(payload: Payload, key: str) -> date | None:
    """Return a day out of a payload."""
    text = payload[key]
    return date.fromisoformat(text) if isinstance(text, str) and text else None


def text_of(payload: Payload, key: str) -> str:
    """Return a text out of a payload."""
    return str(payload[key] or "")


def chunks(items: Sequence[T], size: int = 500) -> list[Sequence[T]]:
    """Return a sequence in parts that fit into one question to the database."""
    return [items[start : start + size] for start in range(0, len(items), size)]
