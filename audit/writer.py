"""Hands entries in from many threads: what came while the disk was busy shares its next wait.

A transaction for each entry waits for the disk once for each, and one after the other. Here the
first thread that comes leads: it commits its entry; what others handed in meanwhile, the first
of them commits together. A thread that is alone hands nothing to another one. None of them ever
holds an id that a power cut can take back. A thread of the writer's own gives the entries their
indexes and signs the tree, in larger batches.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import islice
from typing import Final, Self

from sqlalchemy import Engine

from audit import sequencer, store
from audit.errors import AuditError
from audit.keys import Signer
from audit.pen import Pen

LARGEST_GROUP: Final = 256
GATHER_SECONDS: Final = 0.0005
PAUSE_SECONDS: Final = 0.2
"""So long after the first of them were handed in, entries get their indexes."""


class ClosedError(AuditError):
    """The writer was closed before the entry was handed in."""

    def __init__(self) -> None:
        super().__init__("this writer of the log is closed; open another one")


class _Wish:
    """An entry on its way, and the thread that waits for it."""

    __slots__ = ("body", "done", "error", "submission_id", "woken")

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.submission_id = 0
        self.error: BaseException | None = None
        self.done = False
        self.woken = threading.Lock()
        """Released when the entry is done, or when its thread shall lead."""
        self.woken.acquire()


class Writer:
    """Owns the writing to a log whose entries belong to no other transaction.

    Use it as a context manager: leaving gives every entry its index.
    """

    def __init__(self, engine: Engine, signer: Signer, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._signer = signer
        self._clock = clock
        self._pen = Pen(engine)
        self._wishes: deque[_Wish] = deque()
        self._state = threading.Condition()
        """Guards the wishes, whether somebody leads and the end; told when nobody leads."""
        self._led = False
        self._hoped = 1
        """How many entries the last commit took: so many are likely to come again at once."""
        self._closed = False
        self._disk = threading.Lock()
        """Held by whoever writes: the leader, or the thread that gives indexes."""
        self._handed_in = threading.Event()
        self._closing = threading.Event()
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
        with self._state:
            if self._closed:
                raise ClosedError
            self._wishes.append(wish)
            leads, self._led = not self._led, True
            if not leads and len(self._wishes) == self._hoped:
                self._state.notify_all()
        if not leads:
            wish.woken.acquire()
        if not wish.done:
            self._lead(wish)
        if wish.error is not None:
            raise wish.error
        return wish.submission_id

    def close(self) -> None:
        """Wait for those who are at it, give every entry its index, sign, and stop.

        Raises:
            Exception: Whatever kept entries from getting their indexes; they stay queued.
        """
        with self._state:
            self._closed = True
            self._state.wait_for(lambda: not self._led)
        self._closing.set()
        self._handed_in.set()
        self._thread.join()
        self._pen.close()
        if self._broken is not None:
            raise self._broken

    def _lead(self, own: _Wish) -> None:
        """Commit all that waits, and let the first that came meanwhile lead next."""
        with self._disk:
            with self._state:
                # Those who were served together come back one after the other: the first of them
                # would commit alone, and all others wait for the disk twice.
                self._state.wait_for(lambda: len(self._wishes) >= self._hoped, GATHER_SECONDS)
                group = list(islice(self._wishes, LARGEST_GROUP))
                for _ in group:
                    self._wishes.popleft()
                self._hoped = len(group)
            self._commit(group)
        for wish in group:
            wish.done = True
            if wish is not own:
                wish.woken.release()
        with self._state:
            heir = self._wishes[0] if self._wishes else None
            self._led = heir is not None
            if heir is None:
                self._state.notify_all()
        if heir is not None:
            heir.woken.release()

    def _commit(self, group: Sequence[_Wish]) -> None:
        try:
            ids = self._pen.write([wish.body for wish in group], self._clock())
        except BaseException as error:  # noqa: BLE001 - each thread that waits gets it
            for wish in group:
                wish.error = error
            return
        for wish, submission_id in zip(group, ids, strict=True):
            wish.submission_id = submission_id
        self._handed_in.set()

    def _run(self) -> None:
        while not self._closing.is_set():
            self._handed_in.wait()
            self._closing.wait(PAUSE_SECONDS)
            self._handed_in.clear()
            self._sequence()
        self._sequence()

    def _sequence(self) -> None:
        try:
            with self._disk:
                sequencer.drain(self._engine, self._signer, self._clock())
            self._broken = None
        except Exception as error:  # noqa: BLE001 - close() raises it; entries stay queued
            self._broken = error
