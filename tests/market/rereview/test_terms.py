"""The time to dispute is a stored term: it stands still with its contract, and none is lost."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from market import regulations
from market.calendar import UnknownYearError, default_calendar, provisional_calendar
from market.clock import beijing, beijing_day
from market.clocks import actions as clocks
from market.clocks import jobs as clock_jobs
from market.clocks.queries import clock_of, statement, suspensions_of
from market.clocks.rules import ClockSuspendedError, Party, SuspensionReason
from market.contracts import jobs as contract_jobs
from market.contracts.errors import AwardHeldError
from market.contracts.examining.model import Examination
from market.contracts.examining.queries import last_of
from market.contracts.examining.rules import ExamState
from market.contracts.model import Contract
from market.credit import jobs as credit
from market.draws.model import Award
from market.draws.rules import DrawMode, DrawState
from market.objections.actions.holding import go_on, hold_for
from market.panels import jobs as panel_jobs
from market.regulations import Regulations, instruments
from market.rereview import jobs
from market.rereview.actions import asking
from market.rereview.disputable import disputable
from market.rereview.errors import AskedLateError
from market.rereview.rules import OVERDUE_AFTER, RereviewState
from tests.market.draws.test_pages import site_of
from tests.market.factories.contracts import a_delivered_contract, a_running_contract
from tests.market.factories.credit import working_days_later
from tests.market.factories.rereview import a_pool, ask, found, panel_of, withdraw

CALENDAR = default_calendar()
HOLD = "TS-2026-9999"


@pytest.fixture
def agreed(fast_here, clock):
    """A contract whose first round was returned just now."""
    made = a_delivered_contract(fast_here, clock)
    made.return_work()
    return made


@pytest.fixture
def on_both(here, clock):
    """The same on SQLite and on PostgreSQL."""
    made = a_delivered_contract(here, clock)
    made.return_work()
    return made


def term_of(agreed):
    with agreed.work() as work:
        exam = last_of(work, work.session.get_one(Contract, agreed.contract_id))
        return exam.dispute_by_at, exam.next_check_at


def the_award(agreed, work):
    return work.session.get_one(Award, agreed.contract().award_id)


def hold(agreed):
    with agreed.work(agreed.operator) as work:
        assert hold_for(work, the_award(agreed, work), HOLD)


def let_go(agreed):
    with agreed.work(agreed.operator) as work:
        go_on(work, the_award(agreed, work))


def suspend(agreed, days):
    with agreed.work(agreed.firm) as work:
        one = clock_of(work, f"contract:{agreed.contract_id}")
        why = "现场拆迁未完成，测点无法布设。"
        clocks.request_suspension(work, one, SuspensionReason.SITE_NOT_READY, why, days)
    with agreed.work(agreed.owner) as work:
        one = clock_of(work, f"contract:{agreed.contract_id}")
        [asked] = suspensions_of(work, one)
        clocks.answer_suspension(work, one, asked, agree=True, answer="")


def accounts_of(agreed):
    with agreed.work() as work:
        said = statement(work, clock_of(work, f"contract:{agreed.contract_id}"))
        assert sum(said.accounts.values()) == said.elapsed
        return said.accounts


def test_a_return_begins_a_stored_term_and_its_end_ends_the_right(on_both, clock):
    by_at = CALENDAR.due_at(beijing_day(clock()), 5)
    assert term_of(on_both) == (by_at, by_at)
    clock.move_to(by_at - timedelta(seconds=1))
    contract_jobs.sweep(on_both.here)
    assert term_of(on_both) == (by_at, by_at)
    clock.move_to(by_at)
    with pytest.raises(AskedLateError):
        ask(on_both)
    contract_jobs.sweep(on_both.here)
    assert term_of(on_both) == (by_at, None)
    with pytest.raises(AskedLateError):
        ask(on_both)


def test_it_stands_still_while_an_objection_holds_the_award_and_comes_back_whole(agreed, clock):
    a_pool(agreed)
    hold(agreed)
    working_days_later(clock, 9)
    contract_jobs.sweep(agreed.here)
    with pytest.raises(AwardHeldError):
        ask(agreed)
    with agreed.work(agreed.firm) as work:
        assert disputable(work, agreed.contract()).stands_still
    page = site_of(agreed.city).as_(agreed.firm).get(f"/contracts/mine/{agreed.contract_id}").text
    assert "申请期限停止计算" in page
    let_go(agreed)
    by_at = CALENDAR.due_at(beijing_day(clock()), 5)
    assert term_of(agreed) == (by_at, by_at)
    working_days_later(clock, 4)
    assert ask(agreed).state is RereviewState.DRAWING


def test_it_stands_still_while_the_clock_is_suspended_and_comes_back_whole(agreed, clock):
    a_pool(agreed)
    suspend(agreed, 8)
    working_days_later(clock, 7)
    contract_jobs.sweep(agreed.here)
    with pytest.raises(ClockSuspendedError):
        ask(agreed)
    working_days_later(clock, 2)
    clock_jobs.sweep(agreed.here)
    by_at = CALENDAR.due_at(beijing_day(clock()), 5)
    assert term_of(agreed) == (by_at, by_at)
    assert ask(agreed).state is RereviewState.DRAWING


def test_a_right_that_was_over_before_the_hold_does_not_come_back(agreed, clock):
    by_at, _ = term_of(agreed)
    clock.move_to(by_at)
    contract_jobs.sweep(agreed.here)
    hold(agreed)
    let_go(agreed)
    assert term_of(agreed) == (by_at, None)


def test_no_return_counts_against_the_firm_while_its_term_stands_still(agreed, clock):
    agreed.deliver()
    agreed.return_work()
    hold(agreed)
    working_days_later(clock, 9)
    contract_jobs.sweep(agreed.here)
    assert credit.sweep(agreed.here) == 0
    let_go(agreed)
    clock.move_to(term_of(agreed)[0])
    contract_jobs.sweep(agreed.here)
    assert credit.sweep(agreed.here) == 1


def test_who_hands_in_another_round_disputes_the_last_no_more(agreed):
    agreed.deliver()
    with agreed.work() as work:
        states = work.session.scalars(select(Examination).order_by(Examination.id)).all()
    assert [(one.state, one.next_check_at) for one in states] == [
        (ExamState.RETURNED, None),
        (ExamState.SUBMITTED, None),
    ]


def test_a_return_at_the_end_of_the_last_announced_year_is_not_refused(fast_here, clock):
    agreed = a_running_contract(fast_here, clock)
    clock.move_to(beijing(date(max(one.year for one in CALENDAR.notices), 12, 29), 10))
    agreed.deliver()
    agreed.return_work()
    by_at, _ = term_of(agreed)
    assert by_at == provisional_calendar().due_at(beijing_day(clock()), 5)
    with pytest.raises(UnknownYearError):
        CALENDAR.due_at(beijing_day(clock()), 5)
    row = ask(agreed)  # there is nobody in the pool: the next term lies in that year as well
    assert (row.state, row.due_at) == (RereviewState.FAILED, by_at)


@pytest.fixture
def waiting(agreed, clock, monkeypatch):
    """A re-review whose experts are drawn by a beacon's round that nobody brings."""
    monkeypatch.setattr(asking, "_mode_of", lambda _work, _need_id: DrawMode.A)
    a_pool(agreed)
    row = ask(agreed)
    panel = panel_of(agreed, row)
    for at in (panel.enrol_close_at, panel.phi_at, panel.result_by_at):
        clock.move_to(at)
        panel_jobs.run_due(agreed.here)
        jobs.sweep(agreed.here)
    assert panel_of(agreed, row).state is DrawState.FROZEN
    assert not found(agreed, row).overdue
    return row


