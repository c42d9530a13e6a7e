"""A draw whose row tells the worker never to look: it goes on, and the operator's tools say so."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from market.draws import jobs, lists, queries, selfcheck
from market.draws.rules import DrawState, Wait
from tests.market.draws.believing import faults, report
from tests.market.factories.bidding import a_session
from tests.market.factories.draws import (
    a_city,
    a_frozen_draw,
    a_supervisor_key,
    an_open_draw,
    enrol,
)

NEVER, LATER = "NULL", "'2031-01-01 00:00:00+00:00'"
MINUTES = timedelta(minutes=3)


def put_to_sleep(city, until):
    with city.here.engine.begin() as connection:
        connection.execute(text(f"UPDATE draw SET next_check_at = {until}"))


def alarms(city, draw):
    """Return what the desk says of a draw, and whether the list of what is overdue has it."""
    with city.reading() as work:
        found = selfcheck.blocks_of(work, city.here, city.draw(draw.id))
        return [block.kind for block in found], [row.draw.id for row in lists.overdue(work)]


@pytest.mark.parametrize("until", [NEVER, LATER])
def test_a_draw_that_was_put_to_sleep_is_overdue_and_goes_on(here, clock, until):
    city = a_city(here, clock)
    draw = an_open_draw(city)
    enrol(city, draw)
    put_to_sleep(city, until)
    clock.move_to(draw.enrol_close_at - timedelta(seconds=1))
    assert alarms(city, draw) == ([], [])
    assert jobs.run_due(here) == 0
    clock.move_to(draw.enrol_close_at + MINUTES)
    assert alarms(city, draw) == ([Wait.STEP_OVERDUE], [draw.id])
    jobs.run_due(here)
    assert alarms(city, draw) == ([], [])
    assert city.draw(draw.id).state is DrawState.FROZEN
    put_to_sleep(city, until)
    clock.move_to(draw.phi_at + MINUTES)
    kinds, overdue = alarms(city, draw)
    assert (Wait.STEP_OVERDUE in kinds, overdue) == (True, [draw.id])
    jobs.run_due(here)
    assert city.draw(draw.id).state is DrawState.DRAWN
    assert alarms(city, draw) == ([], [])
    assert faults(report(city, draw)) == []


def test_a_draw_that_waits_for_people_may_rest_until_its_result_is_due(here, clock):
    city = a_city(here, clock)
    a_supervisor_key(city)
    draw = a_frozen_draw(city, mode="D2")
    clock.move_to(draw.phi_at)
    jobs.run_due(here)
    assert city.draw(draw.id).next_check_at is None
    clock.move_to(draw.result_by_at - timedelta(seconds=1))
    assert alarms(city, draw) == ([Wait.PROOFS], [])
    with city.reading() as work:
        assert queries.due_draws(work, None, 10) == []
        assert queries.sleeping_draws(work, None, 10) == []
    clock.move_to(draw.result_by_at)
    jobs.run_due(here)
    assert city.draw(draw.id).next_check_at == clock() + jobs.RETRY
    put_to_sleep(city, NEVER)
    clock.advance(MINUTES)
    kinds, overdue = alarms(city, draw)
    assert (Wait.STEP_OVERDUE in kinds, overdue) == (True, [draw.id])


def test_a_list_that_waits_for_live_bids_is_not_overdue_and_what_is_late_is_late(fast_here, clock):
    city = a_city(fast_here, clock, firms=4)
    draw = a_session(city)
    clock.advance(MINUTES)
    assert alarms(city, draw) == ([], [])
    put_to_sleep(city, LATER)
    clock.advance(timedelta(seconds=1))
    assert alarms(city, draw) == ([Wait.STEP_OVERDUE], [draw.id])
    with city.reading() as work:
        assert lists.late_since(city.draw(draw.id), work.now) < work.now
