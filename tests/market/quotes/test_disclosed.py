"""Quotes and merit against what the firm itself published: the lower of the two, always."""

import pytest
from sqlalchemy import select

from market.bidding.errors import AboveDisclosedError
from market.draws.model_prices import AwardPrice
from market.quotes.model import QuoteVerdict
from market.quotes.rules import Bounds, Quote, Verdict, verdicts
from market.selfaudit.compare import compare
from tests.market.draws.test_disclosed_price import publish_fees
from tests.market.draws.test_pages import site_of
from tests.market.factories.bidding import a_result, a_session, bid
from tests.market.factories.draws import a_drawn_draw, enrol
from tests.market.factories.quotes import a_quoted_draw, a_quoted_result, number_of
from tests.market.quotes.test_merit import SCORED

CEILING = 9_800_000


def test_a_quote_above_the_own_published_fee_does_not_count_whatever_else_it_is():
    assert SCORED
    quotes = {
        1: Quote(is_sealed=True, opened_fen=70, limit_fen=69),
        2: Quote(is_sealed=True, opened_fen=80, limit_fen=80),
        3: Quote(is_sealed=True, opened_fen=90, limit_fen=None),
        4: Quote(is_sealed=True, opened_fen=101, limit_fen=50),
    }
    assert verdicts(quotes, Bounds(ceiling_fen=100)) == {
        1: Verdict.ABOVE_DISCLOSED,
        2: Verdict.LOWEST,
        3: Verdict.HIGHER,
        4: Verdict.ABOVE_CEILING,
    }


def test_such_a_quote_is_refused_with_its_own_reason(city):
    publish_fees(city, amount_fen=8_500_000)
    draw = a_quoted_result(city, 90_000, 75_000, 82_000, 85_000)
    (award,) = city.awards(draw.id)
    assert award.price_fen == 7_500_000
    with city.reading() as work:
        found = work.session.scalars(select(QuoteVerdict).order_by(QuoteVerdict.enrolment_id))
        assert [row.verdict for row in found] == [
            Verdict.ABOVE_DISCLOSED,
            Verdict.LOWEST,
            Verdict.HIGHER,
            Verdict.HIGHER,
        ]
        (kept,) = work.session.scalars(select(AwardPrice)).all()
    assert (kept.limit_fen, kept.disclosed_fen, kept.price_fen) == (7_500_000, 8_500_000, 7_500_000)
    page = site_of(city).as_().get(f"/quotes/{number_of(city, draw)}").text
    assert "无效：高于本机构公开收费折合金额" in page
    assert "报价高于该机构公开收费折合金额的无效" in page


def test_the_firm_is_told_before_it_seals(city):
    publish_fees(city, amount_fen=8_500_000)
    draw = a_quoted_draw(city)
    _, person = city.firms[0]
    enrol(city, draw, person)
    page = site_of(city).as_(person).get(f"/quotes/{number_of(city, draw)}/own").text
    assert "¥85,000.00" in page
    assert 'data-most="8500000"' in page


def test_the_merit_lottery_costs_no_more_than_the_published_fee(city):
    publish_fees(city, amount_fen=6_000_000)
    (award,) = city.awards(a_drawn_draw(city, method="merit_lottery").id)
    assert award.price_fen == 6_000_000


def test_a_live_bid_wins_at_no_more_than_the_published_fee(city):
    publish_fees(city, amount_fen=8_000_000)
    draw = a_session(city, firms=3, floor_fen=None)
    people = [person for _, person in city.firms]
    with pytest.raises(AboveDisclosedError):
        bid(city, draw, people[0], 9_800_000)
    for person, fen in zip(people, (8_000_000, 7_500_000, 7_000_000), strict=False):
        bid(city, draw, person, fen)
    (award,) = city.awards(a_result(city, draw).id)
    with city.reading() as work:
        (kept,) = work.session.scalars(select(AwardPrice)).all()
    assert (kept.limit_fen, kept.disclosed_fen, award.price_fen) == (
        7_000_000,
        8_000_000,
        7_000_000,
    )
    assert compare(city.here).differences == ()
