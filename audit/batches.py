"""Many rows of the log at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, delete, insert

from audit import store
from audit.direct import Direct

_SUBMIT_ALL: Final = insert(store.submissions).returning(
    store.submissions.c.id, sort_by_parameter_order=True
)
_DEQUEUE: Final = Direct(
    delete(store.queue).where(store.queue.c.submission_id == bindparam("done"))
)
_ADD_LEAF: Final = Direct(insert(store.leaves))
_ADD_TILE: Final = Direct(insert(store.tiles))


def append_all(
    connection: Connection, bodies: Sequence[bytes], at: datetime, key: bytes | None = None
) -> list[int]:
    """Hand in many entries within the caller's transaction; all else as for ``store.append``.

    Returns:
        The submissions' ids, in the order of the entries.
    """
    if len(bodies) <= 1:
        return [store.append(connection, body, at, key) for body in bodies]
    for body in bodies:
        store.check_length(body)
    seconds = store.unix_seconds(at)
    names = ("body", "entered_at", "stamp")
    values = [dict(zip(names, store.stamped(body, seconds, key), strict=True)) for body in bodies]
    ids = list(connection.execute(_SUBMIT_ALL, values).scalars())
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
    _DEQUEUE.many(connection, [(number,) for number in ids])
