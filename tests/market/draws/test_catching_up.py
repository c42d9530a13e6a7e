"""A worker that was down: the same result, shown as late, wherever the protocol allows it."""

import shutil
from dataclasses import replace
from datetime import timedelta

import pytest

from market import log
from market.clock import ManualClock
from market.draws import jobs, queries
from market.draws.rules import DrawState
from tests.market.draws.believing import STEPS, faults, outcomes, report, run_at
from tests.market.draws.conftest import opened
from tests.market.draws.test_contributions import commit, contributors, reveal
from tests.market.factories.draws import a_frozen_draw, an_open_draw, enrol

LATER = [timedelta(minutes=3), timedelta(hours=5), timedelta(days=9)]


def copied(city, folder):
    """Return the same city on a copy of its database: what would have been."""
    city.here.engine.dispose()
    source = city.here.config.data_dir.parent
    shutil.copytree(source, folder)
    clock = ManualClock(city.clock())
    return replace(city, here=opened(folder, clock), clock=clock)


def outcome_of(city, draw):
    with city.reading() as work:
        order = [firm.code for _, firm in queries.places_of(work, draw)]
        cut = queries.cut_of(work, draw)
    return city.draw(draw.id).seed, order, cut.size, bytes(cut.checkpoint)


@pytest.mark.parametrize("late", LATER, ids=str)
def test_after_a_stop_at_the_frozen_list_the_result_is_the_same_and_shows_as_late(
    city, tmp_path, late
):
    draw = a_frozen_draw(city)
    stopped = copied(city, tmp_path / "stopped")
    run_at(city, draw.phi_at)
    run_at(stopped, draw.phi_at + late)
    assert outcome_of(stopped, draw) == outcome_of(city, draw)
    found = report(stopped, draw)
    assert faults(found) == []
    is_late = late > timedelta(minutes=10)
    assert outcomes(found)["V13"] == ("flagged" if is_late else "passed")
    valued = queries.timeline(stopped.draw(draw.id))[-1]
    assert valued.is_late == is_late
    stopped.here.engine.dispose()


@pytest.mark.parametrize("step", ["frozen", "revealed"])
def test_after_a_stop_before_the_cut_was_kept_the_same_cut_is_found(city, tmp_path, step):
    parties = contributors(city)
    draw = an_open_draw(city)
    enrol(city, draw)
    for party in parties:
        commit(city, draw, *party)
    run_at(city, draw.enrol_close_at)
    if step == "revealed":
        reveal(city, draw, parties[0][0], parties[0][1])
        jobs.run_due(city.here)
    stopped = copied(city, tmp_path / "stopped")
    run_at(city, draw.reveal_by_at + timedelta(seconds=1))
    run_at(city, draw.phi_at)
    run_at(stopped, draw.phi_at + timedelta(days=2))
    run_at(stopped, stopped.clock() + timedelta(minutes=2))
    assert outcome_of(stopped, draw) == outcome_of(city, draw)
    assert faults(report(stopped, draw)) == []
    stopped.here.engine.dispose()


@pytest.mark.parametrize("places", range(len(STEPS)))
def test_after_a_stop_at_any_step_it_goes_on_from_there(city, places):
    draw = an_open_draw(city)
    enrol(city, draw)
    city.clock.move_to(draw.enrol_close_at)
    for step in STEPS[:places]:
        log.sequence(city.here)
        jobs._take(city.here, draw.id, step)
    run_at(city, draw.enrol_close_at + timedelta(minutes=20))
    run_at(city, draw.phi_at + timedelta(hours=30))
    draw = city.draw(draw.id)
    assert draw.state is DrawState.DRAWN
    assert faults(report(city, draw)) == []
