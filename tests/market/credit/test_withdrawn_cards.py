"""A card that was taken back costs its firm nothing any more."""

from sqlalchemy import select

from market.clocks.card_rules import CardState
from market.clocks.model import Card
from market.credit import jobs, queries
from market.db import Actor, unit_of_work
from market.supervision import actions
from market.supervision.queries import by_number
from tests.market.factories.credit import a_late_firm, working_days_later
from tests.market.factories.supervision import REASON, some_offices


def score_of(here, firm):
    with unit_of_work(here.sessions, Actor("job:test"), here.clock) as work:
        found = queries.ledger(work, firm.id)
        return found.score, len(found.rows)


def test_a_withdrawn_card_leaves_the_ledger_and_no_later_sweep_enters_it(here, clock):
    firm, _ = a_late_firm(here, clock)
    offices = some_offices(here)
    low, entries = score_of(here, firm)
    assert (low < 100, entries) == (True, 3)
    with offices.work() as work:
        numbers = list(work.session.scalars(select(Card.number).order_by(Card.id)))
    for number in numbers:
        with offices.work("second") as work:
            actions.propose_withdrawal(work, by_number(work, number), REASON)
        with offices.work("judge") as work:
            actions.decide_withdrawal(work, by_number(work, number), agree=True, text=REASON)
        assert offices.card(number).state is CardState.WITHDRAWN
    assert score_of(here, firm) == (100, 0)
    working_days_later(clock, 2)
    jobs.sweep(here)
    assert score_of(here, firm) == (100, 0)
