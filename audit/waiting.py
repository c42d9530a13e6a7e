"""Submissions without an index: those that get one next, and those that nobody handed in."""

from collections.abc import Iterator, Sequence
from typing import Final

from sqlalchemy import Connection, func, select

from audit import stamp, store

_PAGE: Final = 1024


def next_batch(connection: Connection, limit: int, key: bytes | None) -> list[store.Submission]:
    """Return the submissions that get their indexes next.

    Args:
        connection: In the transaction that will take them from the queue.
        limit: The most to return.
        key: Of the stamps; none takes whatever is queued.

    Returns:
        The longest waiting first. What has no right stamp stays in the queue, where it is named
        by ``forged`` and keeps nobody else waiting.
    """
    if key is None:
        return store.longest_waiting(connection, limit)
    batch: list[store.Submission] = []
    after = 0
    while len(batch) < limit:
        page = store.longest_waiting(connection, limit - len(batch), after)
        if not page:
            break
        after = page[-1].id
        wrong = _wrong(connection, page, key)
        batch += [row for row in page if row.id not in wrong]
    return batch


def forged(connection: Connection, key: bytes) -> Iterator[int]:
    """Yield the ids of submissions that the platform's application did not hand in.

    Args:
        connection: Of the database that holds the log.
        key: Of the stamps.

    Returns:
        Those without an index, queued or not: what has one is signed.
    """
    row, leaf = store.submissions.c, store.leaves.c
    found = connection.execute(
        select(row.id, row.body, row.entered_at, row.stamp)
        .outerjoin(store.leaves, leaf.submission_id == row.id)
        .where(leaf.index.is_(None))
        .order_by(row.id)
    )
    for page in found.partitions(_PAGE):
        yield from sorted(_wrong(connection, [store.submission(one) for one in page], key))


def _wrong(connection: Connection, page: Sequence[store.Submission], key: bytes) -> set[int]:
    """Return the ids of those with a wrong stamp, or with one that another entry has too."""
    stamps = store.submissions.c.stamp
    seen = connection.execute(
        select(stamps)
        .where(stamps.in_([row.stamp for row in page if row.stamp is not None]))
        .group_by(stamps)
        .having(func.count() > 1)
    )
    again = {bytes(one) for one in seen.scalars()}
    return {
        row.id
        for row in page
        if row.stamp in again or not stamp.fits(key, row.stamp, row.body, row.entered_at)
    }
