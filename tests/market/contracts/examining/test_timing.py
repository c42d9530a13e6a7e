"""An authority has days of its own: a clock each time the work is with it, and then a card."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from market import jobs as app_jobs
from market.calendar import default_calendar
from market.clock import beijing_day
from market.clocks import queries as clock_queries
from market.clocks.card_rules import Trigger
from market.clocks.kinds import AUTHORITY_REVIEW
from market.clocks.model import Card, Clock
from market.clocks.rules import ClockState, Party
from market.contracts import jobs
from market.contracts.actions.held import pause, resume
from market.contracts.ending.record import end
from market.contracts.examining import actions as examining
from market.contracts.examining import queries
from market.contracts.rules import ReturnReason
from market.draws.queries import award_at
from market.holidays import jobs as holiday_jobs
from market.messages.model import Message
from market.needs.model import Need
from market.timelines.queries import timeline
from market.timelines.rules import Step
from tests.market.contracts.examining.test_actions import MISSING, exam_of, reviewed
from tests.market.factories.contracts import COMMENT, a_delivered_contract
from tests.market.factories.holidays import an_amendment, confirmed

CALENDAR = default_calendar()
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
CLAUSE = "规程第4.1条"
NUMBER_2026 = "国办发明电〔2025〕7号"


def in_review(here, clock):
    """Return a contract whose work the owner accepted, and the authority that reviews it now."""
    agreed = a_delivered_contract(here, clock)
    officer = reviewed(agreed)
    agreed.accept()
    return agreed, officer


def turns(agreed):
    with agreed.work() as work:
        return work.session.scalars(
            select(Clock).where(Clock.kind == AUTHORITY_REVIEW.code).order_by(Clock.id)
        ).all()


def accounts(agreed, one):
    with agreed.work() as work:
        said = clock_queries.statement(work, clock_queries.by_id(work, one.id))
    assert sum(said.accounts.values()) == said.elapsed
    return {party: days for party, days in said.accounts.items() if days}


def review(agreed, officer, deed):
    with agreed.work(officer) as work:
        deed(work, queries.for_reviewer(work, agreed.contract_id))


def revise(agreed, officer):
    review(
        agreed,
        officer,
        lambda work, c: examining.ask_revision(work, c, MISSING, ReturnReason.INCOMPLETE, CLAUSE),
    )


def step_cards(agreed):
    with agreed.work() as work:
        found = work.session.scalars(select(Card).where(Card.trigger == Trigger.STEP_OVER))
        return [(card.org_id, card.reached_at) for card in found]


def test_the_authority_has_the_days_of_the_item_and_uses_them(here, clock):
    agreed, officer = in_review(here, clock)
    (one,) = turns(agreed)
    assert (one.agreed_units, one.holder, one.holder_org_id, one.other_org_id) == (
        10,
        Party.REVIEWER,
        officer.actor.org_id,
        agreed.firm.actor.org_id,
    )
    assert one.due_at == exam_of(agreed).due_at
    assert one.number == agreed.contract().number
    clock.move_to(CALENDAR.due_at(beijing_day(clock()), 3) - SECOND)
    review(agreed, officer, lambda work, c: examining.pass_work(work, c, "同意。"))
    (one,) = turns(agreed)
    assert (one.state, accounts(agreed, one)) == (ClockState.STOPPED, {Party.REVIEWER: 3})
    assert step_cards(agreed) == []


def test_while_the_firm_revises_the_days_are_its_own_and_then_a_new_turn_begins(here, clock):
    agreed, officer = in_review(here, clock)
    clock.move_to(CALENDAR.due_at(beijing_day(clock()), 2) - SECOND)
    revise(agreed, officer)
    clock.move_to(CALENDAR.due_at(beijing_day(clock()), 1) - SECOND)
    agreed.supply()
    first, second = turns(agreed)
    assert (first.state, accounts(agreed, first)) == (
        ClockState.STOPPED,
        {Party.REVIEWER: 2, Party.FIRM: 1},
    )
    assert (second.state, second.due_at) == (ClockState.RUNNING, exam_of(agreed).due_at)


@pytest.mark.parametrize("deed", ["fail", "end"])
def test_the_clock_stops_however_the_review_ends(fast_here, clock, deed):
    agreed, officer = in_review(fast_here, clock)
    if deed == "fail":
        review(
            agreed,
            officer,
            lambda work, c: examining.fail(work, c, ReturnReason.FORMAT, CLAUSE, COMMENT),
        )
    else:
        revise(agreed, officer)
        agreed.do(agreed.owner, lambda work, c: end(work, c, 100))
    assert [one.state for one in turns(agreed)] == [ClockState.STOPPED]


def test_an_authority_that_is_late_has_one_card_and_goes_on(here, clock):
    agreed, officer = in_review(here, clock)
    due_at = exam_of(agreed).due_at
    clock.move_to(due_at - SECOND)
    jobs.sweep(here)
    assert step_cards(agreed) == []
    clock.move_to(due_at + 3 * DAY)
    for _ in range(2):
        app_jobs.tick(here)
    assert step_cards(agreed) == [(officer.actor.org_id, due_at)]
    (one,) = turns(agreed)
    assert (one.state, one.due_at) == (ClockState.RUNNING, due_at)


def test_the_course_of_the_project_leads_from_each_opinion_to_its_clock(fast_here, clock):
    agreed, officer = in_review(fast_here, clock)
    review(agreed, officer, lambda work, c: examining.pass_work(work, c, "同意。"))
    (one,) = turns(agreed)
    contract = agreed.contract()
    with agreed.work() as work:
        number = work.session.get_one(Need, contract.need_id).number
        line = timeline(work, number)
    links = [span.moment.link for span in line.spans if span.moment.step is Step.OPINION]
    assert links
    assert {(link.endpoint, link.value) for link in links} == {("clocks.show", one.id)}


def test_an_objection_gives_the_authority_its_whole_term_again(fast_here, clock):
    agreed, _ = in_review(fast_here, clock)
    contract = agreed.contract()
    with agreed.work() as work:
        pause(work, award_at(work, contract.award_id))
    assert [one.state for one in turns(agreed)] == [ClockState.STOPPED]
    clock.advance(4 * DAY)
    with agreed.work() as work:
        resume(work, award_at(work, contract.award_id))
    assert [one.state for one in turns(agreed)] == [ClockState.STOPPED, ClockState.RUNNING]
    assert turns(agreed)[-1].due_at == exam_of(agreed).due_at


def test_a_notice_moves_the_clock_with_the_column_and_each_side_is_told_once(here, clock):
    agreed, officer = in_review(here, clock)
    app_jobs.sweeps()
    day = CALENDAR.next_working_day(beijing_day(clock()))
    confirmed(here, an_amendment("调整1号", NUMBER_2026, 2026, (day.isoformat(), "放假")))
    holiday_jobs.sweep(here)
    (one,) = turns(agreed)
    assert one.due_at == exam_of(agreed).due_at == exam_of(agreed).next_check_at
    with agreed.work() as work:
        told = work.session.scalars(
            select(Message).where(Message.kind == "calendar.deadline-changed")
        ).all()
    sides = [officer.actor.org_id, agreed.firm.actor.org_id, agreed.owner.actor.org_id]
    paths = (f"/clocks/{one.id}", f"/contracts/mine/{agreed.contract_id}")
    assert sorted(row.org_id for row in told if row.path in paths) == sorted(sides)
