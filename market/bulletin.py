"""The log's head at the end of each month, as a city prints it in its gazette.

A head is that of a checkpoint which the log signed and served: nothing is signed for the page.
"""

import base64
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from audit import cosignatures, history, store
from audit.checkpoint import parse_text
from audit.note import parse
from market.clock import beijing, beijing_day, months_after

MONTHS: Final = 12
SETTLED: Final = timedelta(hours=1)
"""So long after a month nothing can be signed any more with a time that lies in it."""
GROUP: Final = 4
_MONTH: Final = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")
_FIRST_SIZE: Final = 1


@dataclass(frozen=True, slots=True)
class Seen:
    """A witness's cosignature: the name of its key, and the time by its own clock."""

    witness: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The last checkpoint of a month; ``note`` bears the cosignatures known of it."""

    month: date
    size: int
    root: bytes
    made_at: datetime
    note: bytes
    seen: tuple[Seen, ...]
    # The first larger checkpoint with cosignatures, where this one has none: how many records it
    # has, and how many witnesses saw it. It contains this one, as anybody checks.
    seen_later: tuple[int, int] | None

    @property
    def root_hex(self) -> str:
        """The root as 64 hexadecimal digits."""
        return self.root.hex()

    @property
    def root_base64(self) -> str:
        """The root as it stands in the third line of the checkpoint."""
        return base64.b64encode(self.root).decode()

    @property
    def groups(self) -> tuple[str, ...]:
        """The hexadecimal digits in groups of four, to be read aloud and compared by eye."""
        return in_groups(self.root_hex)

    @property
    def grew(self) -> bool:
        """Whether the log grew in this month."""
        return self.made_at >= beijing(self.month)

    @property
    def file_name(self) -> str:
        """Under which name a citizen keeps the checkpoint."""
        return f"log-{self.month:%Y-%m}.txt"


@dataclass(frozen=True, slots=True)
class MonthEnd:
    """A month: whether its end is past, and the head it has then, if the log had begun."""

    month: date
    is_over: bool
    head: Head | None


def in_groups(digits: str) -> tuple[str, ...]:
    """Return digits in groups of four, the last one with what is left."""
    return tuple(digits[at : at + GROUP] for at in range(0, len(digits), GROUP))


def month_named(text: str) -> date | None:
    """Return the first day of a month written as ``2026-03``; None if it is not written so."""
    if not _MONTH.fullmatch(text):
        return None
    return date(int(text[:4]), int(text[5:]), 1)


def is_over(month: date, now: datetime) -> bool:
    """Return whether the head of a month is known and can no longer change."""
    return now >= beijing(months_after(month, 1)) + SETTLED


def month_end(connection: Connection, month: date, now: datetime) -> MonthEnd:
    """Return what there is to print of a month.

    Args:
        connection: Of the database that holds the log.
        month: Its first day, in Beijing.
        now: The present time, aware.
    """
    if not is_over(month, now):
        return MonthEnd(month, is_over=False, head=None)
    end = store.unix_seconds(beijing(months_after(month, 1)))
    row = history.last_before(connection, end)
    return MonthEnd(month, is_over=True, head=row and _head(connection, month, row))


def years(connection: Connection, now: datetime) -> list[int]:
    """Return the years of the log, the present one first; none before its first checkpoint."""
    first = store.first_checkpoint(connection, _FIRST_SIZE)
    if first is None:
        return []
    began = beijing_day(_instant(first.made_at)).year
    return list(range(max(began, beijing_day(now).year), began - 1, -1))


def months_of(connection: Connection, year: int, now: datetime) -> list[MonthEnd]:
    """Return the months of a year that have begun, the latest first."""
    months = [date(year, number, 1) for number in range(MONTHS, 0, -1)]
    return [month_end(connection, month, now) for month in months if beijing(month) <= now]


def _head(connection: Connection, month: date, row: store.CheckpointRow) -> Head:
    said = parse_text(parse(row.note).text)
    seen = cosignatures.at(connection, row.size)
    later = None if seen else cosignatures.first_size_from(connection, row.size)
    return Head(
        month=month,
        size=said.size,
        root=said.root,
        made_at=_instant(row.made_at),
        note=cosignatures.cosigned_note(connection, row),
        seen=tuple(Seen(one.witness, _instant(one.cosigned_at)) for one in seen),
        seen_later=(later, len(cosignatures.at(connection, later))) if later else None,
    )


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
