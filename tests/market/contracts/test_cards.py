"""Owners get cards as well: materials and reviews that are late, the total being in time."""

from datetime import timedelta

from sqlalchemy import select

from market.calendar import default_calendar
from market.clock import beijing_day
from market.clocks.card_rules import Trigger
from market.clocks.model import Card
from market.clocks.rules import CardStage
from market.contracts import jobs
from tests.market.factories.contracts import a_contract, a_delivered_contract

SECOND = timedelta(seconds=1)


def cards(agreed, trigger):
    with agreed.work() as work:
        chosen = select(Card).where(Card.trigger == trigger).order_by(Card.id)
        return work.session.scalars(chosen).all()


def test_materials_that_are_late_give_the_owner_one_card_at_the_second(here, clock):
    agreed = a_contract(here, clock)
    by_at = agreed.contract().materials_by_at
    assert by_at == default_calendar().due_at(beijing_day(clock()), 3)
    clock.move_to(by_at - SECOND)
    assert jobs.sweep(here) == 0
    clock.move_to(by_at)
    assert (jobs.sweep(here), jobs.sweep(here)) == (1, 0)
    (card,) = cards(agreed, Trigger.LATE_MATERIALS)
    contract = agreed.contract()
    assert (card.org_id, card.stage) == (contract.owner_org_id, CardStage.YELLOW)
    assert (card.subject_number, card.reached_at) == (contract.number, by_at)


def test_materials_in_time_give_none(fast_here, clock):
    agreed = a_contract(fast_here, clock)
    agreed.hand_over()
    clock.advance(timedelta(days=20))
    jobs.sweep(fast_here)
    assert cards(agreed, Trigger.LATE_MATERIALS) == []


def test_a_review_over_its_term_gives_the_owner_a_card_though_the_service_is_in_time(here, clock):
    agreed = a_delivered_contract(here, clock)
    by_at = agreed.contract().act_by_at
    clock.move_to(by_at)
    jobs.sweep(here)
    (card,) = cards(agreed, Trigger.STEP_OVER)
    assert (card.org_id, card.reached_at) == (agreed.contract().owner_org_id, by_at)
    assert cards(agreed, Trigger.TIME) == []


def test_a_review_in_time_gives_none(fast_here, clock):
    agreed = a_delivered_contract(fast_here, clock)
    agreed.accept()
    clock.advance(timedelta(days=20))
    jobs.sweep(fast_here)
    assert cards(agreed, Trigger.STEP_OVER) == []
