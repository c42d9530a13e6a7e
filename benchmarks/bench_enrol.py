"""Enrol firms on PostgreSQL, 16 clients at once: one business row and one log entry each.

Ours hands the entry in (``audit.store.append``) in the transaction of the row, and a process of
its own gives indexes and signs (``audit.sequencer``), as ``zjcs worker`` does. The peer is what
most systems do: lock the head of a hash chain, add a link, move the head, commit. Both go
through the market's own engine, and every commit waits for the disk. A run ends once every
entry has its place; then our whole log, or the whole chain, is checked. With ``--slow`` (which
``run`` uses in a process of its own) every fsync of the server takes 2 ms longer.
"""

import hashlib
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing import get_context
from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    DateTime,
    Engine,
    LargeBinary,
    MetaData,
    String,
    Table,
    func,
    insert,
    select,
    update,
)

from audit import store
from audit.log import Log
from audit.sequencer import drain
from benchmarks import slowed
from benchmarks.logs import ORIGIN, SIGNER, entries
from benchmarks.rounds import Contender, Job, Race, Verdict, main
from market.db import make_engine
from tests.postgres import Server, running_server

CLIENTS: Final = 16
EACH: Final = 100
EACH_LONG: Final = 300
PAUSE_SECONDS: Final = 0.02
DURABLE: Final = (
    "listen_addresses=",
    "unix_socket_permissions=0777",
    "max_connections=60",
    "fsync=on",
    "synchronous_commit=on",
)
OURS: Final = "zjcs outbox and sequencer"
PEER: Final = "a chain with its head row locked"

_FORK = get_context("fork")

