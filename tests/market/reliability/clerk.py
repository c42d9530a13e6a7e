"""Clerks without rest, each a process of its own: they do work and say what is done.

``python -m tests.market.reliability.clerk FOLDER`` starts a clerk for each line that it reads,
such as ``register 7``, and says when it has ended. Each line that the clerk writes acknowledges
one thing that the database has promised to keep.
"""

import os
import resource
import signal
import sys
from datetime import date
from itertools import count
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from market import jobs, log, sweeping
from market.access import OrgKind
from market.accounts import actions
from market.clock import ManualClock, beijing
from market.clocks import jobs as clock_jobs
from market.codes import make_code
from market.config import Config
from market.db import Actor, unit_of_work
from market.installation import Installation
from market.messages.delivering import deliver
from market.messages.gateways import Outgoing, SmsFolder
from market.messages.rules import LEASE, Channel
from market.numbers import next_number

CLERK = Actor("job:clerk")
LONG_AFTER = beijing(date(2026, 4, 30), 9)
FEW = 2


def installation(folder: Path) -> Installation:
    """Open the installation of a folder, on the morning of the test."""
    config = Config(
        database_url=f"sqlite:///{folder}/market.db",
        data_dir=folder,
        password_memory_kib=64,
        demo=True,
    )
    return Installation.open(config, ManualClock(beijing(date(2026, 3, 2), 9)))


def code_of(number: int) -> str:
    """Return the credit code of the nth organisation."""
    return make_code("91", "440300", f"K{number:07d}")


def register(here: Installation, number: int) -> str:
    """Enter one organisation: a row, a public number and an entry of the log, or none of them."""
    with unit_of_work(here.sessions, CLERK, here.clock) as work:
        code = code_of(number)
        actions.register_organisation(work, kind=OrgKind.FIRM, code=code, name=f"机构{number}")
        given = next_number(work, "KL")
    return f"{code} {given}"


def say(words: str) -> None:
    """Acknowledge: whoever reads this line may rely on it."""
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def work_on(here: Installation, first: int) -> None:
    """Register organisations and sequence the log until somebody kills the process."""
    for number in count(first):
        say(register(here, number))
        if number % 7 == 0:
            log.sequence(here)


def fill_the_disk(here: Installation, first: int) -> None:
    """Work until the disk is full, wait for room, and go on in the same process."""
    database = Path(str(here.engine.url.database))
    largest = database.stat().st_size + 200_000
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, resource.RLIM_INFINITY))
    done = first
    try:
        for number in count(first):
            say(register(here, number))
            done = number + 1
            log.sequence(here)
    except OperationalError as error:
        say(f"full: {error.orig}")
    sys.stdin.readline()
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    for number in range(done, done + 3):
        say(register(here, number))
    log.sequence(here)
    say("resumed")


def tick(here: Installation, _first: int) -> None:
    """Let time act, far in the future of what waits, and say whenever something is committed."""
    here = Installation.open(here.config, ManualClock(beijing(date(2026, 4, 30), 9)))
    event.listen(here.engine, "commit", lambda _connection: say("commit"))
    for _ in range(3):
        jobs.tick(here)
    say("finished")


def sweep(here: Installation, patience: int) -> None:
    """Deal what is due long after; wait for ever at a commit that has begun, if told to.

    The clocks of one transaction are few, so that a kill falls between several of them.
    """
    sweeping.TOGETHER = FEW
    here = Installation.open(here.config, ManualClock(LONG_AFTER))
    commits = count(1)

    def wait(_connection: object) -> None:
        if next(commits) == patience:
            say("claimed")
            signal.pause()

    event.listen(here.engine, "commit", wait)
    clock_jobs.sweep(here)
    say("finished")


def send(here: Installation, patience: int) -> None:
    """Send what is queued; wait for ever with one in hand, after some others, if told to."""
    here = Installation.open(here.config, ManualClock(LONG_AFTER + LEASE * 2 * patience))
    carried, folder = count(1), SmsFolder(here.config.data_dir / "sms")

    class Hand:
        def send(self, one: Outgoing) -> str:
            if next(carried) == patience:
                say("claimed")
                signal.pause()
            return folder.send(one)

    deliver(here, {Channel.SMS: Hand()})
    say("finished")


DEEDS = {"register": work_on, "fill": fill_the_disk, "tick": tick, "sweep": sweep, "send": send}


def main() -> None:
    """Start clerks as they are asked for; a fork is quicker than another interpreter."""
    folder = Path(sys.argv[1])
    while line := sys.stdin.readline():
        work, first = line.split()
        clerk = os.fork()
        if clerk == 0:
            say(f"clerk {os.getpid()}")
            DEEDS[work](installation(folder), int(first))
            os._exit(0)
        os.waitpid(clerk, 0)
        say("ended")


if __name__ == "__main__":
    main()
