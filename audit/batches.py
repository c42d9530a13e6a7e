"""Many rows of the log at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import BigInteger, Connection, bindparam, delete, func, insert, text
from sqlalchemy.dialects.postgresql import ARRAY

from audit import store
from audit.direct import Direct

_SUBMIT_NUMBERED: Final = Direct(insert(store.submissions))
_NUMBERS: Final = text(
    "SELECT nextval(pg_get_serial_sequence('log_submission', 'id')) FROM generate_series(1, :count)"
)
_DEQUEUE: Final = Direct(
    delete(store.queue).where(store.queue.c.submission_id == bindparam("done"))
)
_DEQUEUE_ALL: Final = delete(store.queue).where(
    store.queue.c.submission_id == func.any(bindparam("done", type_=ARRAY(BigInteger)))
)
_ADD_LEAF: Final = Direct(insert(store.leaves))
_ADD_TILE: Final = Direct(insert(store.tiles))


def append_all(
    connection: Connection, bodies: Sequence[bytes], at: datetime, key: bytes | None = None
) -> list[int]:
    """Hand in many entries as ``store.append`` does one; they get their indexes in this order.

    Returns:
        The submissions' ids, in the order of the entries.

    Raises:
        EntryLengthError: A body is empty or too long for an entry bundle.
        ValueError: The time is naive.
    """
    for body in bodies:
        store.check_length(body)
    seconds = store.unix_seconds(at)
    rows = [store.stamped(body, seconds, key) for body in bodies]
    if connection.dialect.name == "postgresql":
        # Numbered first, so that all of them go there at once and keep their order.
        ids = sorted(connection.execute(_NUMBERS, {"count": len(rows)}).scalars())
        numbered = [(number, *row) for number, row in zip(ids, rows, strict=True)]
        _SUBMIT_NUMBERED.many(connection, numbered)
    else:
        ids = [store.SUBMIT.one(connection, *row).lastrowid for row in rows]
    store.ENQUEUE.many(connection, [(number,) for number in ids])
    return ids


def add_leaves(connection: Connection, rows: Sequence[tuple[int, int, int, bytes]]) -> None:
    """Store leaves: index, submission, when it was handed in, leaf hash."""
    _ADD_LEAF.many(connection, rows)


def add_tiles(connection: Connection, rows: Sequence[tuple[int, int, int, bytes]]) -> None:
    """Store tiles: level, number, width, data."""
    _ADD_TILE.many(connection, rows)


def take_from_queue(connection: Connection, ids: Sequence[int]) -> None:
    """Take exactly these submissions from the queue: others may have come between them."""
    if connection.dialect.name == "postgresql":
        connection.execute(_DEQUEUE_ALL, {"done": list(ids)})
        return
    _DEQUEUE.many(connection, [(number,) for number in ids])
