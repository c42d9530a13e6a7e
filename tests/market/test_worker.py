"""The worker: one leads, another takes over, and nothing that fails stops it."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from audit import lease, store
from market import jobs, log
from market.config import Config
from market.db import Actor, unit_of_work
from market.installation import Installation
from market.worker import LEASE, LEASE_SECONDS, SEQUENCE_SECONDS, TICK_SECONDS, Worker
from tests.market.factories.accounts import an_organisation

EXPIRY = timedelta(seconds=LEASE_SECONDS)


def queued(here) -> int:
    with here.engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(store.queue))


def an_entry(here) -> None:
    with unit_of_work(here.sessions, Actor("job:test"), here.clock) as work:
        an_organisation(work)


def test_of_two_workers_one_leads(here):
    first, second = Worker(here), Worker(here)
    assert first.holder != second.holder
    assert (first.leads(), second.leads(), first.leads(), second.leads()) == (
        True,
        False,
        True,
        False,
    )


def test_workers_that_start_together_get_one_leader(here):
    workers = [Worker(here) for _ in range(6)]
    together = threading.Barrier(len(workers))
    led: list[bool] = []

    def start(worker: Worker) -> None:
        together.wait()
        led.append(worker.leads())

    threads = [threading.Thread(target=start, args=(worker,)) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(led) == [False] * 5 + [True]


def test_a_killed_leaders_lease_is_taken_over_when_it_runs_out(here, clock):
    killed, standby = Worker(here), Worker(here)
    assert killed.leads()
    clock.advance(EXPIRY - timedelta(seconds=1))
    assert not standby.leads()
    clock.advance(timedelta(seconds=1))
    assert standby.leads()
    assert not killed.leads()  # should it come back after all


def test_a_leader_that_renews_is_not_replaced(here, clock):
    leader, standby = Worker(here), Worker(here)
    for _ in range(5):
        assert leader.leads()
        assert not standby.leads()
        clock.advance(EXPIRY / 2)


def test_only_the_leader_works(fast_here):
    leader, standby = Worker(fast_here), Worker(fast_here)
    assert leader.leads()
    an_entry(fast_here)
    standby.tick()
    standby.sequence()
    assert queued(fast_here) == 1
    leader.sequence()
    assert queued(fast_here) == 0
    an_entry(fast_here)
    leader.tick()
    assert queued(fast_here) == 0


def test_the_lease_outlives_several_ticks():
    assert LEASE_SECONDS > 3 * TICK_SECONDS > SEQUENCE_SECONDS > 0


@pytest.fixture
def running(sqlite_url, fast_here):
    """An installation under the real clock, and a worker that runs in it."""
    config = Config(database_url=sqlite_url, data_dir=fast_here.config.data_dir)
    here = Installation.open(config)
    worker = Worker(here)
    worker.start()
    yield here, worker
    if worker._scheduler.running:
        worker.stop()
    here.engine.dispose()


def test_a_running_worker_sequences_within_a_second_or_two_and_gives_the_lease_back(running):
    here, worker = running
    done = threading.Event()
    an_entry(here)
    worker._scheduler.add_listener(lambda _event: queued(here) or done.set())
    assert done.wait(timeout=10)
    worker.stop()
    with here.engine.connect() as connection:
        assert log.log_of(here).verify(connection) == []
        assert store.size(connection) == 1
        [row] = connection.execute(select(lease.leases).where(lease.leases.c.name == LEASE))
        assert row.until_us == 0
    assert Worker(here).leads()


def test_a_tick_that_fails_altogether_does_not_end_the_worker(running, monkeypatch, caplog):
    here, worker = running

    def fail(_here):
        raise RuntimeError("no database today")

    monkeypatch.setattr(jobs, "tick", fail)
    failed, again = threading.Event(), threading.Event()
    worker._scheduler.add_listener(lambda event: event.exception and failed.set(), mask=8192)
    worker._scheduler.add_job(worker.tick, "date")
    assert failed.wait(timeout=10)
    worker._scheduler.add_job(again.set, "date")
    assert again.wait(timeout=10)
    assert "no database today" in caplog.text
    assert here.engine is worker.here.engine
