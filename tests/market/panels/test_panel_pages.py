"""The pages of a panel, as everybody who has to do with it sees them."""

import pytest

from market.draws.rules import DrawState
from market.panels import jobs
from market.panels.rules import SeatState
from tests.market.draws.test_pages import site_of
from tests.market.factories.panels import (
    a_city_with_a_pool,
    a_scored_draw,
    closed,
    drawn,
    panel_of,
    people_of,
    seats_of,
)


@pytest.fixture
def panel(fast_here, clock):
    """A city whose panel was drawn, its experts, and the panel."""
    city, pool = a_city_with_a_pool(fast_here, clock)
    found = drawn(city, a_scored_draw(city))
    return city, people_of(found, pool), found


def test_anybody_reads_and_downloads_what_a_draw_of_experts_rests_on(panel):
    city, _, found = panel
    client = site_of(city).as_()
    page = client.get(f"/panels/{found.number}").text
    for seat in seats_of(city, found):
        assert seat.expert_code in page
    assert "周评审" not in page  # names are public with the scores, and not before
    assert client.get("/panels").text.count(found.number) >= 1
    for name in ("panel.json", "rules.json", "list.ndjson", "order.txt"):
        assert client.get(f"/panels/{found.number}/file/{name}").status_code == 200
    for name in ("bundle", "listed", "frozen"):
        assert client.get(f"/panels/{found.number}/{name}.zip").data[:2] == b"PK"
    assert client.get(f"/panels/{found.number}/file/salts.json").status_code == 404
    assert client.get("/panels/PS-2026-999999").status_code == 404


def test_before_the_result_there_is_no_bundle_and_no_name(fast_here, clock):
    city, pool = a_city_with_a_pool(fast_here, clock)
    client = site_of(city).as_()
    draw = a_scored_draw(city)
    number = panel_of(city, draw).number
    page = client.get(f"/panels/{number}").text
    assert not any(code in page for code in pool)
    assert client.get(f"/panels/{number}/bundle.zip").status_code == 404
    found = closed(city, draw)
    assert found.state is DrawState.FROZEN
    assert client.get(f"/panels/{number}/frozen.zip").data[:2] == b"PK"


def test_an_expert_answers_on_the_page(panel):
    city, pool, found = panel
    seat = seats_of(city, found)[0]
    client = site_of(city).as_(pool[seat.expert_code])
    assert found.number in client.get("/panels/mine").text
    address = f"/panels/{found.number}"
    refused = client.post(f"{address}/accept", data={})
    assert refused.status_code == 422 or "请勾选" in refused.text
    client.post(f"{address}/accept", data={"declared": "y"})
    assert seats_of(city, found)[0].state is SeatState.ACCEPTED
    client.post(f"{address}/decline", data={"ground": "conflict", "words": ""})
    states = [one.state for one in seats_of(city, found)]
    assert states[0] is SeatState.DECLINED
    assert len(states) == 6
    assert "不由您担任" in client.get(f"{address}/seat").text


def test_who_was_not_called_finds_no_seat(panel):
    city, pool, found = panel
    called = {seat.expert_code for seat in seats_of(city, found)}
    other = next(code for code in pool if code not in called)
    client = site_of(city).as_(pool[other])
    assert client.get(f"/panels/{found.number}/seat").status_code == 404
    assert client.post(f"/panels/{found.number}/accept", data={"declared": "y"}).status_code == 404


def test_a_round_that_nobody_waits_for_is_refused(panel):
    city, _, found = panel
    client = site_of(city).as_(city.operator)
    assert client.get(f"/panels/{found.number}/phi").status_code == 200
    answer = client.post(f"/panels/{found.number}/phi", data={"evidence": f"1000 {'ab' * 48}"})
    assert answer.status_code in {409, 422}
    assert jobs.run_due(city.here) == 0
