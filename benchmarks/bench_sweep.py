"""Find 1,000 due clocks among 1,000,000 open ones, as the worker does at every tick.

Ours is what the sweep runs (``market.clocks.jobs``): an index gives what is due, batch after
batch, with bound parameters, in a unit of work of its own. The peer is what most systems do:
load every open clock as an object and ask a table of working days how many are left. The floor is
the bare driver with one statement. Each contender must find the same clocks. What is then done to
each of them (a card, its number, its entry in the log and its message) is not measured here.

``python -m benchmarks.bench_sweep --rss URL`` is the process whose memory is measured.
The recomputation of a million deadlines after a new holiday notice belongs here as well: its
contender is added where ``market.clocks`` has a function that recounts.
"""

import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, Final

import psycopg
from sqlalchemy import Engine, insert, select, text
from sqlalchemy.engine import make_url

from benchmarks.rounds import Contender, Job, Race, Verdict, main, steady
from market.accounts.model import Organisation
from market.calendar import default_calendar
from market.clock import ManualClock, beijing, beijing_day
from market.clocks import jobs
from market.clocks.model import Clock
from market.clocks.rules import ClockState
from market.config import Config
from market.db import Base, make_engine, make_sessions
from market.installation import Installation
from market.keys import Keys
from market.schema import metadata
from market.sweeping import batches
from tests.postgres import Server, running_server

CLOCKS: Final = 1_000_000
DUE: Final = 1_000
CHUNK: Final = 50_000
MOST_MIB: Final = 300
NOW: Final = beijing(date(2026, 6, 10), 10)
CODE: Final = "91510822MA00000001"
REGULATION: Final = "platform-market-process-2024"
OURS: Final = "zjcs sweep: indexed, in batches"
PEER: Final = "every clock as an object, and a table"
FLOOR: Final = "the bare driver, one statement"
SQL: Final = (
    "SELECT next_check_at, id FROM clock WHERE state = {0} AND next_check_at <= {0}"
    " ORDER BY next_check_at, id LIMIT 1000"
)


def rows(first: int, last: int) -> list[dict[str, object]]:
    """Return open clocks; every thousandth is due, the others in days to come."""
    return [
        {
            "id": number,
            "kind": "service",
            "subject": f"bench:{number}",
            "number": f"B-{number:08d}",
            "title": "城东片区道路工程环境影响报告表编制",
            "holder": "firm",
            "holder_org_id": 1,
            "other_org_id": 1,
            "agreed_units": 10,
            "counts_from_at": NOW,
            "regulation_id": REGULATION,
            "state": "running",
            "due_at": _due_at(number),
            "next_stage": "red",
            "next_check_at": _due_at(number),
            "version": 1,
        }
        for number in range(first, last)
    ]


