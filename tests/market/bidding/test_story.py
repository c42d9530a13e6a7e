"""Needs selected by live bidding, from the close to the price: verified from the bundle."""

import json

from sqlalchemy import select

from market.bidding.rules import Phase
from market.draws import jobs
from market.draws import queries as draws
from market.draws.model import Draw, Enrolment
from market.draws.rules import DrawState, EnrolmentState, VoidReason
from market.needs.prices import price_at
from market.quotes import sheets
from market.selfaudit.compare import compare
from tests.market.draws.believing import faults, report
from tests.market.factories.bidding import MINUTE, a_result, a_session, bid, freeze, held


def states(city):
    with city.reading() as work:
        rows = work.session.execute(
            select(Enrolment.state, Enrolment.reason_code).order_by(Enrolment.sequence)
        )
        return [tuple(row) for row in rows]


def sheet_of(city, draw):
    with city.reading() as work:
        return json.loads(draws.file_of(work, work.session.get_one(Draw, draw.id), sheets.FILE))


def test_the_lowest_bid_is_listed_alone_and_is_the_price(city):
    draw = a_session(city, floor_fen=None)
    people = [person for _, person in city.firms]
    bid(city, draw, people[0], 9_800_000)
    bid(city, draw, people[1], 9_000_000)
    bid(city, draw, people[2], 8_800_000)
    city.clock.move_to(city.clock() + MINUTE)
    bid(city, draw, people[1], 4_000_000)
    jobs.run_due(city.here)
    assert compare(city.here).differences == ()
    draw = a_result(city, draw)
    assert draw.state is DrawState.DRAWN
    (award,) = city.awards(draw.id)
    assert (award.price_fen, award.firm_id) == (4_000_000, city.firms[1][0].id)
    assert faults(report(city, draw)) == []
    assert states(city) == [
        (EnrolmentState.INELIGIBLE, "price"),
        (EnrolmentState.ENROLLED, None),
        (EnrolmentState.INELIGIBLE, "price"),
        (EnrolmentState.INELIGIBLE, "bid"),
    ]
    sheet = sheet_of(city, draw)
    assert [line["amount_fen"] for line in sheet["quotes"]] == [4_000_000, 8_800_000, 9_800_000]
    assert [line["abnormal_low"] for line in sheet["quotes"]] == [True, False, False]
    assert [each["enrolment"] for each in sheet["bids"]] == [0, 1, 2, 1]
    assert sheet["without"] == [{"enrolment": 3, "verdict": "no_bid"}]
    assert compare(city.here).differences == ()


def test_firms_at_the_floor_are_drawn_by_lot_and_follow_one_another(city):
    draw = a_session(city)
    people = [person for _, person in city.firms]
    bid(city, draw, people[0], 5_000_000)
    bid(city, draw, people[2], 5_000_000)
    bid(city, draw, people[3], 5_000_000)
    draw = a_result(city, draw)
    assert [state for state, _ in states(city)].count(EnrolmentState.ENROLLED) == 3
    (award,) = city.awards(draw.id)
    assert award.price_fen == 5_000_000
    with city.reading() as work:
        assert len(draws.places_of(work, work.session.get_one(Draw, draw.id))) == 3
    assert faults(report(city, draw)) == []


def test_discounts_are_bid_in_basis_points_and_priced_exactly(city):
    draw = a_session(city, quote_unit="discount", ceiling_fen=9_876_543)
    people = [person for _, person in city.firms]
    for person, points in zip(people, (0, 50, 333), strict=False):
        bid(city, draw, person, price_at(9_876_543, points))
    draw = a_result(city, draw)
    (award,) = city.awards(draw.id)
    assert award.price_fen == 9_876_543 - 9_876_543 * 333 // 10_000
    assert [line["discount_bp"] for line in sheet_of(city, draw)["quotes"]] == [333, 50, 0]
    assert faults(report(city, draw)) == []
    assert compare(city.here).differences == ()


def test_too_few_bidders_end_the_draw_though_enough_enrolled(city):
    draw = a_session(city)
    for place in (0, 1):
        bid(city, draw, city.firms[place][1], 9_000_000 - place * 100_000)
    draw = freeze(city, draw)
    assert (draw.state, draw.void_reason) == (DrawState.VOID, VoidReason.TOO_FEW_ELIGIBLE)
    assert held(city, draw).phase_at(city.clock()) is Phase.OVER
