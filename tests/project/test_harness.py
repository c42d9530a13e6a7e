"""The tests' own footing: what they stand on must be what they think it is."""

import os
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, text

from tests.conftest import OutsideCallError

ROOT = Path(__file__).resolve().parents[2]


def test_the_local_zone_is_neither_utc_nor_beijing():
    offset = datetime(2025, 3, 3, tzinfo=UTC).astimezone().utcoffset()
    assert offset.total_seconds() == -9.5 * 3600


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "zjcs.example"])
def test_no_test_can_reach_another_machine(host):
    with pytest.raises(OutsideCallError, match=host):
        socket.create_connection((host, 80), timeout=1)


def test_an_address_already_looked_up_is_refused_too():
    with socket.socket() as plain, pytest.raises(OutsideCallError, match=r"192\.0\.2\.1"):
        plain.connect(("192.0.2.1", 80))


def test_this_machine_can_be_reached():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=1).close()


def test_every_test_gets_the_whole_schema_and_nothing_else(engine: Engine):
    with engine.begin() as connection:
        tables = inspect(connection).get_table_names()
        assert "alembic_version" in tables
        assert len(tables) > 1
        connection.execute(text("CREATE TABLE left_behind (n INTEGER)"))


test_what_one_test_leaves_behind_another_does_not_see = (
    test_every_test_gets_the_whole_schema_and_nothing_else
)

KILLED = """
import os, signal, sys
sys.path.insert(0, sys.argv[1])
from tests.postgres import running_server
with running_server() as server:
    print(server.folder, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.postgres
def test_the_postgres_of_a_killed_test_run_goes_with_it(postgres_server):
    command = [sys.executable, "-c", KILLED, str(ROOT)]
    killed = subprocess.run(command, capture_output=True, text=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    folder = Path(killed.stdout.strip())
    patience = time.monotonic() + 10
    while folder.exists() and time.monotonic() < patience:
        os.sched_yield()
    assert not folder.exists()
