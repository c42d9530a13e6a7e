"""Whose turn it is, as clocks: checks, replies, reviews; each day on one account."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from market.clocks import jobs as clock_jobs
from market.clocks import queries as clocks
from market.clocks import turns
from market.clocks.card_rules import Trigger
from market.clocks.kinds import PARTY_REPLY
from market.clocks.model import Card, Clock
from market.clocks.rules import ClockState, Party
from market.contracts import jobs as contract_jobs
from market.credit.cases import actions as cases
from market.credit.cases.model import Case
from market.db import Actor, unit_of_work
from market.firms.actions import checks
from market.firms.checks import ReturnReason
from market.holidays import jobs as holiday_jobs
from market.jobs import sweeps
from market.needs import actions as needs
from market.needs.queries import by_id as need_by_id
from market.regulations import in_force
from tests.market.factories.clocks import a_clock
from tests.market.factories.contracts import a_delivered_contract
from tests.market.factories.credit import a_case, a_late_firm, an_officer
from tests.market.factories.firms import a_submitted_firm
from tests.market.factories.firms import an_operator as a_clerk
from tests.market.factories.firms import submit as submit_firm
from tests.market.factories.holidays import an_amendment, confirmed
from tests.market.factories.needs import a_submitted_need, an_approved_need, an_operator

DAY = timedelta(days=1)
WHY = "原始资料由外地分支机构保管，尚在调取，预计需要几天时间才能核对清楚。"
NUMBER_2026 = "国办发明电〔2025〕7号"


def timed(here, about):
    """Return the clocks of all turns of a thing, each with its days by party."""
    found = []
    with unit_of_work(here.sessions, Actor("test"), here.clock) as work:
        rows = work.session.scalars(select(Clock).order_by(Clock.id)).all()
        for clock in [row for row in rows if row.subject.startswith(f"{about}:")]:
            said = clocks.statement(work, clock)
            assert sum(said.accounts.values()) == said.elapsed
            found.append((clock, {party: days for party, days in said.accounts.items() if days}))
    return found


def deed(here, person, what, table, key):
    with unit_of_work(here.sessions, person.actor, here.clock) as work:
        return what(work, work.session.get_one(table, key))


def test_a_firm_s_check_is_the_operator_s_time_and_its_mending_the_firm_s(here, clock):
    clerk = a_clerk(here)
    firm, delegate = a_submitted_firm(here)
    about = f"firm-check:{firm.id}"
    ((first, _),) = timed(here, about)
    assert (first.due_at, first.holder_org_id) == (firm.check_due_at, clerk.actor.org_id)
    clock.advance(2 * DAY)  # Wednesday
    send_back = lambda work, row: checks.check_return(  # noqa: E731
        work, row, [ReturnReason.FACTS_WRONG], "住所与营业执照不一致"
    )
    deed(here, clerk, send_back, type(firm), firm.id)
    clock.advance(DAY)
    assert timed(here, about)[0][1] == {Party.REVIEWER: 2, Party.FIRM: 1}
    deed(here, delegate, submit_firm, type(firm), firm.id)
    (first, used), (second, _) = timed(here, about)
    assert (first.state, used) == (ClockState.STOPPED, {Party.REVIEWER: 2, Party.FIRM: 1})
    with unit_of_work(here.sessions, Actor("test"), here.clock) as work:
        assert second.due_at == work.session.get_one(type(firm), firm.id).check_due_at
    deed(here, clerk, checks.check_pass, type(firm), firm.id)
    assert timed(here, about)[1][0].state is ClockState.STOPPED


def test_a_need_s_check_stops_with_the_notice_and_its_return_is_the_owner_s_time(fast_here, clock):
    operator, actor = an_operator(fast_here)
    need = an_approved_need(fast_here, clock)
    about = f"need-check:{need.id}"
    clock.advance(DAY)
    with unit_of_work(fast_here.sessions, actor, fast_here.clock) as work:
        needs.return_to_owner(work, need_by_id(work, need.id), "预算金额与批复不一致")
    clock.advance(DAY)
    ((one, used),) = timed(fast_here, about)
    assert (one.state, used) == (ClockState.RUNNING, {Party.REVIEWER: 1, Party.OWNER: 1})
    with unit_of_work(fast_here.sessions, actor, fast_here.clock) as work:
        needs.withdraw(work, need_by_id(work, need.id), "项目资金计划调整，不再采购")
    assert timed(fast_here, about)[0][0].state is ClockState.STOPPED
    assert operator.organisation_id == one.holder_org_id


def test_a_need_that_is_not_with_the_operator_has_no_clock(fast_here, clock):
    an_operator(fast_here)
    need = a_submitted_need(fast_here, clock)
    assert timed(fast_here, f"need-check:{need.id}") == []


def test_without_an_operator_nobody_holds_a_check(fast_here):
    firm, _ = a_submitted_firm(fast_here)
    assert timed(fast_here, f"firm-check:{firm.id}") == []


def test_a_reply_ends_with_its_term_and_nobody_is_late(here, clock):
    firm, _ = a_late_firm(here, clock)
    case = a_case(here, firm, an_officer(here))
    ((one, _),) = timed(here, f"case-reply:{case.id}")
    assert one.due_at == case.reply_by_at
    clock.move_to(case.reply_by_at + 20 * DAY)
    clock_jobs.sweep(here)
    ((one, used),) = timed(here, f"case-reply:{case.id}")
    assert (one.state, sum(used.values())) == (ClockState.STOPPED, one.agreed_units)
    assert clock_jobs.sweep(here) == 0


def test_more_time_and_the_last_word_are_on_the_clock_too(fast_here, clock):
    firm, delegate = a_late_firm(fast_here, clock)
    case = a_case(fast_here, firm, an_officer(fast_here))
    about = f"case-reply:{case.id}"
    deed(
        fast_here,
        delegate,
        lambda work, row: cases.extend(work, row, WHY),
        Case,
        case.id,
    )
    with unit_of_work(fast_here.sessions, Actor("test"), fast_here.clock) as work:
        until = work.session.get_one(Case, case.id).reply_by_at
    assert timed(fast_here, about)[0][0].due_at == until > case.reply_by_at
    last = lambda work, row: cases.reply(  # noqa: E731
        work, row, WHY, is_last=True
    )
    deed(fast_here, delegate, last, Case, case.id)
    assert timed(fast_here, about)[0][0].state is ClockState.STOPPED


def test_a_saturday_that_is_worked_leaves_a_reply_and_its_clock_where_they_are(here, clock):
    sweeps()
    timed_one = a_clock(here, limit=5, kind=PARTY_REPLY)
    due_at = timed_one.clock().due_at  # Monday: Saturday 7 March lies before it
    amendment = an_amendment("调整1号", NUMBER_2026, 2026, ("2026-03-07", "上班"))
    confirmed(here, amendment)
    holiday_jobs.sweep(here)
    assert timed_one.clock().due_at == due_at


def test_the_owner_s_own_term_is_a_clock_each_time_the_round_is_with_it(fast_here, clock):
    agreed = a_delivered_contract(fast_here, clock)
    about = f"owner-review:{agreed.contract_id}"
    ((one, _),) = timed(fast_here, about)
    assert one.due_at == agreed.contract().act_by_at
    agreed.return_work()
    agreed.deliver()
    (first, _), (second, _) = timed(fast_here, about)
    assert (first.state, second.due_at) == (ClockState.STOPPED, agreed.contract().act_by_at)
    clock.move_to(second.due_at + 3 * DAY)
    contract_jobs.sweep(fast_here)  # Silence accepts, at the end of the term and not today.
    (_, _), (second, used) = timed(fast_here, about)
    with unit_of_work(fast_here.sessions, Actor("test"), fast_here.clock) as work:
        given = [card.trigger for card in work.session.scalars(select(Card))]
    assert given.count(Trigger.STEP_OVER) == 1  # the step's own, and none by its clock
    assert (second.state, used) == (ClockState.STOPPED, {Party.OWNER: second.agreed_units})


def test_strangers_and_visitors_do_not_see_that_somebody_replies_or_is_checked(
    app, client, fast_here, clock
):
    a_clerk(fast_here)
    firm, _ = a_submitted_firm(fast_here)
    ((one, _),) = timed(fast_here, f"firm-check:{firm.id}")
    assert client.get(f"/clocks/{one.id}").status_code == 404
    private = a_clock(fast_here, kind=PARTY_REPLY)
    assert client.get(f"/clocks/{private.clock_id}").status_code == 404


@pytest.mark.parametrize("what", ["end_by_now", "end", "hand", "give_more"])
def test_whoever_acts_in_time_is_not_beaten_by_the_worker_a_second_later(pg_here, clock, what):
    here = pg_here  # SQLite has one writer: nothing comes in between
    service = a_clock(here, limit=20).clock()
    with unit_of_work(here.sessions, Actor("test"), here.clock) as work:
        one = turns.begin(
            work,
            PARTY_REPLY,
            "spoken:1",
            number="ZZ-1",
            title="t",
            holder=Party.FIRM,
            holder_org_id=service.holder_org_id,
            other_org_id=service.other_org_id,
            limit=2,
            regulation=in_force("market-process", work.today),
        )
        due_at, key = one.due_at, one.id
    more = {"end_by_now": ("已答复",), "end": ("已答复",), "give_more": (2,)}
    clock.move_to(due_at - timedelta(seconds=1))
    with unit_of_work(here.sessions, Actor("test"), here.clock) as work:  # in time
        assert turns.last_of(work, "spoken:1").state is ClockState.RUNNING
        clock.move_to(due_at)
        with unit_of_work(here.sessions, Actor("job:clocks"), here.clock) as sweep:
            assert turns.close(sweep, key) == 1
        getattr(turns, what)(work, "spoken:1", *more.get(what, (Party.OWNER, "补正")))
    ((kept, _),) = timed(here, "spoken:1")
    assert (kept.state, kept.extended_units) == (ClockState.STOPPED, 0)
