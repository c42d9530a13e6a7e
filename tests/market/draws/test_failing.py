"""What a firm gives up while it is enrolled: it is told before, and afterwards how to mend it."""

import html
from datetime import timedelta

import pytest

from market import log
from market.access import OrgKind, Role
from market.accounts.todo import todos
from market.draws import actions, failing, jobs
from market.draws import queries as draws
from market.draws.eligibility import rules_of
from market.draws.rules import EnrolmentState
from market.firms import actions as firms
from market.firms import queries
from market.firms.at_stake import EnrolmentsAtStakeError
from market.firms.rules import ServiceState
from tests.market.draws.test_pages import site_of
from tests.market.factories.draws import ITEM, a_city, a_project, an_open_draw, enrol
from tests.market.factories.firms import a_person

STOP = f"/firm/services/{ITEM}/withdraw"
WITH_STAFF = "ZJ-01-003-01"
FAILS = "已报名的公告不再符合条件"


@pytest.fixture
def site(city):
    return site_of(city)


def stop(city, *knowing):
    _, person = city.firms[0]
    with city.work(person) as work:
        own = queries.own(work)
        firms.withdraw_service(work, own, queries.service(work, own.id, ITEM), knowing)


def state_of(city, item_code=ITEM):
    with city.reading() as work:
        return queries.service(work, city.firms[0][0].id, item_code).state


def another(city):
    return an_open_draw(city, title="城西片区道路工程可行性研究报告编制", **a_project(7))


def test_the_page_names_what_is_lost_and_asks(site):
    draw = an_open_draw(site.city)
    enrol(site.city, draw)
    client, number = site.as_(site.city.firms[0][1]), site.number(draw)
    page = client.get(f"/firm/services/{ITEM}").text
    assert number in page
    assert "知道以上报名将在冻结名单时被剔除" in page
    for sent in ({}, {"knowing": number}, {"confirmed": "yes"}):
        refused = client.post(STOP, data=sent)
        assert refused.status_code == 409
        assert f"已报名的公告 {number} 将不再符合条件" in refused.text
        assert state_of(site.city) is ServiceState.OFFERED
    done = client.post(STOP, data={"knowing": number, "confirmed": "yes"})
    assert done.status_code == 303
    assert state_of(site.city) is ServiceState.WITHDRAWN


def test_what_was_enrolled_in_since_the_page_was_shown_is_named_first(site):
    first = an_open_draw(site.city)
    enrol(site.city, first)
    second = another(site.city)
    enrol(site.city, second, site.city.firms[0][1])
    numbers = {site.number(first), site.number(second)}
    with pytest.raises(EnrolmentsAtStakeError) as refused:
        stop(site.city, site.number(first))
    assert {one.number for one in refused.value.stakes} == numbers
    stop(site.city, *numbers)
    assert state_of(site.city) is ServiceState.WITHDRAWN


def test_what_is_enrolled_in_no_more_costs_nothing(site):
    draw = an_open_draw(site.city)
    enrol(site.city, draw)
    log.sequence(site.city.here)
    with site.city.work(site.city.firms[0][1]) as work:
        actions.withdraw(work, draw)
    page = site.as_(site.city.firms[0][1]).get(f"/firm/services/{ITEM}").text
    assert site.number(draw) not in page
    stop(site.city)
    assert state_of(site.city) is ServiceState.WITHDRAWN


def test_the_workbench_and_the_receipt_say_what_to_mend_until_it_is_mended(site):
    draw = an_open_draw(site.city)
    enrol(site.city, draw)
    client, number = site.as_(site.city.firms[0][1]), site.number(draw)
    assert FAILS not in client.get("/workbench").text
    stop(site.city, number)
    bench = html.unescape(client.get("/workbench").text)
    assert f"{FAILS}：" in bench
    assert "恢复提供该服务" in bench
    assert site.path(draw, "receipt#failing") in bench
    receipt = client.get(site.path(draw, "receipt")).text
    assert "现在不符合条件，冻结名单时会被剔除" in receipt
    assert f"/firm/services/{ITEM}" in receipt
    page = client.get(f"/firm/services/{ITEM}").text
    assert "恢复提供此项服务" in page
    days = {"promised_working_days": "10"}
    answer = client.post(f"/firm/services/{ITEM}/days", data=days, follow_redirects=True)
    assert "已恢复提供该服务" in answer.text
    assert state_of(site.city) is ServiceState.OFFERED
    assert FAILS not in client.get("/workbench").text
    assert "冻结名单时会被剔除" not in client.get(site.path(draw, "receipt")).text