def test_a_value_that_does_not_come_is_overdue_and_two_offices_are_told(agreed, waiting, clock):
    clock.move_to(panel_of(agreed, waiting).result_by_at + OVERDUE_AFTER)
    jobs.sweep(agreed.here)
    row = found(agreed, waiting)
    assert (row.state, row.overdue) == (RereviewState.DRAWING, True)
    site = site_of(agreed.city)
    for person, words in (
        (agreed.city.supervisor, "随机值逾期没有带入"),
        (agreed.operator, "合同双方在等待"),
    ):
        assert words in site.as_(person).get("/workbench").text
    assert "随机值逾期没有产生" in site.as_().get(f"/rereviews/{row.number}").text


@pytest.mark.parametrize("is_overdue", [True, False])
def test_a_dispute_taken_back_costs_the_firm_no_time_that_the_draw_took(
    agreed, waiting, clock, *, is_overdue
):
    if is_overdue:
        clock.move_to(panel_of(agreed, waiting).result_by_at + OVERDUE_AFTER)
        jobs.sweep(agreed.here)
    working_days_later(clock, 4)
    if is_overdue:
        jobs.sweep(agreed.here)
    was = accounts_of(agreed)
    assert was[Party.REVIEWER] > 0
    withdraw(agreed, found(agreed, waiting))
    now = accounts_of(agreed)
    whose = Party.THIRD_PARTY if is_overdue else Party.FIRM
    assert now[whose] >= was[whose] + was[Party.REVIEWER] - 1
    assert now[Party.REVIEWER] == 0
    assert (now[Party.THIRD_PARTY] > 0) is is_overdue


def test_a_later_instrument_neither_shortens_a_right_that_runs_nor_gives_an_old_one_back(
    agreed, clock, monkeypatch
):
    (by_at, _), shipped = term_of(agreed), regulations.load()
    old = shipped.in_force("service", beijing_day(clock()))
    days = replace(old.clauses["rereview.ask_working_days"], value=1)
    later = replace(
        old,
        id="later",
        effective_from=beijing_day(clock()) + timedelta(days=1),
        repeals=(old.id,),
        clauses={**old.clauses, "rereview.ask_working_days": days},
    )
    known = Regulations([*shipped.all(), later])
    for module in (regulations, instruments):
        monkeypatch.setattr(module, "current", lambda: known)
    a_pool(agreed)
    clock.move_to(by_at - timedelta(hours=1))
    assert regulations.in_force("service", beijing_day(clock())).id == "later"
    contract_jobs.sweep(agreed.here)
    assert term_of(agreed) == (by_at, by_at)
    hold(agreed)
    let_go(agreed)
    again_by_at = CALENDAR.due_at(beijing_day(clock()), 5)
    assert term_of(agreed) == (again_by_at, again_by_at), "the whole term of its own rules"
    assert ask(agreed).state is RereviewState.DRAWING
