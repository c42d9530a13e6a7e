"""Which organisation is the supervisor of mode D2: the one that was chosen, never the latest."""

import pytest

from lottery.beacon import vrf
from market.draws import queries
from market.draws.errors import (
    ClockBehindError,
    NoSupervisorKeyError,
)
from market.needs import actions as needs
from market.needs.queries import locked as locked_need
from market.regulations import configure
from tests.market.draws.believing import run_at
from tests.market.draws.test_weights import a_city_file
from tests.market.factories.draws import (
    SUPERVISOR_SECRET,
    a_checked_need,
    a_supervisor_key,
    a_trustee,
    an_open_draw,
    enrol,
    publish,
)

OTHER_SECRET = bytes([9]) * 32


@pytest.fixture
def name_supervisor(tmp_path):
    """Let a city's rules name the supervisor."""

    def use(code):
        line = f'supervisor = {{ value = "{code}", clause = "第九条" }}'
        configure(a_city_file(tmp_path / "rules", line))

    yield use
    configure()


def test_who_registers_last_does_not_become_the_supervisor(city):
    a_supervisor_key(city)
    a_trustee(city, OTHER_SECRET)
    draw = an_open_draw(city, mode="D2")
    assert draw.supervisor_key == vrf.public_key(SUPERVISOR_SECRET).hex()
    a_supervisor_key(city, SUPERVISOR_SECRET[::-1])
    draw = an_open_draw(city, mode="D2")
    assert draw.supervisor_key == vrf.public_key(SUPERVISOR_SECRET[::-1]).hex(), "its latest key"


def test_the_rules_name_the_supervisor(city, name_supervisor):
    other = a_trustee(city, OTHER_SECRET)
    name_supervisor(city.supervisor.actor.org_code)
    with pytest.raises(NoSupervisorKeyError):
        publish(city, a_checked_need(city, mode="D2"))
    a_supervisor_key(city)
    a_supervisor_key(city, bytes([7]) * 32)
    a_supervisor_key(city, SUPERVISOR_SECRET[::-1])
    draw = an_open_draw(city, mode="D2")
    assert draw.supervisor_key == vrf.public_key(SUPERVISOR_SECRET[::-1]).hex()
    assert draw.supervisor_org_id != other.actor.org_id


def test_a_notice_never_claims_a_time_before_the_calling_off_that_it_follows(city):
    draw = an_open_draw(city)
    enrol(city, draw, city.firms[0][1])
    run_at(city, draw.enrol_close_at)
    with city.work(city.clerk) as work:
        needs.renotice(work, locked_need(work, draw.need_id))
    with city.work(city.approver) as work:
        needs.approve(work, locked_need(work, draw.need_id))
    with city.work() as work:
        first = queries.locked(work, draw.id)
        voided_at = first.voided_at
        first.voided_at = draw.phi_at
    with pytest.raises(ClockBehindError):
        publish(city, city.need(draw.id))
    with city.work() as work:
        queries.locked(work, draw.id).voided_at = voided_at
    assert publish(city, city.need(draw.id)).series_attempt == 2
