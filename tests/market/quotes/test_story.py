"""A need selected by the lowest sealed quote, from its form to the price of its contract."""

import json

import pytest
from sqlalchemy import select

from market.contracts.rules import PriceError
from market.draws import actions, jobs
from market.draws import queries as draws
from market.draws.model import Draw, Enrolment
from market.draws.rules import DrawState, EnrolmentState
from market.quotes import sheets
from tests.market.draws.believing import faults, report
from tests.market.factories.contracts import file_it
from tests.market.factories.draws import Drawn, a_city
from tests.market.factories.quotes import a_quoted_result


def test_the_lowest_quote_is_drawn_alone_and_is_the_price(city):
    draw = a_quoted_result(city, 90_000, 75_000, 82_000)
    assert draw.state is DrawState.DRAWN
    (award,) = city.awards(draw.id)
    assert award.price_fen == 7_500_000
    assert award.firm_id == city.firms[1][0].id
    assert faults(report(city, draw)) == []
    with city.reading() as work:
        states = work.session.execute(
            select(Enrolment.state, Enrolment.reason_code).order_by(Enrolment.sequence)
        ).all()
        sheet = json.loads(draws.file_of(work, work.session.get_one(Draw, draw.id), sheets.FILE))
    assert [tuple(row) for row in states] == [
        (EnrolmentState.INELIGIBLE, "price"),
        (EnrolmentState.ENROLLED, None),
        (EnrolmentState.INELIGIBLE, "price"),
    ]
    assert [line["amount_fen"] for line in sheet["quotes"]] == [7_500_000, 8_200_000, 9_000_000]


def test_the_contract_may_cost_what_was_quoted_and_no_fen_more(fast_here, clock):
    city = a_city(fast_here, clock, firms=3)
    draw = a_quoted_result(city, 90_000, 75_000, 82_000)
    drawn = Drawn(city, city.need(draw.id), draw, city.awards(draw.id)[0])
    clock.move_to(drawn.award.publicity_ends_at)
    jobs.run_due(fast_here)
    with city.work(drawn.delegate) as work:
        actions.confirm(work, draws.own_award(work, drawn.award.number))
    with pytest.raises(PriceError):
        file_it(drawn, drawn.delegate, price_fen=7_500_001)
    agreed = file_it(drawn, drawn.delegate, price_fen=7_500_000)
    assert agreed.contract().price_fen == 7_500_000
