"""Find 1,000 due clocks among 1,000,000 open ones, and what a holiday notice moves of them all.

Ours is what the sweep runs (``market.clocks.jobs``): an index gives what is due, batch after
batch, with bound parameters, in a unit of work of its own. The peer is what most systems do:
load every open clock as an object and ask a table of working days how many are left. The floor is
the bare driver with one statement. Each contender must find the same clocks. What is then done to
each of them (a card, its number, its entry in the log and its message) is not measured here.

A notice then makes a working day a day off, and all million deadlines are worked out anew: which of
them move, and to when (``market.clocks.recounting``). Every tenth clock was handed to the owner and
back, so that its events must be replayed. The peer replays clock after clock as objects, and must
find the same. Writing a deadline that moves, with its reason, its entry in the log and its messages
to both sides, is not measured here: the worker does that batch after batch.

``python -m benchmarks.bench_sweep --rss URL`` is the process whose memory is measured.
"""

import sqlite3
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
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
from market.calendar import (
    Calendar,
    Calendars,
    calendars_from,
    default_calendar,
    provisional_calendar,
)
from market.calendar.csvfile import read_notice
from market.calendar.stored import calendars_with
from market.clock import ManualClock, beijing, beijing_day
from market.clocks import jobs, recounting, replay
from market.clocks.counting import Ruler, Unit, end_of
from market.clocks.model import Clock, ClockEvent
from market.clocks.rules import ClockState, Party
from market.config import Config
from market.db import Base, make_engine, make_sessions, reading_work
from market.holidays.sources import Changed
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
RECOUNT: Final = "zjcs recount: by groups, in spans"
REPLAY: Final = "every clock as an object, replayed"
REPLAYED: Final = 10_000
FIRST_DAY: Final = date(2026, 2, 25)
DAYS: Final = 100
DAY_OFF: Final = date(2026, 6, 22)
FLOOR: Final = "the bare driver, one statement"
SQL: Final = (
    "SELECT next_check_at, id FROM clock WHERE state = {0} AND next_check_at <= {0}"
    " ORDER BY next_check_at, id LIMIT 1000"
)


@dataclass(frozen=True, slots=True)
class Happened:
    """What replaying needs of an event."""

    party: Party
    happened_at: datetime


def history(number: int) -> list[Happened]:
    """Return what happened to a clock: it was started, every tenth was with the owner for days."""
    start_at = beijing(FIRST_DAY + timedelta(days=number % DAYS), 14)
    events = [Happened(Party.FIRM, start_at)]
    if number % 10 == 0:
        away_at = start_at + timedelta(hours=60 + number % 100)
        back_at = away_at + timedelta(hours=30 + number % 70)
        events += [Happened(Party.OWNER, away_at), Happened(Party.FIRM, back_at)]
    return events


def limit(number: int) -> int:
    """Return the limit of a clock in working days."""
    return 5 + number * 7 % 56


def due_at(number: int, events: Sequence[Happened], calendar: Calendar) -> datetime | None:
    """Return when a clock is due, as its events say."""
    segments = replay.replay(events, end_of(beijing_day(events[0].happened_at)))
    ruler = Ruler(Unit.WORKING_DAY, calendar)
    return replay.reached_at(segments, Party.FIRM, limit(number), ruler)


def rows(first: int, last: int) -> list[dict[str, object]]:
    """Return open clocks; every thousandth is due, the others in days to come."""
    calendar = provisional_calendar()
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
            "agreed_units": limit(number),
            "counts_from_at": end_of(beijing_day(events[0].happened_at)),
            "regulation_id": REGULATION,
            "state": "running",
            "due_at": due,
            **_rung(number, due),
            "version": 1,
        }
        for number in range(first, last)
        for events in [history(number)]
        for due in [due_at(number, events, calendar)]
    ]


def events_of(first: int, last: int) -> list[dict[str, object]]:
    """Return what happened to those clocks."""
    return [
        {
            "clock_id": number,
            "kind": "hand",
            "party": event.party,
            "why": "",
            "happened_at": event.happened_at,
            "entered_at": event.happened_at,
            "entered_by": "user:1",
            "is_late": False,
        }
        for number in range(first, last)
        for event in history(number)
    ]


