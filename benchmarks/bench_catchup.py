"""Catch up with 100,000 warnings after the worker was away: dealt, told, logged, and sent (R15).

Every clock of the city is due its yellow card at one moment. The worker deals the cards, each with
its number, its entry of the log and its message; spreads the messages to the inboxes; gives every
entry its index; and sends one SMS for each warning into a folder. The tick (cards, inboxes, log)
and the sending are timed apart, for the worker does them in two jobs. There is no peer: the target
is a minute for 100,000. Afterwards everything is there once, and a second tick does nothing.

Without ``--long`` there are 10,000 warnings, and the seconds are multiplied by ten.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

from sqlalchemy import func, select, text, update

from audit import store
from benchmarks.bench_enrol import DURABLE
from benchmarks.rounds import Contender, Job, Race, Verdict, main
from market import jobs
from market.access import OrgKind
from market.clock import ManualClock, beijing
from market.clocks.cards import SERIES
from market.clocks.model import Card, Clock
from market.config import Config
from market.db import Actor, LogMention, make_engine, unit_of_work
from market.installation import Installation
from market.keys import Keys
from market.messages import jobs as messages
from market.messages.model import Delivery, Message, MessageAddress
from market.messages.rules import DeliveryState
from market.schema import metadata
from tests.market.factories.accounts import a_user, an_organisation
from tests.market.factories.many_clocks import many_clocks
from tests.postgres import running_server

WARNINGS: Final = 10_000
WARNINGS_LONG: Final = 100_000
MOST_SECONDS: Final = 60
FIRMS: Final = 1_000  # of one person each, who has a mobile phone
ROUNDS: Final = 3
STARTED: Final = beijing(date(2026, 3, 2), 9)
DUE: Final = beijing(date(2026, 3, 16), 12)
TICK: Final = "tick: cards, inboxes, log"
SEND: Final = "send: an SMS each, as a file"

NewUrl = Callable[[Path], str]


class City:
    """An installation in which everything is due; ``tick`` and ``send`` catch up with it."""

    def __init__(self, url: str, folder: Path, warnings: int) -> None:
        self.folder, self.warnings = folder, warnings
        metadata().create_all(make_engine(url))
        config = Config(
            database_url=url,
            data_dir=folder,
            password_memory_kib=64,
            demo=True,
            sms_dir=folder / "sms",
        )
        Keys.make(config.keys_dir)
        self.clock = ManualClock(STARTED)
        self.here = Installation.open(config, self.clock)
        self._fill()
        jobs.tick(self.here)  # Modules are loaded, statements built.
        messages.send(self.here)
        self.told = self._count(Message)
        self.clock.move_to(DUE)

    def _fill(self) -> None:
        with unit_of_work(self.here.sessions, Actor("bench"), self.clock) as work:
            firms = [an_organisation(work, OrgKind.FIRM) for _ in range(FIRMS)]
            for number, firm in enumerate(firms):
                user = a_user(work, firm)
                work.session.flush()
                phone = f"138{number:08d}"
                work.session.add(MessageAddress(user_id=user.id, phone=phone, changed_at=work.now))
        many_clocks(self.here, self.warnings)
        with self.here.sessions.begin() as session:
            holder = firms[0].id + Clock.id % FIRMS
            session.execute(update(Clock).values(holder_org_id=holder))
        with self.here.engine.connect().execution_options(
            isolation_level="AUTOCOMMIT"
        ) as connection:
            connection.execute(text("ANALYZE"))

    def check_tick(self, done: object) -> None:
        """Refuse a tick after which a card, a message or an entry is missing or there twice."""
        if jobs.tick(self.here)["clocks"]:
            raise AssertionError("a second tick found something to do")
        told = self._count(Message) - self.told
        found = self._count(Card), told, self._count(Delivery), self._logged()
        number = self.warnings
        if found != (number, number, 2 * number, number):
            raise AssertionError(f"{done}: {found}")

    def check_send(self, sent: object) -> None:
        """Refuse if not every SMS lies there once."""
        files = sum(1 for _ in (self.folder / "sms").glob("*.json"))
        with self.here.sessions() as session:
            chosen = select(func.count()).where(Delivery.state != DeliveryState.SENT)
            waiting = session.scalar(chosen)
        if (sent, files, waiting) != (self.warnings, self.warnings, 0):
            raise AssertionError(f"{sent} sent, {files} files, {waiting} wait")

    def _count(self, table: type[Card | Message | Delivery]) -> int:
        with self.here.sessions() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0

    def _logged(self) -> int:
        """Return how many entries with an index name a card."""
        chosen = (
            select(func.count())
            .select_from(LogMention)
            .join(store.leaves, store.leaves.c.submission_id == LogMention.submission_id)
            .where(LogMention.number.startswith(f"{SERIES}-"))
        )
        with self.here.sessions() as session:
            return session.scalar(chosen) or 0


class Cities:
    """A new city for each round; the same round ticks first and sends then."""

    def __init__(self, new_url: NewUrl, folder: Path, warnings: int) -> None:
        self._new_url, self._folder, self._warnings = new_url, folder, warnings
        self._cities: list[City] = []

    def tick(self) -> Job:
        """Make a city; return the job that deals, spreads and sequences."""
        folder = self._folder / str(len(self._cities))
        folder.mkdir()
        self._cities.append(City(self._new_url(folder), folder, self._warnings))
        return partial(jobs.tick, self._cities[-1].here)

    def check_tick(self, done: object) -> None:
        """Look at what the tick has done in the city of this round."""
        self._cities[-1].check_tick(done)

    def send(self) -> Job:
        """Return the job that sends what the tick has left."""
        return partial(messages.send, self._cities[-1].here)

    def check_send(self, sent: object) -> None:
        """Look at what was sent, and close the city of this round."""
        self._cities[-1].check_send(sent)
        self._cities[-1].here.engine.dispose()


def race(name: str, new_url: NewUrl, warnings: int) -> Iterator[Verdict]:
    """Catch up a few times on one kind of database."""
    with tempfile.TemporaryDirectory(prefix="bench-catchup-") as folder:
        cities = Cities(new_url, Path(folder), warnings)
        few = Race(
            f"catch up with {warnings:,} warnings, {name}",
            "warnings",
            (
                Contender(TICK, warnings, cities.tick, cities.check_tick),
                Contender(SEND, warnings, cities.send, cities.check_send),
            ),
            wall=True,
            rounds=1 if warnings == WARNINGS_LONG else ROUNDS,
        ).run()
    ticks, sends = few.times[TICK], few.times[SEND]
    yield few.seconds_at_most("seconds for 100,000: tick", ticks, WARNINGS_LONG, MOST_SECONDS)
    both = [tick + send for tick, send in zip(ticks, sends, strict=True)]
    few.note_seconds("seconds for 100,000: tick, then an SMS each", both, WARNINGS_LONG)


def run(long: bool) -> list[Verdict]:  # noqa: FBT001 - every benchmark is called so
    """Catch up on both databases."""
    warnings = WARNINGS_LONG if long else WARNINGS
    found = [*race("SQLite", lambda folder: f"sqlite:///{folder}/market.db", warnings)]
    with running_server(DURABLE) as server:
        found += race("PostgreSQL", lambda _: server.url(server.create()), warnings)
    return found


if __name__ == "__main__":
    sys.exit(main(run))
