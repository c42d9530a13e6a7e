"""Selection by merit, then lottery: the first by what is on record, and one of them by draw."""

import json

import pytest
from sqlalchemy import select

from market.credit import actions as credit
from market.credit.queries import score_now
from market.credit.rules import BreachKind
from market.draws import methods, weights
from market.draws import queries as draws
from market.draws.errors import NoScoreError, UnknownMethodError
from market.draws.model import Draw, Enrolment
from market.draws.rules import DrawState
from market.needs.methods import Method
from market.quotes import sheets
from tests.market.draws.believing import faults, report
from tests.market.draws.test_pages import site_of
from tests.market.factories.draws import a_city, a_drawn_draw, a_frozen_draw, an_open_draw, enrol
from tests.market.factories.quotes import close, merit_of, number_of

SCORED = score_now  # Importing credit's queries is what makes scores known to draws.
CARDS = (0, 0, 1, 1, 2, 2, 3)
SCORES = [100, 100, 95, 95, 90, 90, 85]


def give_cards(city, numbers):
    """Give each firm so many red cards, of five points each."""
    with city.work() as work:
        for place, number in enumerate(numbers):
            for serial in range(number):
                credit.enter_breach(
                    work,
                    city.firms[place][0],
                    BreachKind.RED_CARD,
                    source="card",
                    source_id=place * 10 + serial,
                    occurred_at=work.now,
                    evidence="逾期",
                )


def test_the_first_five_are_on_the_list_with_all_who_equal_the_last(fast_here, clock):
    city = a_city(fast_here, clock, firms=7)
    give_cards(city, CARDS)
    draw = a_drawn_draw(city, method="merit_lottery")
    assert draw.state is DrawState.DRAWN
    with city.reading() as work:
        rows = work.session.scalars(select(Enrolment.reason_code).order_by(Enrolment.sequence))
        assert list(rows) == [None] * 6 + ["merit"]
        body = draws.file_of(work, work.session.get_one(Draw, draw.id), sheets.FILE)
    sheet = json.loads(body)
    assert [line["score"] for line in sheet["firms"]] == SCORES
    assert [line["listed"] for line in sheet["firms"]] == [True] * 6 + [False]
    assert city.awards(draw.id)[0].price_fen == 9_800_000
    assert faults(report(city, draw)) == []


def test_the_page_shows_the_scores_from_the_freeze_on(city):
    give_cards(city, (1,))
    draw = an_open_draw(city, method="merit_lottery")
    enrol(city, draw)
    page, browser = f"/quotes/{number_of(city, draw)}", site_of(city).as_()
    assert "前 5 位" in browser.get(page).text
    assert city.firms[0][0].name not in browser.get(page).text
    close(city, draw)
    text = browser.get(page).text
    assert city.firms[0][0].name in text
    assert "完成本事项合同" in text
    with city.reading() as work:
        first = draws.enrolments_of(work, draw)[0]
        assert (merit_of(work, draw, first).score, merit_of(work, draw, first).completed) == (95, 0)


def test_without_scores_or_without_a_judge_nothing_is_frozen(city, monkeypatch):
    monkeypatch.setattr(weights, "_SCORERS", [])
    draw = a_frozen_draw(city, method="merit_lottery")
    assert draw.state is DrawState.CLOSED
    with city.work() as work, pytest.raises(NoScoreError):
        methods.judge(work, draw, draws.enrolments_of(work, draw))
    monkeypatch.delitem(methods._JUDGES, Method.MERIT_LOTTERY)
    with city.work() as work, pytest.raises(UnknownMethodError):
        methods.judge(work, draw, draws.enrolments_of(work, draw))
