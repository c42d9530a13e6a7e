"""What a firm and the public see of groups and recusals around a draw."""

import pytest

from market.affiliations import queries as affiliations
from market.app import create_app
from market.draws import queries
from tests.market.draws.test_affiliated import a_tie, answered, confirmed, delegate
from tests.market.factories.accounts import sign_in
from tests.market.factories.affiliations import ANSWER, OBJECTION
from tests.market.factories.draws import an_open_draw, enrol
from tests.market.factories.firms import PASSWORD


@pytest.fixture
def visit(city):
    """Open the application in a browser for somebody."""
    app = create_app(city.here)
    app.config.update(WTF_CSRF_ENABLED=False, TESTING=True, PROPAGATE_EXCEPTIONS=True)

    def as_(person=None):
        client = app.test_client()
        if person:
            sign_in(client, person.user, PASSWORD)
        return client

    return as_


def number_of(city, draw):
    with city.reading() as work:
        return queries.number_of(work, draw)


def objections(city):
    with city.reading() as work:
        return [one for one, _ in affiliations.objections(work)]


def test_the_second_of_a_group_reads_why_and_objects(city, visit):
    group = confirmed(city, 0, 1)
    draw = an_open_draw(city)
    enrol(city, draw, delegate(city, 0))
    number = number_of(city, draw)
    client = visit(delegate(city, 1))
    page = client.get(f"/draws/{number}/enrol").text
    assert f"关联组 {group.number} 已有机构报名在先" in page
    assert city.firms[0][0].name not in page
    address = f"/draws/{number}/object"
    assert address in page
    assert group.number in client.get(address).text
    assert client.post(address, data={"text": "不服"}).status_code == 409
    assert client.post(address, data={"text": OBJECTION}).location == address
    page = client.get(address).text
    assert "异议正在办理" in page
    assert OBJECTION not in page
    [objection] = objections(city)
    answered(city, objection, uphold=True)
    page = client.get(address).text
    assert ANSWER in page
    assert "没有关联组或回避认定限制贵机构" in page
    assert "确认报名" in client.get(f"/draws/{number}/enrol").text


def test_after_the_close_there_is_no_form_but_a_way_on(city, visit):
    confirmed(city, 0, 1)
    draw = an_open_draw(city)
    city.clock.move_to(draw.enrol_close_at)
    client = visit(delegate(city, 1))
    address = f"/draws/{number_of(city, draw)}/object"
    assert "本次摇号不再受理异议" in client.get(address).text
    answer = client.post(address, data={"text": OBJECTION})
    assert answer.status_code == 409
    assert OBJECTION in answer.text


def test_the_public_reads_who_stands_aside_and_why(city, visit):
    draw = an_open_draw(city)
    address = f"/needs/{city.need(draw.id).number}"
    assert "没有机构申报与本业主有利害关系" in visit().get(address).text
    a_tie(city, draw)
    page = visit().get(address).text
    assert city.firms[0][0].name in page
    assert "申报与业主有利害联系" in page
    client = visit(delegate(city, 0))
    client.post(f"/draws/{number_of(city, draw)}/object", data={"text": OBJECTION})
    [objection] = objections(city)
    answered(city, objection, uphold=True)
    assert "异议成立，本次不回避" in visit().get(address).text
