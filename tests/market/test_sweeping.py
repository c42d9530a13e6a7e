"""Sweeps: every row has its turn, a broken one holds up no other, two workers do a row once."""

import importlib
import inspect
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from market import sweeping
from market.accounts.model import Organisation
from market.credit import jobs as credit
from market.credit.model import Breach
from market.db import Actor, reading_work, unit_of_work
from market.draws import actions as draws
from market.draws import jobs
from market.draws.model import Award
from market.draws.queries import own_award
from market.errors import ConflictError
from market.firms import jobs as firms
from market.firms.model import Firm
from market.firms.rules import FirmState
from market.jobs import SWEEPS
from market.sweeping import CHANCE, FIRST_WAIT, LONGEST_WAIT, Task, put_off, sweep, wait_after
from tests.market.factories.draws import a_city, an_offered_award
from tests.market.factories.firms import a_code, a_public_firm, an_operator
from tests.market.firms.conftest import sign_in

__all__ = ["sign_in"]

ACTOR = Actor("job:test")
WAITING, DONE = "等待办理", "已经办理"
# These delete what nobody asks for any more, all at once.
WHOLE = {"market.accounts.jobs", "market.web.once"}
# These have a job of their own beside the tick.
OWN_JOBS = {"market.firms.import_jobs"}


def rows(here, number):
    """Put so many organisations there for a task of the test's own."""
    with here.sessions.begin() as session:
        facts = {"kind": "owner", "created_at": here.clock()}
        session.execute(
            insert(Organisation),
            [{"code": a_code(), "name": f"{WAITING}{n}", **facts} for n in range(number)],
        )
        return session.scalars(select(Organisation.id).order_by(Organisation.id)).all()


def waiting(work, after, limit):
    return work.session.scalars(
        select(Organisation.id)
        .where(Organisation.name.startswith(WAITING), Organisation.id > (after or 0))
        .order_by(Organisation.id)
        .limit(limit)
    ).all()


def do(work, key):
    """Do a row once: whoever comes second finds it done."""
    row = work.session.get_one(Organisation, key, with_for_update=True)
    if not row.name.startswith(WAITING):
        return 0
    row.name = f"{DONE}{row.name}"
    return 1


def a_task(**differences):
    return Task(**{"name": "test", "find": waiting, "do": do, **differences})


def failing(*keys, error=RuntimeError):
    """Return what fails at some rows until they are taken away."""

    def try_to(work, key):
        done = do(work, key)
        if key in keys:
            raise error("坏记录") if error is RuntimeError else error
        return done

    return try_to


def noted(here):
    with reading_work(here.sessions, ACTOR, here.clock) as work:
        return [(row.key, row.tries, row.fault, row.again_at) for row in put_off(work)]


def test_every_one_of_1200_rows_has_its_turn_in_one_sweep(fast_here):
    rows(fast_here, 1200)
    assert sweep(fast_here, ACTOR, a_task()) == 1200
    assert sweep(fast_here, ACTOR, a_task()) == 0


def test_rows_that_fail_stop_no_other_though_they_fill_whole_batches(
    fast_here, monkeypatch, caplog
):
    monkeypatch.setattr(sweeping, "BATCH", 3)
    keys = rows(fast_here, 12)
    broken = keys[:7]
    assert sweep(fast_here, ACTOR, a_task(do=failing(*broken))) == 5
    assert [key for key, *_ in noted(fast_here)] == sorted(map(str, broken))
    assert all(f"test {key} could not be done" in caplog.text for key in broken)


def test_a_row_that_fails_is_put_off_longer_each_time_and_then_done(fast_here, clock):
    (key,) = rows(fast_here, 1)
    task = a_task(do=failing(key))
    for tries in range(1, 9):
        assert sweep(fast_here, ACTOR, task) == 0
        again_at = clock() + wait_after(tries)
        assert noted(fast_here) == [(str(key), tries, "RuntimeError", again_at)]
        if tries > 1:
            clock.move_to(again_at - timedelta(seconds=1))
            assert sweep(fast_here, ACTOR, a_task()) == 0
        clock.move_to(again_at)
    assert sweep(fast_here, ACTOR, a_task()) == 1
    assert noted(fast_here) == []


def test_what_somebody_did_meanwhile_is_not_put_off_any_more(fast_here):
    (key,) = rows(fast_here, 1)
    sweep(fast_here, ACTOR, a_task(do=failing(key)))
    with unit_of_work(fast_here.sessions, ACTOR, fast_here.clock) as work:
        do(work, key)
    assert sweep(fast_here, ACTOR, a_task()) == 0
    assert noted(fast_here) == []


def test_tasks_do_not_put_off_one_another_s_rows(fast_here):
    (key,) = rows(fast_here, 1)
    for _ in range(3):
        sweep(fast_here, ACTOR, a_task(do=failing(key)))
    assert sweep(fast_here, ACTOR, a_task(name="other")) == 1


def test_a_person_who_is_first_is_no_fault(fast_here, caplog):
    (key,) = rows(fast_here, 1)
    assert sweep(fast_here, ACTOR, a_task(do=failing(key, error=ConflictError))) == 0
    assert (noted(fast_here), caplog.text) == ([], "")


def test_who_is_always_second_is_put_off_and_told(fast_here, clock, caplog):
    (key,) = rows(fast_here, 1)
    task = a_task(do=failing(key, error=ConflictError))
    for _ in range(CHANCE):
        sweep(fast_here, ACTOR, task)
        assert (noted(fast_here), caplog.text) == ([], "")
    sweep(fast_here, ACTOR, task)
    again_at = clock() + FIRST_WAIT
    assert noted(fast_here) == [(str(key), CHANCE + 1, "ConflictError", again_at)]
    assert f"test {key} meets another writer" in caplog.text
    assert sweep(fast_here, ACTOR, a_task()) == 0
    clock.move_to(again_at)
    assert sweep(fast_here, ACTOR, a_task()) == 1
    assert noted(fast_here) == []


