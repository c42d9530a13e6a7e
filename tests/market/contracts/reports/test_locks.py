"""A missed report and work that is handed in meet at one instant: neither is given up."""

import threading
from datetime import timedelta

from sqlalchemy import select

from market.clocks import actions as clocks
from market.clocks.model import Card
from market.clocks.queries import clock_of
from market.clocks.rules import Party
from market.contracts.reports import actions as reports
from market.contracts.reports.rules import MilestoneState
from market.db import Actor, unit_of_work
from tests.market.contracts.reports.test_actions import a_running_one, milestones

WAIT = 1.5  # seconds: longer than PostgreSQL takes to see that two wait for each other


def test_work_handed_in_while_a_report_is_found_missed(here, clock):
    agreed = a_running_one(here, clock)
    clock.advance(timedelta(days=120))
    one = milestones(agreed)[0]
    due, found = (one.next_check_at, one.id), []

    def find_it_missed() -> None:
        with unit_of_work(here.sessions, Actor("job:contracts"), clock) as work:
            found.append(reports.end_term(work, due))

    worker = threading.Thread(target=find_it_missed)
    with unit_of_work(here.sessions, Actor("person"), clock) as work:
        service = clock_of(work, f"contract:{agreed.contract_id}")
        assert clocks.settle(work, service) > 0  # a card: its number is taken until the commit
        worker.start()
        worker.join(WAIT)
        assert worker.is_alive()
        clocks.hand_to(work, service, Party.OWNER, "提交成果")
    worker.join(30)
    # It stands still while the owner looks at the work; nobody was thrown out.
    assert found == [0]
    assert milestones(agreed)[0].state is MilestoneState.DUE
    with unit_of_work(here.sessions, Actor("test"), clock) as work:
        numbers = work.session.scalars(select(Card.number)).all()
    assert len(set(numbers)) == len(numbers) >= 1
