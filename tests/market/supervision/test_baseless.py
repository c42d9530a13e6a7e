"""A card whose rung was never reached, by the accounts of today: nobody upholds it."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from market.clock import beijing
from market.clocks import actions as clock_actions
from market.clocks import baseless, ladder
from market.clocks import jobs as clock_jobs
from market.clocks import queries as clocks
from market.clocks.card_rules import CardState
from market.clocks.model import Card
from market.clocks.rules import CardStage, Party
from market.credit import jobs as credit_jobs
from market.credit.queries import ledger
from market.supervision import jobs, queries
from market.supervision.errors import BaselessError
from tests.market.factories.clocks import Timed, a_clock
from tests.market.factories.credit import a_running_clock, working_days_later
from tests.market.factories.firms import a_listed_firm
from tests.market.factories.supervision import ANSWER, some_offices
from tests.market.supervision.test_actions import decide, propose, reply, uphold
from tests.market.supervision.test_undecided import may

WORDS = "按现在的计时，这一级没有到过"


def on(day, hour=9):
    return beijing(date(2026, 3, day), hour)


@pytest.fixture
def eased(fast_here, clock):
    """A red card of the 10th, and four days that the operator grants on the 12th since the 6th."""
    timed, offices = a_clock(fast_here, limit=5), some_offices(fast_here)
    offices.actors["firm"] = timed.firm
    clock.move_to(on(6))
    asked = timed.request()
    clock.move_to(on(12))
    clock_jobs.sweep(fast_here)
    assert timed.stages() == [CardStage.YELLOW, CardStage.RED]
    assert not found(timed).baseless
    timed.answer(asked, timed.operator)
    return timed, offices


def found(timed, stage=CardStage.RED):
    with timed.work() as work:
        chosen = select(Card).where(Card.clock_id == timed.clock_id, Card.stage == stage)
        card = work.session.scalars(chosen).one()
        is_baseless = baseless.is_baseless(work, card)
        return SimpleNamespace(number=card.number, state=card.state, baseless=is_baseless)


def handed_in(timed):
    """Let the firm deliver on the last of its days."""
    timed.here.clock.move_to(on(13))
    clock_jobs.sweep(timed.here)
    timed.hand_to(Party.OWNER)


def silent(timed):
    timed.here.clock.move_to(on(23))
    clock_jobs.sweep(timed.here)
    jobs.sweep(timed.here)
    return found(timed).number


def test_nobody_upholds_a_card_whose_rung_was_never_reached(eased):
    timed, offices = eased
    handed_in(timed)
    number = silent(timed)
    assert (found(timed).state, found(timed).baseless) == (CardState.UNANSWERED, True)
    assert not may(offices, number).uphold
    with pytest.raises(BaselessError, match="没有到过"):
        uphold(offices, number)
    reply(offices, number, ANSWER, who="firm")
    with pytest.raises(BaselessError):
        uphold(offices, number)
    propose(offices, number)
    decide(offices, number)
    assert found(timed).state is CardState.WITHDRAWN


def test_its_points_stay_unjudged(fast_here, clock):
    firm, delegate = a_listed_firm(fast_here, clock)
    offices = some_offices(fast_here)
    clock_id = a_running_clock(fast_here, firm).id
    people = (delegate.actor, offices.actors["owner"], offices.actors["clerk"])
    timed = Timed(fast_here, clock_id, *people, *[offices.users["owner"]] * 3)
    working_days_later(clock, 4)
    asked = timed.request()
    working_days_later(clock, 3)
    clock_jobs.sweep(fast_here)
    timed.answer(asked, timed.operator)
    clock.advance(timedelta(hours=1))
    timed.hand_to(Party.OWNER)
    working_days_later(clock, 5)
    jobs.sweep(fast_here)
    credit_jobs.sweep(fast_here)
    number = found(timed).number
    with pytest.raises(BaselessError):
        uphold(offices, number)
    credit_jobs.sweep(fast_here)
    assert [row.unjudged for row in rows_of(timed, firm)] == [True, True]  # supervised as well
    propose(offices, number)
    decide(offices, number)
    assert [row.unjudged for row in rows_of(timed, firm)] == [True]


def rows_of(timed, firm):
    with timed.work() as work:
        return ledger(work, firm.id).rows


def test_a_rung_that_is_reached_since_then_is_what_its_card_stands_for(eased):
    timed, offices = eased
    timed.here.clock.move_to(on(14, 0) - timedelta(seconds=1))
    clock_jobs.sweep(timed.here)
    assert found(timed).baseless
    timed.here.clock.move_to(on(14, 0))
    assert not found(timed).baseless
    uphold(offices, silent(timed))
    assert found(timed).state is CardState.UPHELD


def test_what_was_right_all_the_time_is_upheld(eased):
    timed, _ = eased
    handed_in(timed)
    assert not found(timed, CardStage.YELLOW).baseless  # it was dealt before anything was asked


def a_yellow_card(here, clock):
    """A clock that is yellow on the 12th; on the 3rd its firm asked for days, and nobody spoke."""
    timed = a_clock(here)
    clock.move_to(on(3))
    asked = timed.request()
    clock.move_to(on(12))
    clock_jobs.sweep(here)
    assert timed.stages() == [CardStage.YELLOW]
    return timed, asked


@pytest.mark.parametrize(
    ("granted", "state"), [(True, CardState.UNANSWERED), (False, CardState.CLOSED)]
)
def test_silence_makes_no_warning_final_that_was_none(fast_here, clock, granted, state):
    timed, asked = a_yellow_card(fast_here, clock)
    clock.move_to(on(12, 10))
    timed.answer(asked, timed.operator, agree=granted)
    timed.hand_to(Party.OWNER)
    clock.move_to(on(23))
    jobs.sweep(fast_here)
    assert found(timed, CardStage.YELLOW).baseless is granted
    assert found(timed, CardStage.YELLOW).state is state


def test_more_time_makes_no_warning_baseless(fast_here, clock):
    timed, _ = a_yellow_card(fast_here, clock)
    with timed.work() as work:
        one = clocks.locked(work, timed.clock_id)
        clock_actions.give_units(work, one, 5)
    with timed.work() as work:
        one = clocks.by_id(work, timed.clock_id)
        segments = clocks.segments_of(one, clocks.events_of(work, one))
        assert not ladder.was_reached(one, segments, CardStage.YELLOW, work.now)
    assert not found(timed, CardStage.YELLOW).baseless


@pytest.mark.parametrize("stage", list(CardStage))
def test_a_rung_is_reached_exactly_when_its_card_is_dealt(fast_here, clock, stage):
    timed = a_clock(fast_here, limit=5)
    clock.move_to(on(31))
    clock_jobs.sweep(fast_here)
    with timed.work() as work:
        one = clocks.by_id(work, timed.clock_id)
        segments = clocks.segments_of(one, clocks.events_of(work, one))
        chosen = select(Card).where(Card.clock_id == one.id, Card.stage == stage)
        at = work.session.scalars(chosen).one().reached_at
    yellow = timedelta(microseconds=int(stage is CardStage.YELLOW))  # a day is one once it began
    assert ladder.was_reached(one, segments, stage, at + yellow)
    assert not ladder.was_reached(one, segments, stage, at - timedelta(seconds=1))


def test_the_page_says_so_in_words(app, eased):
    timed, offices = eased
    page = f"/cards/{found(timed).number}"
    handed_in(timed)
    assert WORDS in app.test_client().get(page).text
    number = silent(timed)
    text = app.test_client().get(page).text
    assert WORDS in text
    assert "认定是否维持" not in text
    with offices.work("second") as work:
        assert queries.by_number(work, number).state is CardState.UNANSWERED


def test_the_page_of_a_card_that_was_right_says_nothing_of_it(app, fast_here, clock):
    timed = a_clock(fast_here, limit=5)
    clock.move_to(on(12))
    clock_jobs.sweep(fast_here)
    assert WORDS not in app.test_client().get(f"/cards/{found(timed).number}").text
