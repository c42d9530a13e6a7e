"""The answer to a request to end a contract has a clock, and so has the authority's decision."""

from datetime import timedelta

from sqlalchemy import select

from market import jobs as app_jobs
from market.calendar import default_calendar
from market.clock import beijing_day
from market.clocks import queries as clocks
from market.clocks.kinds import AUTHORITY_DECISION, PARTY_REPLY
from market.clocks.model import Clock
from market.clocks.rules import ClockState, Party
from market.contracts import jobs
from market.contracts.actions.held import pause
from market.contracts.ending import actions
from market.contracts.ending.following import renew
from market.contracts.ending.rules import EndingState
from market.contracts.signing.rules import Fault
from market.draws.model import Award
from market.holidays import jobs as holiday_jobs
from market.messages.model import Message
from tests.market.contracts.test_ending import WHY, apply, ask, last, step
from tests.market.factories.accounts import sign_in
from tests.market.factories.contracts import a_running_contract
from tests.market.factories.credit import a_decider, an_officer
from tests.market.factories.firms import PASSWORD
from tests.market.factories.holidays import an_amendment, confirmed

CALENDAR = default_calendar()
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
NUMBER_2026 = "国办发明电〔2025〕7号"


def clocks_of(agreed, kind):
    number = last(agreed).number
    with agreed.work() as work:
        return work.session.scalars(
            select(Clock).where(Clock.number == number, Clock.kind == kind.code).order_by(Clock.id)
        ).all()


def accounts(agreed, one):
    with agreed.work() as work:
        said = clocks.statement(work, clocks.by_id(work, one.id))
    assert sum(said.accounts.values()) == said.elapsed
    return {party: days for party, days in said.accounts.items() if days}


def test_an_answer_stops_the_other_side_s_time(here, clock):
    agreed = a_running_contract(here, clock)
    row = ask(agreed)
    (one,) = clocks_of(agreed, PARTY_REPLY)
    assert (one.holder, one.holder_org_id, one.other_org_id, one.due_at) == (
        Party.FIRM,
        agreed.firm.actor.org_id,
        agreed.owner.actor.org_id,
        row.due_at,
    )
    clock.move_to(CALENDAR.due_at(beijing_day(clock()), 1) - SECOND)
    step(agreed, agreed.firm, actions.answer, agree=False, text=WHY)
    (one,) = clocks_of(agreed, PARTY_REPLY)
    assert (one.state, accounts(agreed, one)) == (ClockState.STOPPED, {Party.FIRM: 1})


def test_silence_ends_with_the_term_and_the_authority_s_time_begins(here, clock):
    agreed = a_running_contract(here, clock)
    officer = an_officer(agreed.here)
    row = apply(agreed)
    clock.move_to(row.due_at + 2 * DAY)
    jobs.sweep(here)
    row = last(agreed)
    (answer,), (decision,) = (clocks_of(agreed, k) for k in (PARTY_REPLY, AUTHORITY_DECISION))
    assert row.state is EndingState.TO_DECIDE
    assert (answer.state, accounts(agreed, answer)) == (
        ClockState.STOPPED,
        {Party.FIRM: answer.agreed_units},
    )
    assert (decision.holder_org_id, decision.due_at) == (officer.actor.org_id, row.due_at)
    step(agreed, officer, actions.propose, ends=False, fault=None, text=WHY)
    assert clocks_of(agreed, AUTHORITY_DECISION)[0].state is ClockState.RUNNING
    step(agreed, a_decider(agreed.here), actions.decide, agree=True, text=WHY)
    assert clocks_of(agreed, AUTHORITY_DECISION)[0].state is ClockState.STOPPED


def test_its_sides_find_the_clock_on_the_contract_s_page_and_nobody_else_does(
    app, fast_here, clock
):
    agreed = a_running_contract(fast_here, clock)
    ask(agreed)
    (one,) = clocks_of(agreed, PARTY_REPLY)
    page, where = f"/contracts/mine/{agreed.contract_id}", f"/clocks/{one.id}"
    for person in (agreed.owner, agreed.firm):
        reader = app.test_client()
        sign_in(reader, person.user, PASSWORD)
        assert where in reader.get(page).text
        assert reader.get(where).status_code == 200
    stranger = app.test_client()
    assert where not in stranger.get(f"/contracts/{agreed.contract().number}").text
    assert stranger.get(where).status_code == 404


def test_an_end_ends_every_clock_of_it(fast_here, clock):
    agreed = a_running_contract(fast_here, clock)
    apply(agreed)
    step(agreed, agreed.firm, actions.reply, text=WHY)
    step(agreed, an_officer(fast_here), actions.propose, ends=True, fault=Fault.FIRM, text=WHY)
    step(agreed, a_decider(fast_here), actions.decide, agree=True, text=WHY)
    with agreed.work() as work:
        running = work.session.scalars(
            select(Clock).where(Clock.state == ClockState.RUNNING, Clock.number.like("JY-%"))
        ).all()
    assert running == []


def test_an_award_that_is_held_holds_them_too(fast_here, clock):
    agreed = a_running_contract(fast_here, clock)
    ask(agreed)
    award_id = agreed.contract().award_id
    with agreed.work() as work:
        pause(work, work.session.get_one(Award, award_id))
    assert [one.state for one in clocks_of(agreed, PARTY_REPLY)] == [ClockState.STOPPED]
    clock.advance(2 * DAY)
    with agreed.work() as work:
        renew(work, work.session.get_one(Award, award_id))
    first, second = clocks_of(agreed, PARTY_REPLY)
    assert (first.state, second.state) == (ClockState.STOPPED, ClockState.RUNNING)
    assert second.due_at == last(agreed).due_at == CALENDAR.due_at(beijing_day(clock()), 5)


def test_a_notice_moves_the_clock_with_the_column_and_tells_each_side_once(here, clock):
    agreed = a_running_contract(here, clock)
    app_jobs.sweeps()
    ask(agreed)
    day = CALENDAR.next_working_day(beijing_day(clock()))
    confirmed(here, an_amendment("调整1号", NUMBER_2026, 2026, (day.isoformat(), "放假")))
    holiday_jobs.sweep(here)
    (one,) = clocks_of(agreed, PARTY_REPLY)
    assert one.due_at == last(agreed).due_at
    paths = (f"/clocks/{one.id}", f"/contracts/mine/{agreed.contract_id}/ending")
    with agreed.work() as work:
        told = work.session.scalars(
            select(Message).where(
                Message.kind == "calendar.deadline-changed", Message.path.in_(paths)
            )
        ).all()
    sides = [agreed.firm.actor.org_id, agreed.owner.actor.org_id]
    assert sorted(one.org_id for one in told) == sorted(sides)
