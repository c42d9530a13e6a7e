"""A lease has one holder at a time, and its epoch tells the holders apart."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from audit.lease import release, take
from tests.audit.making import NOW


def ask(engine, holder, *, after=0.0, seconds=10.0, name="sweep"):
    with engine.begin() as connection:
        return take(connection, name, holder, NOW + timedelta(seconds=after), seconds)


def test_one_holds_and_the_other_waits_until_it_runs_out(log_engine):
    assert ask(log_engine, "a") == 1
    assert ask(log_engine, "b", after=9.999999) is None
    assert ask(log_engine, "b", after=10) == 2
    assert ask(log_engine, "a", after=11) is None


def test_a_holder_extends_its_lease_in_the_same_epoch(log_engine):
    assert ask(log_engine, "a") == 1
    assert ask(log_engine, "a", after=5) == 1
    assert ask(log_engine, "b", after=12) is None
    assert ask(log_engine, "a", after=100) == 2


def test_a_released_lease_is_free_at_once(log_engine):
    assert ask(log_engine, "a") == 1
    with log_engine.begin() as connection:
        release(connection, "sweep", "b")
    assert ask(log_engine, "b") is None
    with log_engine.begin() as connection:
        release(connection, "sweep", "a")
    assert ask(log_engine, "b") == 2


def test_leases_of_other_names_are_other_leases(log_engine):
    assert ask(log_engine, "a", name="sweep") == 1
    assert ask(log_engine, "b", name="sequencer") == 1


def test_of_many_that_ask_together_one_gets_it(log_engine):
    with ThreadPoolExecutor(8) as pool:
        for round_ in range(5):
            after = 20.0 * round_
            asked = pool.map(lambda n, at=after: ask(log_engine, f"h{n}", after=at), range(8))
            assert [epoch for epoch in asked if epoch] == [round_ + 1]


def test_a_lease_needs_a_time_and_a_length(sqlite_log_engine):
    with sqlite_log_engine.begin() as connection:
        with pytest.raises(ValueError, match="aware"):
            take(connection, "sweep", "a", NOW.replace(tzinfo=None), 5)
        with pytest.raises(ValueError, match="positive"):
            take(connection, "sweep", "a", NOW, 0)
