"""Sessions: many draws share one value, which is carried in and checked once."""

import time
from datetime import date, timedelta

import pytest

from market.clock import beijing
from market.draws import actions, jobs, outcome, queries
from market.draws.model import BeaconRound, Draw
from market.draws.rules import DrawState
from market.needs import actions as needs
from market.needs.limits import timetable_at
from market.needs.queries import by_id as need_by_id
from market.needs.rules import session_at_or_after
from tests.lengths import length
from tests.market.draws.beacon_days import PHI_AT, ROUND, SIGNATURE, timetable_of
from tests.market.draws.believing import faults, report, run_at
from tests.market.factories.draws import a_project, an_open_draw, enrol, need_facts

# Two hundred draws take a while to publish and to enrol in.
MANY = length(30, 200)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ((9, 0), (10, 35)),
        ((10, 35), (10, 35)),
        ((10, 36), (15, 35)),
        ((15, 35), (15, 35)),
    ],
)
def test_the_value_comes_in_the_next_session(at, expected):
    day = date(2026, 3, 9)
    sessions = ("15:35", "10:35")
    assert session_at_or_after(beijing(day, *at), sessions) == beijing(day, *expected)


def test_after_the_last_session_comes_the_first_of_the_next_day():
    at = beijing(date(2026, 3, 9), 20)
    assert session_at_or_after(at, ("10:35",)) == beijing(date(2026, 3, 10), 10, 35)
    assert session_at_or_after(at, ()) == at


def test_by_default_all_draws_that_close_at_one_time_share_an_instant(city, clock):
    times = timetable_at(clock(), 9_800_000, "A")
    assert times.phi_at == beijing(date(2026, 3, 9), 10, 35) + (
        times.enrol_close_at - beijing(date(2026, 3, 9), 10)
    )
    assert times.phi_at - times.freeze_by_at >= timedelta(minutes=30)
    evening = timetable_at(clock(), 9_800_000, "B")
    assert evening.phi_at == beijing(evening.enrol_close_at.date(), 21, 15)


def test_the_draws_of_a_day_are_listed_by_their_sessions(city):
    one, two = an_open_draw(city), an_open_draw(city)
    numbers = an_open_draw(city, mode="B", issue="2026063")
    day = (one.phi_at + timedelta(hours=8)).date()
    with city.reading() as work:
        sessions = queries.sessions_on(work, day)
        assert [len(session.seats) for session in sessions] == [2, 1]
        assert sessions[1].key == "cwl-kl8/2026063"
        found = queries.session_of(work, work.session.get_one(Draw, two.id))
        assert [seat.draw.id for seat in found.seats] == [one.id, two.id]
        assert queries.session_of(work, work.session.get_one(Draw, numbers.id)).waiting == []
        assert queries.sessions_on(work, day + timedelta(days=30)) == []


def many_draws(city, number):
    """Publish many needs of mode A in one session, three firms in each."""
    city.clock.move_to(beijing(date(2026, 9, 14), 9))
    with city.work(city.clerk) as work:
        ids = [
            needs.draft(work, need_facts(mode="A", **a_project(each))).id for each in range(number)
        ]
        for need_id in ids:
            needs.submit(work, need_by_id(work, need_id))
    with city.work(city.approver) as work:
        for need_id in ids:
            needs.approve(work, need_by_id(work, need_id))
    times = timetable_of(city.clock)
    with city.work(city.operator) as work:
        draws = [
            actions.publish(work, city.here, need_by_id(work, need_id), times) for need_id in ids
        ]
    for _, delegate in city.firms[:3]:
        with city.work(delegate) as work:
            for draw in draws:
                actions.enrol(work, work.session.get_one(Draw, draw.id))
    return draws


@pytest.mark.long
def test_one_round_serves_many_draws_and_is_checked_once(city):
    draws = many_draws(city, MANY)
    run_at(city, draws[0].enrol_close_at)
    city.clock.move_to(PHI_AT)
    outcome.check_round.cache_clear()
    began = time.monotonic()
    with city.work(city.operator) as work:
        done = actions.submit_phi_round(work, city.here, ROUND, SIGNATURE)
    assert 0 < done <= MANY
    jobs.run_due(city.here)
    spent = time.monotonic() - began
    assert outcome.check_round.cache_info().misses == 1
    with city.reading() as work:
        states = [work.session.get_one(Draw, draw.id).state for draw in draws]
        assert states == [DrawState.DRAWN] * MANY
        assert work.session.query(BeaconRound).count() == 1
        seeds = {work.session.get_one(Draw, draw.id).seed for draw in draws}
    assert len(seeds) == MANY
    assert spent < 60
    assert faults(report(city, draws[0])) == []
    assert faults(report(city, draws[-1])) == []


def test_a_round_that_is_there_serves_a_draw_that_comes_later(city):
    [draw] = many_draws(city, 1)
    enrol(city, draw, city.firms[3][1])
    run_at(city, draw.enrol_close_at)
    city.clock.move_to(PHI_AT)
    with city.work(city.operator) as work:
        work.session.add(
            BeaconRound(round=ROUND, signature=SIGNATURE, at=work.now, by=work.actor.name)
        )
    jobs.run_due(city.here)
    assert city.draw(draw.id).state is DrawState.DRAWN