def _due_at(number: int) -> datetime:
    if number % (CLOCKS // DUE) == 0:
        return NOW - timedelta(seconds=number // (CLOCKS // DUE))
    return NOW + timedelta(seconds=1 + number % 7_000_000)


def fill(engine: Engine) -> None:
    """Make the tables and a million clocks of one organisation."""
    metadata().create_all(engine)
    with engine.begin() as connection:
        connection.execute(
            insert(Base.metadata.tables[Organisation.__tablename__]),
            {"id": 1, "kind": "firm", "code": CODE, "name": "机构", "created_at": NOW},
        )
    clocks = Base.metadata.tables[Clock.__tablename__]
    for first in range(1, CLOCKS + 1, CHUNK):
        with engine.begin() as connection:
            connection.execute(insert(clocks), rows(first, min(first + CHUNK, CLOCKS + 1)))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def opened(url: str, folder: Path) -> Installation:
    """Return an installation whose clock stands."""
    config = Config(database_url=url, data_dir=folder, password_memory_kib=64, demo=True)
    if not config.keys_dir.exists():
        Keys.make(config.keys_dir)
    return Installation.open(config, ManualClock(NOW))


def ours(here: Installation) -> list[int]:
    """Find what is due as the sweep does."""
    found = chain.from_iterable(batches(here, jobs.ACTOR, jobs.due_clocks))
    return [row[1] for row in found]


def loop(engine: Engine) -> list[int]:
    """Find it by looking at every open clock."""
    calendar, today = default_calendar(), beijing_day(NOW)
    found = []
    with make_sessions(engine)() as session:
        for clock in session.scalars(select(Clock).where(Clock.state == ClockState.RUNNING)):
            due_at = clock.next_check_at
            if due_at is None:
                continue
            left = calendar.working_days_between(today, beijing_day(due_at))
            if left <= 0 and due_at <= NOW:
                found.append(clock.id)
    return found


def bare_sqlite(path: Path) -> Job:
    """Return the bare driver's job on a connection that is open, as ours is."""
    connection = sqlite3.connect(path)
    at = NOW.replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
    return lambda: [r[1] for r in connection.execute(SQL.format("?"), ("running", at)).fetchall()]


def bare_postgres(url: str) -> Job:
    """Return the bare driver's job on a connection that is open, as ours is."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    connection = psycopg.connect(plain)
    values = ("running", NOW.replace(tzinfo=None))

    def job() -> list[Any]:
        return [row[1] for row in connection.execute(SQL.format("%s"), values).fetchall()]

    job()  # The server's process is new: what it reads of the catalogue is not timed.
    return job


def check(found: object) -> None:
    """Refuse a contender that did not find exactly what is due."""
    if len(set(found)) != DUE or len(found) != DUE:  # type: ignore[arg-type, call-overload]
        raise AssertionError("not what is due")


def race(
    name: str, url: str, folder: Path, bare: Callable[[], Job], at_least: float
) -> Iterator[Verdict]:
    """Let the three find what is due in one database."""
    here = opened(url, folder)
    few = Race(
        f"{DUE:,} due of {CLOCKS:,} open clocks, {name}",
        "due clocks",
        (
            Contender(OURS, DUE, steady(partial(ours, here)), check),
            Contender(PEER, DUE, steady(partial(loop, here.engine)), check),
            Contender(FLOOR, DUE, bare, check),
        ),
        wall=True,
        rounds=3,
    ).run()
    yield few.times_as_fast(OURS, PEER, at_least)
    yield few.times_as_long(OURS, FLOOR, 3)
    here.engine.dispose()
    megabytes = int(
        subprocess.run(  # noqa: S603 - this very script
            [sys.executable, "-m", "benchmarks.bench_sweep", "--rss", url, str(folder)],
            check=True, capture_output=True, text=True,
        ).stdout.split()[-1]
    )  # fmt: skip
    title = f"memory of the process that sweeps, {name}"
    ratio = float(megabytes)
    verdict = Verdict(title, "MiB at most", ratio, (ratio,), MOST_MIB, at_most=True)
    print(f"  -> {verdict.line}")
    yield verdict


def measure(url: str, folder: str) -> None:
    """Sweep in this process and say how much memory it ever had, in MiB."""
    check(ours(opened(url, Path(folder))))
    # Not ru_maxrss: a program inherits that of the process which started it.
    status = Path("/proc/self/status").read_text("utf-8")
    print(int(status.split("VmHWM:")[1].split()[0]) // 1024)


def run(long: bool) -> list[Verdict]:  # noqa: FBT001 - every benchmark is called so
    """Fill both databases and race; there is one size."""
    del long
    with tempfile.TemporaryDirectory(prefix="bench-sweep-") as name:
        folder = Path(name)
        path = folder / "market.db"
        url = f"sqlite:///{path}"
        fill(make_engine(url))
        found = [*race("SQLite", url, folder, partial(bare_sqlite, path), 2_000)]
    with tempfile.TemporaryDirectory(prefix="bench-sweep-") as name, running_server() as server:
        found += _on_postgres(server, Path(name))
    return found


def _on_postgres(server: Server, folder: Path) -> list[Verdict]:
    url = server.url(server.create())
    fill(make_engine(url))
    return [*race("PostgreSQL", url, folder, partial(bare_postgres, url), 500)]


if __name__ == "__main__":
    if sys.argv[1:2] == ["--rss"]:
        measure(*sys.argv[2:])
    else:
        sys.exit(main(run))
