"""The log as it stood at an instant: which checkpoint was its last one then."""

from sqlalchemy import Connection, select

from audit import store
from audit.store import CheckpointRow


def last_before(connection: Connection, seconds: int) -> CheckpointRow | None:
    """Return the last checkpoint that was signed before an instant; None if none was.

    The times of checkpoints never fall, so that some forty rows are read however long the log is.

    Args:
        connection: Of the database that holds the log.
        seconds: The instant in Unix seconds; a checkpoint of this very second is too late.
    """
    last = store.latest_checkpoint(connection)
    if last is None or last.made_at < seconds:
        return last
    found, low, high = None, 1, last.size - 1
    while low <= high:
        middle = (low + high) // 2
        row = _at_most(connection, middle)
        if row is None or row.made_at < seconds:
            found, low = row or found, middle + 1
        else:
            high = row.size - 1
    return found


def _at_most(connection: Connection, size: int) -> CheckpointRow | None:
    """Return the checkpoint of the largest tree of at most this size."""
    columns = store.checkpoints.c
    row = connection.execute(
        select(store.checkpoints).where(columns.size <= size).order_by(columns.size.desc()).limit(1)
    ).one_or_none()
    return None if row is None else store.checkpoint_row(row)
