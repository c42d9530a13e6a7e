"""Clients of the history test: each does the market's own deeds and writes down what it saw (R13).

``python -m tests.market.reliability.client`` reads a round of work (``Round``) from each line of
its standard input, lets eight clients do it at one moment, each a process with a connection of
its own, and says when they have ended. A deed is one transaction; what it looks at afterwards it
looks at inside that transaction, refused or not.
"""

import json
import multiprocessing
import random  # noqa: TID251 - who does what in a test, no draw
import sys
import time
import traceback
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from sqlalchemy.exc import DBAPIError

from market import log
from market.accounts import queries as accounts
from market.accounts.model import User
from market.clock import ManualClock
from market.config import Config
from market.db import Actor, UnitOfWork, reading_work, unit_of_work
from market.errors import MarketError
from market.installation import Installation
from tests.market.reliability.deeds import DEEDS, READING, SEQUENCING, Deed, Job
from tests.market.reliability.history import Notes, Operation, Outcome, to_line
from tests.statements_once import compile_statements_once

CLIENTS: Final = 8
JOB: Final = Actor("job:test")
PROCESSES: Final = multiprocessing.get_context("fork")  # from a process without threads


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What the clients work on in one round, where, when and how much."""

    url: str
    folder: str
    at: str
    number: int
    deeds: int
    clocks: list[int]
    draws: list[int]
    firm_id: int
    org_id: int
    # Users: of the holder and of the other side of the clocks, and delegates of firms.
    holder: int
    other: int
    delegates: list[int]

    def line(self) -> str:
        """Return the round as a line."""
        return json.dumps(asdict(self))

    def path(self, client: int) -> Path:
        """Return where a client writes down what it did."""
        return Path(self.folder) / f"history-{self.number}-{client}"


def installation(what: Round) -> Installation:
    """Open the installation in which a round happens."""
    config = Config(
        database_url=what.url, data_dir=Path(what.folder), password_memory_kib=64, demo=True
    )
    return Installation.open(config, ManualClock(datetime.fromisoformat(what.at)))


class Client:
    """One client in one round."""

    def __init__(self, what: Round, number: int) -> None:
        self.what, self.number = what, number
        self.here = installation(what)
        self.chance = random.Random(what.number * 100 + number)
        self.mine = what.delegates[number % len(what.delegates)]
        with reading_work(self.here.sessions, JOB, self.here.clock) as work:
            self.actors = {
                user_id: accounts.actor_of(work, work.session.get_one(User, user_id))
                for user_id in {what.holder, what.other, self.mine}
            }

    def some_deeds(self) -> Iterator[str]:
        """Return what to do, as chance has it."""
        weights = [weight for weight, _ in DEEDS.values()]
        return (self.chance.choices(list(DEEDS), weights)[0] for _ in range(self.what.deeds))

    def work(self, names: Iterable[str]) -> None:
        """Do some deeds and write them down."""
        with self.what.path(self.number).open("w", encoding="utf-8") as out:
            for count, name in enumerate(names):
                out.write(to_line(self.operation(name, count)) + "\n")

    def operation(self, name: str, count: int) -> Operation:
        """Do one deed."""
        job = Job(
            self.what.clocks,
            self.what.draws,
            firm_id=self.what.firm_id,
            org_id=self.what.org_id,
            round=self.what.number,
            token=f"{self.what.number:04d}-{self.number}-{count:05d}",
            chance=self.chance,
        )
        deed, notes = DEEDS[name][1](job), Notes()
        begun = time.monotonic_ns()
        outcome, fault = self.done(deed, notes, name)
        ended = time.monotonic_ns()
        return Operation(self.number, begun, ended, outcome, tuple(notes.steps), name, fault)

    def done(self, deed: Deed, notes: Notes, name: str) -> tuple[Outcome, str]:
        """Do a deed; return what became of it."""
        if name == SEQUENCING:
            log.sequence(self.here)
            return Outcome.DONE, ""
        try:
            with self.transaction(deed, name) as work:
                try:
                    deed.act(work, notes)
                except MarketError:
                    deed.see(work, notes)  # what it was refused for, in the same transaction
                    raise
                deed.see(work, notes)
        except MarketError as error:
            return Outcome.REFUSED, type(error).__name__
        except DBAPIError as error:
            return Outcome.UNKNOWN, str(error.orig)
        return Outcome.DONE, ""

    def transaction(self, deed: Deed, name: str) -> AbstractContextManager[UnitOfWork]:
        """Open what a deed needs."""
        who = {"holder": self.what.holder, "other": self.what.other}
        actor = self.actors[who.get(deed.by, self.mine)] if deed.by else JOB
        open_work = reading_work if name == READING else unit_of_work
        return open_work(self.here.sessions, actor, self.here.clock)


def main() -> None:
    """Let the clients work through each round that is read."""
    compile_statements_once()
    crew: Crew | None = None
    while line := sys.stdin.readline():
        what = Round(**json.loads(line))
        if crew is None or crew.url != what.url:
            if crew is not None:
                crew.go()
            crew = Crew(what)
        sys.stdout.write("done\n" if crew.work(line) else "failed\n")
        sys.stdout.flush()
    if crew is not None:
        crew.go()


class Crew:
    """The clients of one database."""

    def __init__(self, what: Round) -> None:
        self.url = what.url
        # Once alone: what this process has compiled the others need not compile.
        first = Client(what, CLIENTS)
        first.work(DEEDS)
        first.here.engine.dispose()
        self._lines = []
        for number in range(CLIENTS):
            mine, theirs = PROCESSES.Pipe()
            PROCESSES.Process(target=serve, args=(number, theirs), daemon=True).start()
            theirs.close()
            self._lines.append(mine)

    def work(self, line: str) -> bool:
        """Let every client work on a round; return whether all came to its end."""
        for each in self._lines:
            each.send(line)
        done = [each.recv() for each in self._lines]
        return all(done)

    def go(self) -> None:
        """Send everybody home."""
        for each in self._lines:
            each.close()


def serve(number: int, lines: Connection) -> None:
    """Work on each round that comes, and say whether it was done."""
    with suppress(EOFError):
        while True:
            client = Client(Round(**json.loads(lines.recv())), number)
            try:
                client.work(client.some_deeds())
            except Exception:  # noqa: BLE001 - whatever it was, the test must hear of it
                traceback.print_exc()
                lines.send(False)  # noqa: FBT003 - what a pipe sends has no name
            else:
                lines.send(True)  # noqa: FBT003
            client.here.engine.dispose()


if __name__ == "__main__":
    main()
