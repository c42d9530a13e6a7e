"""The page of all methods: what each is, and where one of it can be looked at."""

import pytest

from market.app import create_app
from market.draws import jobs as draw_jobs
from market.needs.methods import Method
from market.portal.ways import undrawn, ways
from tests.market.factories.bidding import a_bid_draw
from tests.market.factories.direct import SMALL_FEN, a_named_choice, an_emergency
from tests.market.factories.draws import a_city, a_project, an_open_draw, enrol
from tests.market.factories.quotes import number_of
from tests.market.factories.rules import own_rules


@pytest.fixture
def client(fast_here):
    app = create_app(fast_here)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    return app.test_client()


def by_method(city) -> dict:
    with city.reading() as work:
        return {way.method: way for way in ways(work)}


def test_each_method_shows_what_goes_on_and_what_came_to_a_result(client, fast_here, clock):
    city = a_city(fast_here, clock, firms=4)
    drawn = an_open_draw(city, **a_project(1))
    live = a_bid_draw(city, **a_project(2))
    enrol(city, drawn)
    found = by_method(city)
    assert set(found) >= {Method.LOTTERY, Method.BID_LOWEST, Method.QUOTE_MEAN}
    assert found[Method.LOTTERY].going_on.notice.number == number_of(city, drawn)
    assert found[Method.BID_LOWEST].going_on.notice.number == number_of(city, live)
    assert found[Method.QUOTE_MEAN].going_on is None
    assert found[Method.LOTTERY].over is None
    page = client.get("/methods").text
    for words in (number_of(city, drawn), f"/bidding/{number_of(city, live)}", "目前没有"):
        assert words in page
    for at in (drawn.enrol_close_at, drawn.phi_at):
        clock.move_to(at)
        draw_jobs.run_due(fast_here)
    assert by_method(city)[Method.LOTTERY].over.notice.number == number_of(city, drawn)


def test_a_method_that_the_rules_closed_is_left_out_unless_it_was_used(fast_here, clock, tmp_path):
    city = a_city(fast_here, clock, firms=4)
    an_open_draw(city)
    with own_rules(tmp_path / "rules", "platform-selection-2024", allowed='["quote_lowest"]'):
        found = by_method(city)
    assert set(found) == {Method.LOTTERY, Method.QUOTE_LOWEST}
    assert not found[Method.LOTTERY].allowed
    assert found[Method.QUOTE_LOWEST].allowed


def test_what_was_given_without_a_draw_is_there_too(client, fast_here, clock):
    city = a_city(fast_here, clock, firms=1)
    with city.reading() as work:
        assert undrawn(work) == (None, None)
    small, urgent = a_named_choice(city), an_emergency(city, price_fen=SMALL_FEN)
    with city.reading() as work:
        named, commissioned = undrawn(work)
    assert named.choice.id == small.choice_id
    assert commissioned.choice.id == urgent.choice_id
    page = client.get("/methods").text
    assert page.count("/direct/ZJX-") == 2


def test_notices_are_filtered_by_method(client, fast_here, clock):
    city = a_city(fast_here, clock, firms=4)
    an_open_draw(city, title="甲项目可行性研究", **a_project(1))
    a_bid_draw(city, title="乙项目可行性研究", **a_project(2))
    for method, shown, hidden in (("bid_lowest", "乙", "甲"), ("lottery", "甲", "乙")):
        table = client.get(f"/notices?method={method}").text.split("<tbody>")[1]
        assert f"{shown}项目" in table
        assert f"{hidden}项目" not in table
    assert "甲项目" in client.get("/notices?method=nonsense").text
