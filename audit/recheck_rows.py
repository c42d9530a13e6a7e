"""Rows of the log that belong to nothing, or that nothing accounts for."""

from collections.abc import Iterator

from sqlalchemy import Connection, select

from audit import store
from audit.findings import Finding
from audit.tiles import ENTRIES, LAST_LEVEL, Tile, tile_for


def tile_name(tile: Tile) -> str:
    """Name a row of ``log_tile``."""
    return row_name(tile.level, tile.number, tile.width)


def row_name(level: int, number: int, width: int) -> str:
    """Name a row of ``log_tile`` by what stands in it, which need not be a tile's place."""
    return f"log_tile level={level} number={number} width={width}"


def loose_rows(
    connection: Connection, size: int, latest: store.CheckpointRow | None
) -> Iterator[Finding]:
    """Look for rows outside the tree, submissions that were lost, and a head that disagrees.

    Args:
        connection: Of the database that holds the log.
        size: Of the log, by the larger of its leaves and its checkpoints.
        latest: The latest checkpoint.

    Returns:
        What is wrong, each with its row.
    """
    yield from _head(connection, size, latest.size if latest else 0)
    yield from _tiles(connection, size)
    yield from _submissions(connection)
    for index in connection.execute(
        select(store.leaves.c.index).where(store.leaves.c.index < 0)
    ).scalars():
        yield Finding(f"log_leaf index={index}", "no tree has such a leaf")


def _head(connection: Connection, size: int, signed: int) -> Iterator[Finding]:
    head = connection.execute(select(store.heads.c.size)).scalar_one_or_none()
    if signed < size and head == signed:
        yield Finding(f"log_leaf index={signed}", "no checkpoint was ever signed over it")
    elif signed < size:
        yield Finding(f"log_checkpoint size={size}", "it is missing")
    if (head or 0) not in (signed, size):
        yield Finding("log_head id=1", f"its size is {head}, the log has {size} entries")


def _tiles(connection: Connection, size: int) -> Iterator[Finding]:
    column = store.tiles.c
    for row in connection.execute(select(column.level, column.number, column.width)):
        name = row_name(row.level, row.number, row.width)
        inside = ENTRIES <= row.level <= LAST_LEVEL and row.number >= 0
        if not inside or tile_for(row.level, row.number, size) is None:
            yield Finding(name, f"a tree of {size} has no such tile")


def _submissions(connection: Connection) -> Iterator[Finding]:
    """Every submission is either queued or in the log, and every queued one exists."""
    submission, leaf, queued = store.submissions, store.leaves, store.queue
    of_leaf = leaf.c.submission_id == submission.c.id
    of_queue = queued.c.submission_id == submission.c.id
    both = submission.outerjoin(leaf, of_leaf).outerjoin(queued, of_queue)
    rows = connection.execute(
        select(submission.c.id, leaf.c.index.label("at"))
        .select_from(both)
        .where(leaf.c.index.is_(None) == queued.c.submission_id.is_(None))
    )
    for row in rows:
        if row.at is None:
            yield Finding(f"log_submission id={row.id}", "it is neither queued nor in the log")
        else:
            where = f"log_queue submission_id={row.id}"
            yield Finding(where, f"it is in the log already, at {row.at}")
    lost = connection.execute(
        select(queued.c.submission_id)
        .outerjoin(submission, of_queue)
        .where(submission.c.id.is_(None))
    )
    for submission_id in lost.scalars():
        yield Finding(f"log_submission id={submission_id}", "it is queued but missing")
