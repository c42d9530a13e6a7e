"""A tick: every sweep in its order, one failure stopping none of the others, then the log."""

import logging
from datetime import timedelta

import pytest

from market import jobs, log
from market.accounts import jobs as accounts
from market.db import Actor, reading_work, unit_of_work
from market.draws import jobs as draws
from market.draws.rules import DrawState
from tests.market.factories.accounts import an_organisation
from tests.market.factories.draws import a_city, an_open_draw, enrol


@pytest.fixture
def broken_accounts(monkeypatch):
    """A sweep that fails: nothing else stands for a fault that no one has thought of."""

    def fail(_here):
        raise RuntimeError("the disk is on fire")

    monkeypatch.setattr(accounts, "sweep", fail)


def test_every_feature_with_something_that_time_does_is_swept_in_order():
    assert [name for name, _ in jobs.sweeps()] == [
        "accounts",
        "holidays",
        "clocks",
        "extensions",
        "supervision",
        "credit",
        "firms",
        "draws",
        "panels",
        "direct",
        "explanations",
        "contracts",
        "rereview",
        "ratings",
        "payments",
        "objections",
        "complaints",
        "dossiers",
        "documents",
        "forms",
        "messages",
    ]


def test_an_idle_tick_does_nothing_twice(here):
    nothing = dict.fromkeys((name for name, _ in jobs.sweeps()), 0) | {"log": 0}
    assert jobs.tick(here) == nothing
    assert jobs.tick(here) == nothing


def test_a_tick_gives_queued_entries_their_index(here):
    with unit_of_work(here.sessions, Actor("job:test"), here.clock) as work:
        an_organisation(work)
    assert jobs.tick(here)["log"] == 1
    assert jobs.tick(here)["log"] == 0


def test_a_sweep_that_fails_stops_no_other(fast_here, clock, broken_accounts, caplog):
    city = a_city(fast_here, clock, firms=3)
    draw = an_open_draw(city)
    enrol(city, draw)
    clock.move_to(draw.enrol_close_at)
    with caplog.at_level(logging.ERROR):
        done = jobs.tick(fast_here)
    assert done["accounts"] == -1
    assert done["draws"] > 0
    assert city.draw(draw.id).state is DrawState.FROZEN
    assert "sweep accounts failed" in caplog.text
    assert "the disk is on fire" in caplog.text


def test_what_was_missed_while_nothing_ran_is_caught_up_in_order(here, clock):
    city = a_city(here, clock, firms=3)
    draw = an_open_draw(city)
    enrol(city, draw)
    clock.advance(timedelta(days=30))  # the worker was down for a month
    jobs.tick(here)
    for _ in range(3):
        jobs.tick(here)
    # Too late to be drawn as announced, or drawn: but not left lying about.
    found = city.draw(draw.id)
    assert found.state in {DrawState.DRAWN, DrawState.VOID}
    assert draws.run_due(here) == 0
    with here.engine.connect() as connection:
        assert log.log_of(here).verify(connection) == []
    with reading_work(here.sessions, Actor("job:test"), here.clock) as work:
        assert work.now > found.enrol_close_at
