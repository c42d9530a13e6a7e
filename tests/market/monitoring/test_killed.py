"""A monitor that is killed at any instant goes on where it was, and says nothing twice."""

import json
import os
import secrets
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest

from audit.directory import verify_export
from market.monitoring.findings import Journal
from market.monitoring.folder import Folder
from tests.audit.making import entries
from tests.lengths import length
from tests.lottery.minilog import LOG_SEED, ORIGIN, MiniLog, vkey
from tests.lottery.story import T_PHI, Story, told
from tests.market.monitoring.standin import Platform, Watch, an_announced

VKEY = vkey(ORIGIN, 1, LOG_SEED)
KILLS = length(12, 300)
LONGEST_SECONDS = 0.25
LOOP = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from market.monitoring.folder import Folder
from market.monitoring.monitor import open_monitor
url, policy, folder, now = sys.argv[1:]
with Folder(Path(folder)) as kept:
    monitor = open_monitor(url, Path(policy), kept, lambda: datetime.fromtimestamp(int(now), UTC))
    print("ready", flush=True)
    while True:
        monitor.round()
"""


def killed_somewhere(watch: Watch, now: int) -> None:
    """Run a monitor that never rests, and kill it."""
    process = subprocess.Popen(
        [sys.executable, "-c", LOOP, watch.url, watch.policy, watch.path, str(now)],
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    time.sleep(secrets.randbelow(1000) / 1000 * LONGEST_SECONDS)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()


@pytest.mark.long
def test_a_monitor_can_be_killed_at_any_instant(platform: Platform, watch: Watch, clock):
    clock.move_to(datetime.fromtimestamp(T_PHI + 7000, UTC))
    story = told(an_announced(Story("D2", log=MiniLog(entries(200)))))
    platform.publish(story.log)
    watch.once()  # one whole look: NO_BUNDLE
    platform.publish_bundle(story.bundle())
    for kill in range(KILLS):
        for body in entries(20, 1000 * (kill + 1)):
            story.log.append(body)
        platform.publish(story.log, cosigned={} if kill % 2 else None)
        killed_somewhere(watch, T_PHI + 7000 + 200 * kill)
        with Folder(watch.path):
            Journal(watch.path / "findings.ndjson")
    platform.publish(story.log)
    done = watch.once()

    assert (done.size, done.open, done.verified) == (len(story.log.entries), (), 1)
    kept = {str(path): path.read_bytes() for path in watch.path.rglob("*.checkpoint")}
    assert verify_export(watch.path / "log", VKEY, kept) == []
    assert_said_once(watch)


def assert_said_once(watch: Watch) -> None:
    """Each finding of the journal is found, then gone, then perhaps found again."""
    state: dict[str, str] = {}
    for line in (watch.path / "findings.ndjson").read_text("utf-8").splitlines():
        row = json.loads(line)
        name = f"{row['code']}/{row['draw']}/{row['subject']}"
        assert row["event"] == ("gone" if state.get(name) == "found" else "found"), line
        state[name] = row["event"]
    assert state
    assert set(state.values()) == {"gone"}


def test_half_a_line_is_not_a_line(tmp_path):
    journal = tmp_path / "findings.ndjson"
    for half in (b"", b'{"event":"found","co', b"\n"[:0]):
        journal.write_bytes(half)
        assert Journal(journal).open == {}
        assert journal.read_bytes() == b""