metadata: Final = MetaData()
enrolments: Final = Table(
    "bench_enrolment",
    metadata,
    Column("draw_id", BigInteger, primary_key=True, autoincrement=False),
    Column("firm_id", BigInteger, primary_key=True, autoincrement=False),
    Column("firm_code", String(18), nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("enrolled_at", DateTime, nullable=False),
)
chain: Final = Table(
    "bench_chain",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
chain_head: Final = Table(
    "bench_chain_head",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("size", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)
ENROL: Final = insert(enrolments)
HEAD: Final = select(chain_head.c.size, chain_head.c.hash).with_for_update()
LINK: Final = insert(chain)
MOVE: Final = update(chain_head)

Append = Callable[[Connection, bytes, datetime], object]


class Signals:
    """What the processes of one run tell one another."""

    def __init__(self) -> None:
        self.ready = _FORK.Semaphore(0)
        self.go = _FORK.Event()
        self.done = _FORK.Semaphore(0)
        self.stop = _FORK.Event()


def link(connection: Connection, body: bytes, _at: datetime) -> None:
    """Add an entry to the chain in the caller's transaction."""
    size, before = connection.execute(HEAD).one()
    after = hashlib.sha256(bytes(before) + body).digest()
    connection.execute(LINK, {"number": size, "hash": after, "body": body})
    connection.execute(MOVE, {"size": size + 1, "hash": after})


def enrol_all(url: str, client: int, bodies: list[bytes], append: Append, signals: Signals) -> None:
    """Be one client: a transaction for each enrolment."""
    engine = make_engine(url)
    for number, body in enumerate(bodies):
        if number == 1:  # The first enrolment opened the connection and wrote the statements out.
            signals.ready.release()
            signals.go.wait()
        now = datetime.now(UTC)
        row = {
            "draw_id": client,
            "firm_id": number,
            "firm_code": f"9144{client:04d}{number:010d}",
            "salt": os.urandom(32),
            "enrolled_at": now.replace(tzinfo=None),
        }
        with engine.begin() as connection:
            connection.execute(ENROL, row)
            append(connection, body, now)
    signals.done.release()
    engine.dispose()


def keep_sequencing(url: str, signals: Signals) -> None:
    """Be the worker: give indexes and sign until told to stop, and then to the end."""
    engine = make_engine(url)
    signals.ready.release()
    while True:
        last = signals.stop.is_set()
        drain(engine, SIGNER, datetime.now(UTC))
        if last:
            signals.done.release()
            return
        time.sleep(PAUSE_SECONDS)


class Hall:
    """A server, and the jobs that let 16 clients enrol on a fresh database of it."""

    def __init__(self, server: Server, each: int) -> None:
        self._server = server
        self._each = each

    def prepare(self, append: Append, *, sequencing: bool) -> Job:
        """Return the job: from the first enrolment until every entry has its place."""
        name = self._server.create()
        url = self._server.url(name)
        engine = make_engine(url)
        store.metadata.create_all(engine)
        metadata.create_all(engine)
        with engine.begin() as connection:
            connection.execute(insert(chain_head), {"id": 1, "size": 0, "hash": bytes(32)})
        engine.dispose()
        signals = Signals()
        bodies = entries(self._each + 1)
        clients = [
            _FORK.Process(target=enrol_all, args=(url, client, bodies, append, signals))
            for client in range(CLIENTS)
        ]
        workers = [_FORK.Process(target=keep_sequencing, args=(url, signals))] * sequencing
        for process in [*clients, *workers]:
            process.start()
        for _ in [*clients, *workers]:
            signals.ready.acquire()

        def job() -> str:
            signals.go.set()
            for _ in clients:
                signals.done.acquire()
            signals.stop.set()
            for _ in workers:
                signals.done.acquire()
            return name

        return job

    def check(self, engine: Engine, found: int) -> None:
        """Require that every enrolment and every entry is there."""
        with engine.connect() as connection:
            rows = connection.execute(select(func.count()).select_from(enrolments)).scalar_one()
        wanted = CLIENTS * (self._each + 1)
        if (rows, found) != (wanted, wanted):
            raise AssertionError((rows, found))

    def check_ours(self, name: object) -> None:
        """Check our whole log."""
        engine = make_engine(self._server.url(str(name)))
        with engine.connect() as connection:
            if findings := Log(ORIGIN, SIGNER.verifier).verify(connection):
                raise AssertionError(findings)
        with engine.connect() as connection:
            size = store.size(connection)
        self.check(engine, size)
        engine.dispose()
        self._server.drop(str(name))

    def check_chain(self, name: object) -> None:
        """Check the whole chain."""
        engine = make_engine(self._server.url(str(name)))
        last, size = bytes(32), 0
        with engine.connect() as connection:
            for number, hash_, body in connection.execute(select(chain).order_by(chain.c.number)):
                last = hashlib.sha256(last + bytes(body)).digest()
                if (number, bytes(hash_)) != (size, last):
                    raise AssertionError(number)
                size += 1
        self.check(engine, size)
        engine.dispose()
        self._server.drop(str(name))


def race(each: int, title: str) -> list[Verdict]:
    """Run both on one server, in turn."""
    with running_server(DURABLE) as server:
        hall = Hall(server, each)
        run_both = Race(
            title,
            "enrolments",
            [
                Contender(
                    OURS,
                    CLIENTS * each,
                    lambda: hall.prepare(store.append, sequencing=True),
                    hall.check_ours,
                ),
                Contender(
                    PEER,
                    CLIENTS * each,
                    lambda: hall.prepare(link, sequencing=False),
                    hall.check_chain,
                ),
            ],
            wall=True,
        ).run()
    return [run_both.times_as_fast(OURS, PEER, 3.5)]


def run(long: bool) -> list[Verdict]:  # noqa: FBT001 - every script has this one signature
    """Run on this disk, and on a slow one."""
    each = EACH_LONG if long else EACH
    title = f"Enrol on PostgreSQL, {CLIENTS} clients, {CLIENTS * each:,} enrolments"
    return [*race(each, title), *slowed.again("benchmarks.bench_enrol")]


if __name__ == "__main__":
    if slowed.asked():
        title = f"Enrol on PostgreSQL, {CLIENTS} clients, {slowed.WORDS}"
        sys.exit(slowed.tell(race(EACH // 2, title)))
    sys.exit(main(run))