def _rung(number: int, due: datetime | None) -> dict[str, object]:
    """Return the next card: red with the due date; those that are late have all of theirs."""
    if number % (CLOCKS // DUE) == 0:
        due_since = NOW - timedelta(seconds=number // (CLOCKS // DUE))
        return {"next_stage": "red", "next_check_at": due_since}
    if due is None or due <= NOW:
        return {"next_stage": None, "next_check_at": None}
    return {"next_stage": "red", "next_check_at": due}


def fill(engine: Engine) -> None:
    """Make the tables and a million clocks of one organisation."""
    metadata().create_all(engine)
    with engine.begin() as connection:
        connection.execute(
            insert(Base.metadata.tables[Organisation.__tablename__]),
            {"id": 1, "kind": "firm", "code": CODE, "name": "机构", "created_at": NOW},
        )
    clocks = Base.metadata.tables[Clock.__tablename__]
    events = Base.metadata.tables[ClockEvent.__tablename__]
    for first in range(1, CLOCKS + 1, CHUNK):
        last = min(first + CHUNK, CLOCKS + 1)
        with engine.begin() as connection:
            connection.execute(insert(clocks), rows(first, last))
            connection.execute(insert(events), events_of(first, last))
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


def after_the_notice() -> Calendars:
    """Return the calendars with one more day off."""
    old = provisional_calendar().notices
    year = next(n for n in old if n.year == DAY_OFF.year and not n.amends)
    text_ = (
        f"标题,调整放假安排\n文号,调整1号\n发布日期,2026-06-01\n来源,测量\n年份,{year.year}\n"
        f"修改文号,{year.document_number}\n日期,安排,节日,条款\n{DAY_OFF},放假,调整,一\n"
    )
    return calendars_with([read_notice(text_.encode()).notice("this", year.id)])


def recount(here: Installation, after: Calendars) -> dict[int, datetime | None]:
    """Work out every deadline anew as the worker does; return those that move."""
    found: dict[int, datetime | None] = {}
    changed, last_id = Changed(DAY_OFF, DAY_OFF), 0
    with (
        reading_work(here.sessions, jobs.ACTOR, here.clock) as work,
        calendars_from(lambda: after),
    ):
        while look := recounting.clocks(work, last_id, changed):
            found.update(look.moved)
            last_id = look.last_id
    return found


def replayed(engine: Engine, after: Calendars) -> dict[int, datetime | None]:
    """Work out the first deadlines anew, clock after clock as objects with their events."""
    found = {}
    with make_sessions(engine)() as session:
        for clock in session.scalars(select(Clock).where(Clock.id <= REPLAYED)):
            events = session.scalars(
                select(ClockEvent).where(ClockEvent.clock_id == clock.id).order_by(ClockEvent.id)
            ).all()
            segments = replay.replay(events, clock.counts_from_at)
            ruler = Ruler(Unit.WORKING_DAY, after.provisional)
            becomes = replay.reached_at(segments, clock.holder, clock.limit_units, ruler)
            if becomes != clock.due_at:
                found[clock.id] = becomes
    return found


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
    yield recounted(name, here)
    here.engine.dispose()
    megabytes = int(
        subprocess.run(  # noqa: S603 - this very script
            [sys.executable, "-m", "benchmarks.bench_sweep", "--rss", url, str(folder)],
            check=True, capture_output=True, text=True,
        ).stdout.split()[-1]
    )  # fmt: skip
    title = f"memory of the process that sweeps and recounts, {name}"
    ratio = float(megabytes)
    verdict = Verdict(title, "MiB at most", ratio, (ratio,), MOST_MIB, at_most=True)
    print(f"  -> {verdict.line}")
    yield verdict


def recounted(name: str, here: Installation) -> Verdict:
    """Work out all million deadlines anew; the first of them are compared with the replay."""
    after = after_the_notice()
    wanted = replayed(here.engine, after)

    def same(found: object) -> None:
        first = {one: at for one, at in found.items() if one <= REPLAYED}  # type: ignore[attr-defined]
        if first != wanted:
            raise AssertionError("not what replaying finds")

    few = Race(
        f"{CLOCKS:,} deadlines after a notice, {name}",
        "deadlines",
        (
            Contender(RECOUNT, CLOCKS, steady(partial(recount, here, after)), same),
            Contender(REPLAY, REPLAYED, steady(partial(replayed, here.engine, after)), same),
        ),
        wall=True,
        rounds=3,
    ).run()
    print(f"  {len(wanted) / REPLAYED:.0%} of them move")
    seconds = tuple(each * CLOCKS for each in few.times[RECOUNT])
    verdict = Verdict(
        few.title, "seconds at most", statistics.median(seconds), seconds, 5, at_most=True
    )
    print(f"  -> {verdict.line}", flush=True)
    return verdict


def measure(url: str, folder: str) -> None:
    """Sweep and recount in this process and say how much memory it ever had, in MiB."""
    here = opened(url, Path(folder))
    check(ours(here))
    recount(here, after_the_notice())
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
