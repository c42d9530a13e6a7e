"""The clock of a reply to a card: the party's own days, used or not, for nobody else's eyes."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from audit.store import submissions
from market import jobs as app_jobs
from market.calendar import end_of
from market.clocks import jobs as clock_jobs
from market.clocks import queries as clocks
from market.clocks.card_rules import CardState, Trigger
from market.clocks.kinds import CARD_REPLY
from market.clocks.model import Clock
from market.clocks.rules import CardStage, ClockState, Party
from market.errors import MissingError
from market.holidays import jobs as holiday_jobs
from market.messages.model import Message
from market.supervision import jobs, queries, timing
from tests.market.factories.holidays import an_amendment, confirmed
from tests.market.factories.supervision import some_offices
from tests.market.supervision.test_actions import (
    decide,
    give_to_owner,
    propose,
    reply,
)

TERM_ENDS = end_of(date(2026, 3, 9))
DAY = timedelta(days=1)
NUMBER_2026 = "国办发明电〔2025〕7号"


@pytest.fixture
def offices(here):
    return some_offices(here)


def clock_of(offices, number):
    with offices.work() as work:
        return timing.of(work, queries.by_number(work, number))


def accounts(offices, number):
    with offices.work() as work:
        found = timing.of(work, queries.by_number(work, number))
        said = clocks.statement(work, found)
    assert sum(said.accounts.values()) == said.elapsed
    return {party: days for party, days in said.accounts.items() if days}


def test_a_reply_stops_the_clock_that_began_with_the_card(offices):
    card = give_to_owner(offices)
    found = clock_of(offices, card.number)
    assert (found.kind, found.holder, found.holder_org_id) == (
        CARD_REPLY.code,
        Party.OWNER,
        card.org_id,
    )
    assert found.due_at == card.reply_by_at == TERM_ENDS
    assert (found.next_stage, found.next_check_at) == (None, None)  # no card for a late reply
    offices.here.clock.advance(2 * DAY)
    reply(offices, card.number)
    assert clock_of(offices, card.number).state is ClockState.STOPPED
    assert accounts(offices, card.number) == {Party.OWNER: 2}


@pytest.mark.parametrize("first", ["cards", "clocks"])
def test_silence_ends_with_the_term_however_late_the_sweeps_come(offices, first):
    card = give_to_owner(offices)
    offices.here.clock.move_to(TERM_ENDS + 6 * DAY)
    sweeps = [jobs.sweep, clock_jobs.sweep]
    for sweep in sweeps if first == "cards" else sweeps[::-1]:
        sweep(offices.here)
    assert offices.card(card.number).state is CardState.UNANSWERED
    assert clock_of(offices, card.number).state is ClockState.STOPPED
    assert accounts(offices, card.number) == {Party.OWNER: 5}  # silence is no lateness
    reply(offices, card.number)  # still heard, and nothing is counted for it
    assert accounts(offices, card.number) == {Party.OWNER: 5}


def test_a_card_that_is_taken_back_asks_for_nothing(offices):
    card = give_to_owner(offices)
    propose(offices, card.number)
    decide(offices, card.number)
    assert clock_of(offices, card.number).state is ClockState.STOPPED


def test_a_warning_has_no_clock(offices):
    with offices.work() as work:
        before = work.session.scalars(select(Clock.id)).all()
    number = offices.give(trigger=Trigger.STEP_OVER)
    assert offices.card(number).stage is CardStage.YELLOW
    with offices.work() as work:
        assert work.session.scalars(select(Clock.id)).all() == before


def test_only_the_sides_and_who_oversees_read_it_and_the_log_names_it_by_a_bare_number(offices):
    card = give_to_owner(offices)
    found = clock_of(offices, card.number)
    for who, sees in (("owner", True), ("officer", True), ("other", False)):
        with offices.work(who) as work:
            if sees:
                assert clocks.readable(work, found.id).id == found.id
                assert timing.shown(work, card).id == found.id
            else:
                assert timing.shown(work, card) is None
                with pytest.raises(MissingError):
                    clocks.readable(work, found.id)
    with offices.work() as work:
        told = list(work.session.scalars(select(submissions.c.body).order_by(submissions.c.id)))
    moved = [body for body in told if f"clock:{found.id}".encode() in body]
    assert moved
    assert not any(card.number.encode() in body for body in moved)


def test_a_notice_moves_the_clock_with_the_column_and_tells_the_party_once(offices):
    app_jobs.sweeps()
    card = give_to_owner(offices)
    here = offices.here
    confirmed(here, an_amendment("调整1号", NUMBER_2026, 2026, ("2026-03-05", "放假")))
    holiday_jobs.sweep(here)
    found = clock_of(offices, card.number)
    assert found.due_at == offices.card(card.number).reply_by_at == TERM_ENDS + DAY
    with offices.work() as work:
        told = work.session.scalars(
            select(Message).where(
                Message.kind == "calendar.deadline-changed", Message.org_id == card.org_id
            )
        ).all()
    assert [one.path for one in told] == [f"/clocks/{found.id}"]
