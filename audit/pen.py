"""A connection that only hands entries in, with as little between it and the disk as can be.

SQLAlchemy's transaction costs several times as much as the few rows it writes; whoever commits
each entry by itself would spend most of the time there. So the driver's own connection is kept
open, and the statements, written out once, go straight to it.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, PoolProxiedConnection

from audit import store


class Pen:
    """Writes submissions, each call in a transaction of its own; for one thread at a time."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._raw: PoolProxiedConnection | None = None

    def write(self, bodies: Sequence[bytes], at: datetime) -> list[int]:
        """Hand entries in and commit: when this returns they are on the disk.

        Args:
            bodies: Each of 1 to 65,535 bytes, which the caller has checked.
            at: When they are handed in, aware.

        Returns:
            The submissions' ids, in the order of the entries.

        Raises:
            Exception: Whatever the driver says; none of the entries is in the database.
        """
        rows = [store.stamped(body, store.unix_seconds(at), None) for body in bodies]
        raw = self._raw = self._raw or self._engine.raw_connection()
        try:
            cursor = raw.cursor()
            ids = self._submit(cursor, rows)
            cursor.close()
            raw.commit()
        except BaseException:
            self._raw = None
            with suppress(Exception):  # The database may be gone; what it said first is told.
                raw.rollback()
            raw.invalidate()
            raise
        return ids

    def close(self) -> None:
        """Give the connection back."""
        if self._raw is not None:
            self._raw.close()
            self._raw = None

    def _submit(self, cursor: Any, rows: list[tuple[bytes, int, bytes | None]]) -> list[int]:  # noqa: ANN401
        dialect = self._engine.dialect
        if dialect.name == "postgresql":
            both, values = store.SUBMIT_AND_ENQUEUE.written(dialect, rows)
            return [int(cursor.execute(both, value).fetchone()[0]) for value in values]
        # The log's engines leave it to their users to begin in SQLite; the other driver begins.
        cursor.execute("BEGIN IMMEDIATE")
        submit, values = store.SUBMIT.written(dialect, rows)
        ids = [int(cursor.execute(submit, value).lastrowid) for value in values]
        enqueue, queued = store.ENQUEUE.written(dialect, [(number,) for number in ids])
        cursor.executemany(enqueue, queued)
        return ids
