"""The real platform over real HTTP, on both databases, watched by somebody else."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

import pytest
from waitress import wasyncore
from waitress.server import create_server

from market import jobs
from market.app import create_app
from market.clock import ManualClock
from market.installation import Installation
from market.monitoring.folder import Folder
from market.monitoring.monitor import open_monitor
from tests.market.conftest import MONDAY_MORNING
from tests.market.factories.draws import a_city, an_open_draw, enrol


@pytest.fixture
def clock() -> ManualClock:
    """The platform's clock, by which its watcher lives here as well."""
    return ManualClock(MONDAY_MORNING)


@contextmanager
def served(here: Installation) -> Iterator[str]:
    """Serve an installation as the web process does."""
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    sockets: dict = {}
    server = create_server(create_app(here), map=sockets, host="127.0.0.1", port=0, threads=2)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.task_dispatcher.shutdown(cancel_pending=True, timeout=5)
    # The loop may be at its thunks already, and closed before it is woken.
    with suppress(OSError):
        server.trigger.pull_trigger(lambda: wasyncore.close_all(sockets))
    thread.join(timeout=5)


def test_a_city_is_followed_from_its_first_entry_to_a_result(here, clock, tmp_path):
    city = a_city(here, clock)
    (tmp_path / "policy").write_text(city.policy(), "utf-8")
    with served(here) as url, Folder(tmp_path / "state") as folder:
        monitor = open_monitor(url, tmp_path / "policy", folder, clock)
        assert monitor.round().open == ()
        draw = an_open_draw(city)
        enrol(city, draw)
        jobs.tick(here)
        assert (monitor.round().draws, monitor.round().finished) == (1, 0)
        clock.move_to(draw.enrol_close_at)
        jobs.tick(here)
        assert monitor.round().open == ()
        clock.move_to(draw.phi_at)
        jobs.tick(here)
        jobs.tick(here)
        done = monitor.round()
        assert (done.open, done.finished, done.verified) == ((), 1, 1)


def test_a_platform_that_stands_still_is_overdue(fast_here, clock, tmp_path):
    city = a_city(fast_here, clock)
    (tmp_path / "policy").write_text(city.policy(), "utf-8")
    draw = an_open_draw(city)
    enrol(city, draw)
    jobs.tick(fast_here)
    with served(fast_here) as url, Folder(tmp_path / "state") as folder:
        monitor = open_monitor(url, tmp_path / "policy", folder, clock)
        clock.move_to(draw.result_by_at + timedelta(minutes=2))
        codes = {kept.finding.code for kept in monitor.round().open}
        assert codes == {f"OVERDUE_{step}" for step in ("CLOSE", "FREEZE", "PHI", "RESULT")}
        jobs.tick(fast_here)
        codes = {kept.finding.code for kept in monitor.round().open}
        assert codes == {"LATE_VOID", "LATE_VOID_SEEN", "V12"}
