"""Append to the log, with tiles, entry bundles and signed checkpoints: in memory and on disk.

On disk an entry counts once its thread was told that it is safe, and a run ends once every
entry has its index under a signed checkpoint. pymerkle's SQLite tree commits each entry by
itself and keeps neither tiles nor signatures. Our log is read back and checked after each run.

With ``--slow`` (which ``run`` uses in a process of its own) every fsync takes 2 ms longer.
"""

import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pymerkle import InmemoryTree, SqliteTree
from sqlalchemy import Engine

from audit import store
from audit.log import Log
from audit.tree import leaf_hashes, root_of
from audit.writer import Writer
from benchmarks import slowed
from benchmarks.logs import ORIGIN, SIGNER, MemoryLog, entries
from benchmarks.rounds import Contender, Job, Race, Verdict, main, steady
from market.db import make_engine

BATCH: Final = 1024
IN_MEMORY: Final = 100_000
ON_DISK: Final = 1_600
WAL_PAGES: Final = 1_100  # SQLite begins the file anew after 1,000
ADDERS: Final = 16

MEMORY_OURS: Final = "zjcs log in memory, batches of 1,024"
MEMORY_PEER: Final = "pymerkle in memory"
ONE: Final = "zjcs audit.writer, SQLite, 1 adder"
MANY: Final = "zjcs audit.writer, SQLite, 16 adders"
DISK_PEER: Final = "pymerkle SQLite, 1 adder"


def now() -> datetime:
    """Return the present time, as the log's clock."""
    return datetime.now(UTC)


def in_memory() -> list[Verdict]:
    """Append a hundred thousand entries without a disk."""
    bodies = entries(IN_MEMORY)
    wanted = root_of(leaf_hashes(bodies))

    def ours() -> object:
        log = MemoryLog()
        for at in range(0, len(bodies), BATCH):
            log.extend(bodies[at : at + BATCH])
        return log.frontier.root()

    def peer() -> object:
        tree = InmemoryTree()
        for body in bodies:
            tree.append_entry(body)
        return tree.get_state()

    def same(found: object) -> None:
        if found != wanted:
            raise AssertionError("another root")

    race = Race(
        f"Append {IN_MEMORY:,} entries in memory",
        "entries",
        [
            Contender(MEMORY_OURS, IN_MEMORY, steady(ours), same),
            Contender(MEMORY_PEER, IN_MEMORY, steady(peer), same),
        ],
    ).run()
    return [race.times_as_fast(MEMORY_OURS, MEMORY_PEER, 5)]


class Disk:
    """Fresh databases in one folder, and the jobs that fill them."""

    def __init__(self, folder: Path, bodies: list[bytes]) -> None:
        self._folder = folder
        self._bodies = bodies
        self._count = 0

    def ours(self, adders: int) -> Callable[[], Job]:
        """Return the job of so many threads that wait for each entry they hand in."""

        def prepare() -> Job:
            engine = self._database()
            pool = ThreadPoolExecutor(adders)
            shares = [self._bodies[at::adders] for at in range(adders)]

            def job() -> Engine:
                with pool, Writer(engine, SIGNER, now) as writer:
                    for done in [pool.submit(_add_all, writer, share) for share in shares]:
                        done.result()
                return engine

            return job

        return prepare

    def _database(self) -> Engine:
        """Return a log that has run for a while: its write-ahead log has its usual length.

        In the first minute of its life SQLite lengthens that file with every commit, which
        costs the disk more than writing over it.
        """
        path = self._fresh()
        engine = make_engine(f"sqlite:///{path}")
        store.metadata.create_all(engine)  # One connection stays open, and with it the file.
        quick = sqlite3.connect(path, isolation_level=None)
        quick.execute("PRAGMA synchronous=OFF")
        head = "INSERT INTO log_head VALUES (1, ?) ON CONFLICT DO UPDATE SET size = excluded.size"
        for size in range(WAL_PAGES, -1, -1):
            quick.execute(head, (size,))
        quick.execute("PRAGMA wal_checkpoint(PASSIVE)")
        quick.close()
        return engine

    def peer(self) -> Job:
        """Return the job of one thread that appends to pymerkle's SQLite tree."""
        tree = SqliteTree(str(self._fresh()))

        def job() -> object:
            for body in self._bodies:
                tree.append_entry(body)
            return tree.get_size()

        return job

    def check(self, engine: object) -> None:
        """Check our whole log, and that it has every entry."""
        if not isinstance(engine, Engine):
            raise TypeError(engine)
        with engine.connect().execution_options(reading=True) as connection:
            findings = Log(ORIGIN, SIGNER.verifier).verify(connection)
            if findings or store.size(connection) != len(self._bodies):
                raise AssertionError(findings or store.size(connection))
        engine.dispose()

    def _fresh(self) -> Path:
        self._count += 1
        return self._folder / f"{self._count}.db"


def _add_all(writer: Writer, bodies: list[bytes]) -> None:
    for body in bodies:
        writer.add(body)


def on_disk(entries_each: int, title: str) -> list[Verdict]:
    """Append with every entry on the disk before the next one of its thread."""
    folder = Path(tempfile.mkdtemp(prefix="zjcs-bench-"))
    disk = Disk(folder, entries(entries_each))
    try:
        race = Race(
            title,
            "entries",
            [
                Contender(ONE, entries_each, disk.ours(1), disk.check),
                Contender(MANY, entries_each, disk.ours(ADDERS), disk.check),
                Contender(DISK_PEER, entries_each, disk.peer),
            ],
            wall=True,
        ).run()
    finally:
        shutil.rmtree(folder)
    return [
        race.times_as_fast(ONE, DISK_PEER, 4),
        race.times_as_fast(MANY, ONE, 3),
    ]


def run(long: bool) -> list[Verdict]:  # noqa: FBT001 - every script has this one signature
    """Run in memory, on the disk, and on a slow disk."""
    size = ON_DISK * 5 if long else ON_DISK
    verdicts = [*in_memory(), *on_disk(size, f"Append {size:,} entries on disk")]
    return [*verdicts, *slowed.again("benchmarks.bench_log_append")]


if __name__ == "__main__":
    if slowed.asked():
        sys.exit(slowed.tell(on_disk(ON_DISK // 4, f"Append on disk, {slowed.WORDS}")))
    sys.exit(main(run))
