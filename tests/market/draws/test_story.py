"""One draw of each mode from notice to verified bundle, on both databases."""

from lottery.beacon import vrf
from lottery.policy import parse_policy
from lottery.verify import examine
from market import log
from market.draws import actions, jobs, queries
from market.draws.bundles import bundle_of
from market.draws.model import Draw
from market.draws.rules import AwardState, DrawState
from market.needs.rules import NeedState
from tests.market.draws.beacon_days import PHI_AT, ROUND, SIGNATURE, a_frozen_draw_of_mode_a
from tests.market.factories.draws import (
    SUPERVISOR_SECRET,
    a_city,
    a_drawn_draw,
    a_supervisor_key,
)


def report(city, draw):
    with city.reading() as work:
        data = bundle_of(work, city.here, draw)
        assert data == bundle_of(work, city.here, draw)
    return examine(data, parse_policy(city.policy().encode()))


def assert_believed(city, draw):
    """Check that the verifier believes the draw and selects the firm that was awarded."""
    assert draw.state is DrawState.DRAWN
    assert city.need(draw.id).state is NeedState.PUBLICITY
    [award] = city.awards(draw.id)
    assert (award.rank, award.state) == (1, AwardState.PUBLICITY)
    found = report(city, draw)
    assert [(check.name, check.detail.en) for check in found.checks if not check.ok] == []
    with city.reading() as work:
        assert found.selected == (queries.firm_of(work, award.firm_id).code,)
        assert len(queries.places_of(work, draw)) == len(city.firms)
    return found


def test_a_draw_of_mode_d1_verifies_and_is_a_demonstration(here, clock):
    city = a_city(here, clock)
    assert assert_believed(city, a_drawn_draw(city)).is_demonstration


def test_a_draw_of_mode_d2_waits_for_the_supervisor_and_verifies(here, clock):
    city = a_city(here, clock)
    a_supervisor_key(city)
    draw = a_drawn_draw(city, mode="D2")
    assert draw.state is DrawState.FROZEN
    with city.reading() as work:
        assert list(queries.proofs_of(work, draw.freeze_hash)) == [draw.platform_key]
    with city.work(city.supervisor) as work:
        draw = work.session.get_one(Draw, draw.id)
        alpha = queries.alpha_of(work, draw)
        actions.submit_supervisor_proof(work, here, draw, vrf.prove(SUPERVISOR_SECRET, alpha))
    log.sequence(here)
    assert not assert_believed(city, city.draw(draw.id)).is_demonstration


def test_a_draw_of_mode_a_takes_the_carried_round_and_verifies(here, clock):
    city = a_city(here, clock)
    draw = a_frozen_draw_of_mode_a(city)
    assert draw.phi_round == ROUND
    clock.move_to(PHI_AT)
    jobs.run_due(here)
    assert city.draw(draw.id).state is DrawState.FROZEN
    with city.work(city.operator) as work:
        actions.submit_phi_round(work, here, ROUND, SIGNATURE)
    log.sequence(here)
    assert_believed(city, city.draw(draw.id))
