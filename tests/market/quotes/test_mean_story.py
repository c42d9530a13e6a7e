"""Needs selected by the mean price, and by discounts: drawn, verified, and read by anybody."""

import hashlib
import json

import pytest

from lottery.draw import ticket, ticket_input
from market.draws import queries as draws
from market.draws.model import Draw
from market.draws.rules import DrawState
from market.needs.prices import price_at
from market.quotes import sheets, showing
from market.selfaudit.compare import compare
from tests.market.draws.believing import faults, report
from tests.market.draws.test_pages import site_of
from tests.market.factories.quotes import a_quoted_result, number_of


def file_of(city, draw, name):
    with city.reading() as work:
        return json.loads(draws.file_of(work, work.session.get_one(Draw, draw.id), name))


def test_the_drawn_ticket_says_which_coefficient_was_drawn(city):
    draw = a_quoted_result(city, 98_000, 95_000, 93_000, 60_000, method="quote_mean")
    assert draw.state is DrawState.DRAWN
    assert draw.weighted
    table = file_of(city, draw, "weights.json")
    assert table["format"] == sheets.COEFFICIENTS
    assert table["mean_fen"] == "8650000/1"
    assert (table["tickets_each"], table["exact"]) == (1, True)
    tickets = {each["firm"]: each["tickets"] for each in table["firms"]}
    # Each of the eleven targets lies nearest to 93,000: the others are passed over.
    assert tickets == {city.firms[2][0].code: 11}
    (award,) = city.awards(draw.id)
    assert award.price_fen == 9_300_000
    assert faults(report(city, draw)) == []
    assert compare(city.here).differences == ()


def test_several_firms_share_the_coefficients_and_one_ticket_is_least(city):
    draw = a_quoted_result(city, 90_000, 88_000, 86_000, 84_000, method="quote_mean")
    table = file_of(city, draw, "weights.json")
    tickets = {each["firm"]: each["tickets"] for each in table["firms"]}
    assert sum(tickets.values()) == 11 * table["tickets_each"]
    assert len(tickets) > 1
    with city.reading() as work:
        shown = showing.mean_of(work, work.session.get_one(Draw, draw.id))
    seed, drawn = bytes.fromhex(draw.seed), shown.drawn
    least = min(ticket(seed, firm, weight) for firm, weight in tickets.items())
    by_hand = hashlib.sha256(ticket_input(seed, drawn.firm, drawn.number)).digest()
    assert by_hand == least
    (award,) = city.awards(draw.id)
    assert award.firm_id == next(firm.id for firm, _ in city.firms if firm.code == drawn.firm)
    assert faults(report(city, draw)) == []
    page = site_of(city).as_().get(f"/quotes/{number_of(city, draw)}").text
    for words in ("抽中的系数", "95.00%", "100.00%", "对应的机构和号", "87,000.00"):
        assert words in page


@pytest.mark.parametrize("method", ["quote_lowest", "quote_mean"])
def test_discounts_are_judged_by_their_exact_prices(city, method):
    ceiling = 9_876_543
    priced = [price_at(ceiling, points) / 100 for points in (850, 900, 777)]
    off = 91_234.56
    draw = a_quoted_result(
        city, *priced, off, method=method, quote_unit="discount", ceiling_fen=ceiling
    )
    assert draw.state is DrawState.DRAWN
    sheet = file_of(city, draw, sheets.FILE)
    found = {line["amount_fen"]: line for line in sheet["quotes"]}
    assert found[9_123_456]["verdict"] == "off_step"
    assert sorted(line["discount_bp"] or 0 for line in found.values()) == [0, 777, 850, 900]
    assert sheet["valid"] == 3
    (award,) = city.awards(draw.id)
    assert found[award.price_fen]["verdict"] in {"lowest", "nearest"}
    assert faults(report(city, draw)) == []
    page = site_of(city).as_().get(f"/quotes/{number_of(city, draw)}").text
    assert "下浮 8.50%" in page