def test_once_the_list_is_fixed_there_is_nothing_to_mend(site):
    draw = an_open_draw(site.city)
    enrol(site.city, draw)
    stop(site.city, site.number(draw))
    site.city.clock.move_to(draw.enrol_close_at)
    jobs.run_due(site.city.here)
    client = site.as_(site.city.firms[0][1])
    assert FAILS not in client.get("/workbench").text
    receipt = client.get(site.path(draw, "receipt")).text
    assert "冻结名单时复核不合格" in receipt
    assert "冻结名单时会被剔除" not in receipt


def test_who_may_not_edit_the_firm_is_led_to_no_page_that_refuses(site):
    draw = an_open_draw(site.city)
    enrol(site.city, draw)
    firm, _ = site.city.firms[0]
    agent = a_person(site.city.here, OrgKind.FIRM, Role.FIRM_AGENT, code=firm.code)
    stop(site.city, site.number(draw))
    page = site.as_(agent).get(site.path(draw, "receipt")).text
    assert "冻结名单时会被剔除" in page
    assert "请及时转告" in page
    assert f"/firm/services/{ITEM}" not in page


def test_others_are_told_nothing_of_it(site):
    draw = an_open_draw(site.city)
    enrol(site.city, draw)
    stop(site.city, site.number(draw))
    for person in (site.city.firms[1][1], site.city.operator, site.city.clerk):
        with site.city.work(person) as work, site.app.test_request_context():
            assert not [one for one in todos(work) if FAILS in one.what]


def test_no_more_are_judged_than_asked_and_the_first_to_close_comes_first(site):
    first = an_open_draw(site.city)
    site.city.clock.advance(timedelta(minutes=30))
    both = [first, another(site.city)]
    for draw in both:
        enrol(site.city, draw, site.city.firms[0][1])
    soonest = min(both, key=lambda draw: (draw.enrol_close_at, draw.id))
    with site.city.work(site.city.firms[0][1]) as work:
        own = queries.own(work)
        [judged] = failing.enrolled(work, own, item_code="", most=1)
        assert judged.draw.id == soonest.id
        assert failing.stakes(work, own, "ZJ-01-004-01") == []
        assert len(failing.stakes(work, own, ITEM)) == 2


def test_every_rule_says_how_to_mend_it():
    assert set(failing.MENDS) == set(rules_of(recent=True))


def test_a_person_leaves_once_the_firm_knows_what_that_costs(fast_here, clock):
    city = a_city(fast_here, clock, firms=1, item_codes=(WITH_STAFF,))
    draw = an_open_draw(city, item_code=WITH_STAFF, service_working_days=10, staff_required=1)
    enrol(city, draw)
    site = site_of(city)
    firm, person = city.firms[0]
    with city.reading() as work:
        (member,) = queries.staff(work, firm.id)
    client, number = site.as_(person), site.number(draw)
    leave = f"/firm/staff/{member.id}/remove"
    refused = client.post(leave)
    assert refused.status_code == 409
    assert f"已报名的公告 {number} 将不再符合条件" in refused.text
    assert "知道以上报名将在冻结名单时被剔除" in refused.text
    assert state_of(city, WITH_STAFF) is ServiceState.OFFERED
    done = client.post(leave, data={"knowing": number, "confirmed": "yes"})
    assert done.status_code == 303
    assert FAILS in client.get("/workbench").text
    assert state_of(city, WITH_STAFF) is ServiceState.FROZEN
    with city.reading() as work:
        enrolled = draws.enrolment_of(work, draw, firm)
        assert enrolled.state is EnrolmentState.ENROLLED
