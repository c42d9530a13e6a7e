"""What was acknowledged survives kill -9 of the process that acknowledged it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import func, select

from audit import store
from market import jobs, log
from market.accounts.model import Organisation
from market.db import Actor, reading_work

KILLS = 6
# Registers organisations for ever: each one is a row and an entry of the log in one transaction.
WRITER = """
import sys
from market.accounts.actions import register_organisation
from market.access import OrgKind
from market.codes import make_code
from market.config import Config
from market.db import Actor, unit_of_work
from market.installation import Installation
from market import log
from pathlib import Path

here = Installation.open(Config(database_url=sys.argv[1], data_dir=Path(sys.argv[2])))
number = int(sys.argv[3])
while True:
    number += 1
    code = make_code("91", "440300", f"MA{number:06d}")
    with unit_of_work(here.sessions, Actor("job:kill"), here.clock) as work:
        register_organisation(work, kind=OrgKind.FIRM, code=code, name=f"Nr {number}")
    print(code, flush=True)
    if number % 5 == 0:
        log.sequence(here)
"""


def test_a_killed_writer_loses_nothing_it_acknowledged(fast_here):
    acknowledged: list[str] = []
    for kill in range(KILLS):
        acknowledged += _write_until_killed(fast_here, kill)
        with fast_here.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA quick_check").scalar() == "ok"
    jobs.tick(fast_here)
    with reading_work(fast_here.sessions, Actor("job:test"), fast_here.clock) as work:
        kept = set(work.session.scalars(select(Organisation.code)))
        entries = work.session.scalar(select(func.count()).select_from(store.submissions))
        leaves = work.session.scalar(select(func.count()).select_from(store.leaves))
    assert len(acknowledged) >= KILLS
    assert set(acknowledged) <= kept
    assert entries == leaves == len(kept), "a row and its entry commit together or not at all"
    with fast_here.engine.connect().execution_options(reading=True) as connection:
        assert log.log_of(fast_here).verify(connection) == []


def _write_until_killed(here, kill: int) -> list[str]:
    """Start a writer, kill it after some writes at no particular moment; return what it told."""
    config = here.config
    arguments = [config.database_url, str(config.data_dir), str(kill * 10_000)]
    command = [sys.executable, "-c", WRITER, *arguments]
    root = Path(log.__file__).parents[1]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as writer:
        told = [writer.stdout.readline()]
        time.sleep(0.03 + 0.05 * kill)
        os.kill(writer.pid, signal.SIGKILL)
        told += writer.stdout.readlines()
    # A line that was cut off by the kill acknowledged nothing.
    return [line.strip() for line in told if line.endswith("\n")]
