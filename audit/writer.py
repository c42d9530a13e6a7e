"""Hands entries in from many threads: what came while the disk was busy shares its next wait.

A transaction for each entry waits for the disk once for each, and one after the other. Here one
thread owns the writing: it commits all that gathered since its last commit, and only then do
those who handed an entry in go on. So none of them ever holds an id that a power cut can take
back. The same thread gives the entries their indexes and signs the tree, in larger batches.
"""

import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from queue import Empty, SimpleQueue
from typing import Final, Self

from sqlalchemy import Connection, Engine

from audit import batches, sequencer, store
from audit.errors import AuditError
from audit.keys import Signer

LARGEST_GROUP: Final = 256
IDLE_SECONDS: Final = 0.02
"""After this pause without a new entry those that wait get their indexes."""


class ClosedError(AuditError):
    """The writer was closed before the entry was handed in."""

    def __init__(self) -> None:
        super().__init__("this writer of the log is closed; open another one")


class _Wish:
    """An entry on its way, and the thread that waits for it."""

    __slots__ = ("body", "done", "error", "submission_id")

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.submission_id = 0
        self.error: Exception | None = None
        self.done = threading.Lock()
        self.done.acquire()


class Writer:
    """Owns the writing to a log whose entries belong to no other transaction.

    Use it as a context manager: leaving gives every entry its index.
    """

    def __init__(self, engine: Engine, signer: Signer, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._signer = signer
        self._clock = clock
        self._wishes: SimpleQueue[_Wish | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._closed = False
        self._broken: Exception | None = None
        self._thread = threading.Thread(target=self._run, name="log-writer", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def add(self, body: bytes) -> int:
        """Hand in an entry, and wait until it is on the disk.

        Args:
            body: 1 to 65,535 bytes.

        Returns:
            The submission's id, by which ``store.index_of`` finds the index soon after.

        Raises:
            EntryLengthError: The body is empty or too long for an entry bundle.
            ClosedError: The writer is closed.
            Exception: Whatever kept the database from committing; the entry is not in it.
        """
        store.check_length(body)
        wish = _Wish(body)
        with self._lock:
            if self._closed:
                raise ClosedError
            self._wishes.put(wish)
        wish.done.acquire()
        if wish.error is not None:
            raise wish.error
        return wish.submission_id

    def close(self) -> None:
        """Give every entry its index, sign, and stop.

        Raises:
            Exception: Whatever kept entries from getting their indexes; they stay queued.
        """
        with self._lock:
            if not self._closed:
                self._closed = True
                self._wishes.put(None)
        self._thread.join()
        if self._broken is not None:
            raise self._broken

    def _run(self) -> None:
        waiting, last = 0, time.monotonic()
        while True:
            group, closing = self._gather(patient=waiting == 0)
            waiting += self._commit(group)
            idle = not group or time.monotonic() - last > 1
            if waiting and (idle or closing or waiting >= sequencer.BATCH):
                self._sequence()
                waiting, last = 0, time.monotonic()
            if closing:
                return

    def _gather(self, *, patient: bool) -> tuple[list[_Wish], bool]:
        """Wait for an entry, for ever or for a moment, and take all that have come by then."""
        group: list[_Wish] = []
        try:
            wish = self._wishes.get(timeout=None if patient else IDLE_SECONDS)
            while wish is not None:
                group.append(wish)
                if len(group) == LARGEST_GROUP:
                    return group, False
                wish = self._wishes.get_nowait()
        except Empty:
            return group, False
        return group, True

    def _commit(self, group: Sequence[_Wish]) -> int:
        """Commit entries together and let their threads go on; return how many are safe."""
        if not group:
            return 0
        try:
            with self._engine.begin() as connection:
                ids = self._append(connection, group)
        except Exception as error:  # noqa: BLE001 - each thread that waits gets it
            for wish in group:
                wish.error = error
            ids = []
        for wish, number in zip(group, ids, strict=False):
            wish.submission_id = number
        for wish in group:
            wish.done.release()
        return len(ids)

    def _append(self, connection: Connection, group: Sequence[_Wish]) -> list[int]:
        return batches.append_all(connection, [wish.body for wish in group], self._clock())

    def _sequence(self) -> None:
        try:
            sequencer.drain(self._engine, self._signer, self._clock())
            self._broken = None
        except Exception as error:  # noqa: BLE001 - close() raises it; entries stay queued
            self._broken = error