def test_a_few_conflicts_are_forgotten_when_the_row_is_done(fast_here):
    (key,) = rows(fast_here, 1)
    sweep(fast_here, ACTOR, a_task(do=failing(key, error=ConflictError)))
    assert sweep(fast_here, ACTOR, a_task()) == 1
    with fast_here.sessions() as session:
        assert not session.scalars(select(sweeping.PutOff)).all()


def test_the_operator_is_shown_what_is_put_off(fast_here, sign_in):
    (key,) = rows(fast_here, 1)
    desk = sign_in(an_operator(fast_here))
    assert "没有暂缓的单件" in desk.get("/clocks/put-off").text
    assert "查明自动办理不成的事项" not in desk.get("/workbench").text
    sweep(fast_here, ACTOR, a_task(do=failing(key)))
    page = desk.get("/clocks/put-off").text
    assert f"test {key}" in page
    assert "RuntimeError" in page
    assert "坏记录" not in page
    assert "查明自动办理不成的事项" in desk.get("/workbench").text


def test_a_violated_constraint_is_a_fault_the_second_time(fast_here, caplog):
    (key,) = rows(fast_here, 1)
    task = a_task(do=failing(key, error=IntegrityError("", {}, Exception())))
    sweep(fast_here, ACTOR, task)
    assert caplog.text == ""
    sweep(fast_here, ACTOR, task)
    assert "could not be done" in caplog.text


def test_two_workers_at_once_do_no_row_twice(here, monkeypatch):
    monkeypatch.setattr(sweeping, "BATCH", 7)
    keys = rows(here, 40)
    task = a_task(do=failing(keys[0]))
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda _: sweep(here, ACTOR, task), range(2)))
    assert sum(done) == 39
    with here.sessions() as session:
        names = session.scalars(select(Organisation.name).where(Organisation.id > keys[0])).all()
    assert all(name.count(DONE) == 1 for name in names)
    assert [key for key, *_ in noted(here)] == [str(keys[0])]


@pytest.mark.parametrize("module", sorted({module for _, module, _ in SWEEPS} - WHOLE | OWN_JOBS))
def test_every_sweep_over_rows_goes_the_one_way(module):
    assert "market.sweeping" in inspect.getsource(importlib.import_module(module))


@given(st.integers(1, 10_000))
def test_waits_grow_and_end(tries):
    assert wait_after(tries) <= wait_after(tries + 1) <= LONGEST_WAIT
    assert tries == 1 or wait_after(tries) >= FIRST_WAIT


def test_a_firm_that_cannot_be_read_holds_up_no_other(fast_here, clock):
    broken, fine = (a_public_firm(fast_here)[0] for _ in range(2))
    with fast_here.engine.begin() as connection:
        connection.exec_driver_sql(
            f"UPDATE firm SET registered_on = 'a date that was lost' WHERE id = {broken.id}"
        )
    clock.move_to(fine.publicity_ends_at)
    assert firms.sweep(fast_here) == 1
    with fast_here.sessions() as session:
        assert session.get_one(Firm, fine.id).state is FirmState.LISTED
    assert [key for key, *_ in noted(fast_here)] == [str(broken.id)]


def test_a_loss_that_cannot_be_entered_holds_up_no_other(fast_here, clock):
    city = a_city(fast_here, clock)
    lost = []
    for _ in range(2):
        lost.append(drawn := an_offered_award(fast_here, clock, city=city))
        with city.work(drawn.delegate) as work:
            draws.decline(work, own_award(work, drawn.award.number), "人员排不开，申请放弃。")
    with fast_here.sessions.begin() as session:
        award = session.get_one(Award, lost[0].award.id)
        award.answered_at -= timedelta(days=40_000)  # No rules were in force then.
    assert credit.sweep(fast_here) > 0
    assert [key for key, *_ in noted(fast_here)] == [str(lost[0].award.id)]
    with fast_here.sessions() as session:
        entered = session.scalars(select(Breach.source_id)).all()
    assert lost[0].award.id not in entered
    assert lost[1].award.id in entered


@pytest.mark.parametrize("until", [None, timedelta(days=3000)])
def test_an_award_put_to_sleep_goes_on_at_its_own_last_day(here, clock, until):
    drawn = an_offered_award(here, clock)
    with here.sessions.begin() as session:
        award = session.get_one(Award, drawn.award.id)
        award.next_check_at = None if until is None else clock() + until
    clock.move_to(drawn.award.answer_by_at - timedelta(seconds=1))
    assert jobs.run_due(here) == 0
    clock.move_to(drawn.award.answer_by_at)
    assert jobs.run_due(here) == 1
    (first, second) = drawn.city.awards(drawn.draw.id)
    assert (first.state.value, second.state.value) == ("lapsed", "publicity")


def test_an_award_woken_too_early_keeps_its_days(fast_here, clock):
    drawn = an_offered_award(fast_here, clock)
    with fast_here.sessions.begin() as session:
        session.get_one(Award, drawn.award.id).next_check_at = clock()
    assert jobs.run_due(fast_here) == 0
    (award,) = drawn.city.awards(drawn.draw.id)
    assert (award.state.value, award.next_check_at) == ("offered", drawn.award.answer_by_at)
