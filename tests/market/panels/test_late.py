"""A value that comes late gives the same panel: nobody gets another one by not bringing it."""

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from market.clock import beijing
from market.draws import actions
from market.draws import jobs as draws
from market.draws.rules import LOST_AFTER, DrawState, VoidReason
from market.needs.model import NeedFailure
from market.needs.rules import Timetable
from market.panels import jobs, queries
from market.panels.errors import PanelWaitsError
from market.panels.model import Panel
from market.panels.rules import SeatState, VoidGround
from market.selfaudit.compare import compare
from tests.market.draws.beacon_days import PHI_AT, ROUND, SIGNATURE
from tests.market.draws.test_closing import renotice
from tests.market.draws.test_pages import site_of
from tests.market.factories.draws import a_checked_need, enrol, publish
from tests.market.factories.panels import (
    CRITERIA,
    a_city_with_a_pool,
    a_scored_draw,
    accept,
    closed,
    panel_of,
    people_of,
    seats_of,
)
from tests.market.factories.proposals import hand_in_all
from tests.market.factories.quotes import number_of
from tests.market.factories.witnesses import witnessed
from tests.market.panels.test_panels import check, order_of

SECOND = timedelta(seconds=1)
CLOSE_AT = PHI_AT - timedelta(hours=1)
OVER_AT = CLOSE_AT + timedelta(hours=72)


@pytest.fixture
def frozen(fast_here, clock):
    """A city, its pool, a draw, and its panel that waits for a round of the vectors."""
    city, pool = a_city_with_a_pool(fast_here, clock)
    clock.move_to(beijing(date(2026, 9, 14), 9))
    times = Timetable(
        enrol_open_at=clock(),
        enrol_close_at=CLOSE_AT,
        freeze_by_at=OVER_AT + timedelta(minutes=5),
        reveal_by_at=OVER_AT + timedelta(minutes=15),
        phi_at=OVER_AT + timedelta(hours=1),
        result_by_at=OVER_AT + timedelta(hours=2),
        scoring_by_at=OVER_AT,
    )
    need = a_checked_need(city, mode="A", method="scored", criteria=CRITERIA)
    draw = publish(city, need, times)
    panel = closed(city, draw)
    assert (panel.state, panel.phi_round) == (DrawState.FROZEN, ROUND)
    return city, pool, draw, panel


def bring(city):
    with city.work(city.firms[0][1]) as work:  # anybody who is signed in
        actions.submit_phi_round(work, city.here, ROUND, SIGNATURE)


def run(city, *, at=None):
    if at is not None:
        city.clock.move_to(at)
    jobs.run_due(city.here)
    draws.run_due(city.here)


def count_panels(city):
    with city.reading() as work:
        return work.session.scalar(select(func.count(Panel.id)))


def failure_of(city, draw):
    with city.reading() as work:
        return work.session.scalars(
            select(NeedFailure.diagnosis).where(NeedFailure.need_id == draw.need_id)
        ).one()


def test_a_round_that_is_not_brought_fails_the_need_and_the_same_panel_serves_on(frozen):
    city, pool, draw, panel = frozen
    by_at = queries.call_by_at(panel)
    run(city, at=by_at)
    assert city.draw(draw.id).state is DrawState.CLOSED
    run(city, at=by_at + SECOND)
    failed = city.draw(draw.id)
    assert (failed.state, failed.void_reason) == (DrawState.VOID, VoidReason.PANEL_LATE)
    assert f"信标第 {ROUND} 轮应于" in failure_of(city, draw)
    assert "因此流标 1 次" in failure_of(city, draw)
    with pytest.raises(PanelWaitsError):
        renotice(city, draw)
    run(city, at=panel.phi_at + timedelta(days=9))  # a round does not expire
    assert panel_of(city, draw).state is DrawState.FROZEN
    page = site_of(city).as_().get(f"/panels/{panel.number}").text
    assert "随机值没有按时带入" in page
    bring(city)
    run(city)
    assert seats_of(city, panel) == []
    order = order_of(city, panel)
    assert check(city, panel) == set(order[:5])
    second = renotice(city, draw)
    assert compare(city.here).differences == ()
    assert panel_of(city, second).id == panel.id
    close(city, second)
    run(city, at=second.enrol_close_at + timedelta(hours=1))
    assert [seat.expert_code for seat in seats_of(city, panel)] == order[:5]
    accept(city, panel, people_of(panel, pool)[order[0]])
    assert count_panels(city) == 1
    assert check(city, panel) == set(order[:5])
    assert compare(city.here).differences == ()
    for notice in (draw, second):
        address = f"/panels/of/{number_of(city, notice)}"
        assert panel.number in site_of(city).as_().get(address).headers["Location"]


def close(city, draw):
    """Let every firm enrol and hand in, and let enrolment close."""
    enrol(city, draw)
    hand_in_all(city, draw)
    run(city, at=draw.enrol_close_at)


@pytest.mark.parametrize(
    "order",
    [("draws", "bring", "panels"), ("bring", "panels", "draws"), ("panels", "draws", "bring")],
)
def test_whatever_comes_first_there_is_one_panel(frozen, order):
    city, _, draw, panel = frozen
    city.clock.move_to(queries.call_by_at(panel) + SECOND)
    deeds = {
        "bring": lambda: bring(city),
        "panels": lambda: jobs.run_due(city.here),
        "draws": lambda: draws.run_due(city.here),
    }
    for deed in order:
        deeds[deed]()
    run(city)
    run(city)
    failed = city.draw(draw.id)
    assert (failed.state, failed.void_reason) == (DrawState.VOID, VoidReason.PANEL_LATE)
    assert (panel_of(city, draw).state, seats_of(city, panel)) == (DrawState.DRAWN, [])
    second = renotice(city, draw)
    assert (count_panels(city), panel_of(city, second).id) == (1, panel.id)


def test_a_value_in_time_calls_the_experts_and_at_the_last_minute_nobody(fast_here, clock):
    city, _ = a_city_with_a_pool(fast_here, clock)
    draw = a_scored_draw(city)
    panel = closed(city, draw)
    run(city, at=queries.call_by_at(panel))
    assert [seat.state for seat in seats_of(city, panel)] == [SeatState.OFFERED] * 5
    assert city.draw(draw.id).state is DrawState.CLOSED


def test_a_list_that_nobody_saw_before_its_value_is_given_up_at_once(fast_here, clock, tmp_path):
    city, _ = a_city_with_a_pool(fast_here, clock)
    with witnessed(city, tmp_path / "witnesses") as (watched, stack, _):
        draw = a_scored_draw(watched)
        enrol(watched, draw)
        hand_in_all(watched, draw)
        stack.close()
        watched.clock.move_to(draw.enrol_close_at)
        draws.run_due(watched.here)
        jobs.run_due(watched.here)
        panel = panel_of(watched, draw)
        run(watched, at=panel.phi_at)
        assert watched.draw(draw.id).void_reason == VoidReason.NOT_SCORED
        second = panel_of(watched, renotice(watched, draw))
        assert second.id != panel.id
        with watched.reading() as work:
            document = json.loads(queries.file_of(work, second, queries.PANEL_FILE) or b"")
        assert [one["panel"] for one in document["previous"]] == [panel.number]
        run(watched, at=panel.phi_at + LOST_AFTER)
        given_up = panel_of(watched, draw)
        assert (given_up.state, given_up.void_ground) == (DrawState.VOID, VoidGround.NO_QUORUM)
