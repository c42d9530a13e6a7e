"""The clock of a milestone: the service's accounts, a day that moves with them, one card."""

import random  # noqa: TID251 - a course for a test, no draw
import shutil
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import func, select

from market import jobs as app_jobs
from market.calendar import default_calendar, end_of
from market.clock import ManualClock, beijing_day
from market.clocks import actions as clocks
from market.clocks import jobs as clock_jobs
from market.clocks import queries as clock_queries
from market.clocks.card_rules import Trigger
from market.clocks.counting import last_day_before
from market.clocks.kinds import PROGRESS_REPORT, REPORT_BY_DAY
from market.clocks.late import entered
from market.clocks.model import Card, Clock
from market.clocks.rules import ClockState, Party, SuspensionReason
from market.contracts import jobs
from market.contracts.examining import actions as examining
from market.contracts.reports import timing
from market.contracts.reports.rules import MilestoneState, Planned
from market.contracts.rules import ContractState
from market.holidays import jobs as holiday_jobs
from market.holidays.model import DeadlineChange
from market.installation import Installation
from market.messages.model import Message
from tests.market.contracts.reports.test_actions import (
    a_running_one,
    milestones,
    report,
    states,
)
from tests.market.factories.holidays import an_amendment, confirmed

CALENDAR = default_calendar()
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
NUMBER_2026 = "国办发明电〔2025〕7号"
S = MilestoneState
SATURDAY = 5


def clock_of(agreed, place=0):
    one = milestones(agreed)[place]
    with agreed.work() as work:
        return timing.of(work, one)


def accounts(agreed, place=0):
    """Return who used what, once it was seen that they sum to the time that has passed."""
    with agreed.work() as work:
        said = clock_queries.statement(work, timing.of(work, milestones(agreed)[place]))
    assert sum(said.accounts.values()) == said.elapsed
    return {party: days for party, days in said.accounts.items() if days}


def suspend(agreed, working_days):
    with agreed.work(agreed.firm) as work:
        found = clock_queries.clock_of(work, f"contract:{agreed.contract_id}")
        reason = SuspensionReason.SITE_NOT_READY
        clocks.request_suspension(
            work, found, reason, "现场拆迁未完成，测点无法布设。", working_days
        )
    with agreed.work(agreed.owner) as work:
        found = clock_queries.clock_of(work, f"contract:{agreed.contract_id}")
        asked = clock_queries.suspensions_of(work, found)[0]
        clocks.answer_suspension(work, found, asked, agree=True, answer="")


def test_a_milestone_has_a_clock_that_stops_with_its_report(here, clock):
    agreed = a_running_one(here, clock)
    contract = agreed.contract()
    first, second = clock_of(agreed), clock_of(agreed, 1)
    for found, one, days in zip((first, second), milestones(agreed), (5, 8), strict=True):
        assert (found.kind, found.agreed_units, found.holder) == (
            PROGRESS_REPORT.code,
            days,
            Party.FIRM,
        )
        assert (found.number, found.holder_org_id) == (contract.number, contract.firm_org_id)
        assert found.due_at == one.due_at == one.next_check_at
        assert (found.next_stage, found.next_check_at) == (None, None)  # it has no ladder
    clock.advance(DAY)
    report(agreed)
    assert (clock_of(agreed).state, clock_of(agreed, 1).state) == (
        ClockState.STOPPED,
        ClockState.RUNNING,
    )


def test_a_milestone_of_a_day_is_due_by_that_day_or_the_next_working_day(fast_here, clock):
    today = beijing_day(clock())
    saturday = next(
        day
        for day in (today + n * DAY for n in range(50, 80))
        if day.weekday() == SATURDAY and CALENDAR.is_working_day(day - DAY)
        and not CALENDAR.is_working_day(day)
    )  # fmt: skip
    friday = saturday - DAY
    plan = tuple(Planned(name=f"节点{n}", due_on=day) for n, day in enumerate((friday, saturday)))
    agreed = a_running_one(fast_here, clock, plan)
    assert clock_of(agreed).kind == REPORT_BY_DAY.code
    assert [one.due_at for one in milestones(agreed)] == [
        end_of(friday),
        CALENDAR.due_at(saturday, 1),
    ]


def test_what_passes_on_another_account_passes_so_here_and_moves_the_day(here, clock):
    agreed = a_running_one(here, clock)
    began_on = beijing_day(clock())
    suspend(agreed, 8)
    assert clock_of(agreed).due_at is None
    assert milestones(agreed)[0].next_check_at is None
    clock.move_to(CALENDAR.due_at(began_on, 6))
    assert jobs.sweep(here) == 0  # its old day is past; nobody is late
    resumed_at = CALENDAR.due_at(began_on, 8)
    clock.move_to(resumed_at + 2 * DAY)  # the sweep comes late and gives no day away
    clock_jobs.sweep(here)
    assert [one.due_at for one in milestones(agreed)] == [
        CALENDAR.due_at(began_on, 13),
        CALENDAR.due_at(began_on, 16),
    ]
    assert accounts(agreed)[Party.OWNER] == 8
    clock.move_to(milestones(agreed)[0].due_at - SECOND)
    assert jobs.sweep(here) == 0
    clock.advance(SECOND)
    assert jobs.sweep(here) == 1
    assert states(agreed) == [S.MISSED, S.DUE]


def test_a_report_that_is_missed_is_one_card_and_its_clock_runs_on(fast_here, clock):
    agreed = a_running_one(fast_here, clock)
    due_at = milestones(agreed)[0].due_at
    clock.move_to(due_at)
    for _ in range(2):
        app_jobs.tick(fast_here)
    with agreed.work() as work:
        cards = work.session.scalars(select(Card).where(Card.org_id == agreed.firm.actor.org_id))
        assert [card.trigger for card in cards] == [Trigger.LATE_REPORT]
    assert (clock_of(agreed).state, milestones(agreed)[0].due_at) == (ClockState.RUNNING, due_at)
    clock.advance(3 * DAY)
    report(agreed)
    assert (clock_of(agreed).state, states(agreed)[0]) == (ClockState.STOPPED, S.LATE)
    assert milestones(agreed)[0].due_at == due_at


def test_while_the_work_is_examined_no_report_is_missed_and_it_has_a_day_after_it(here, clock):
    agreed = a_running_one(here, clock)
    clock.move_to(milestones(agreed)[0].due_at - DAY / 2)
    agreed.deliver()
    assert milestones(agreed)[0].next_check_at is None
    agreed.do(agreed.owner, lambda work, c: examining.supplement(work, c, "缺少第三章附图"))
    # The time is the firm's again, and it cannot report while the round is examined.
    clock.advance(DAY)
    jobs.sweep(here)
    assert states(agreed)[0] is S.DUE
    agreed.supply()
    agreed.return_work()
    assert milestones(agreed)[0].due_at >= CALENDAR.due_at(beijing_day(clock()), 1)
    assert accounts(agreed)[Party.FIRM] >= 5


def test_a_clock_that_stands_for_a_missing_document_goes_on_with_the_service(fast_here, clock):
    agreed = a_running_one(fast_here, clock)
    agreed.deliver()
    by_on = CALENDAR.add_working_days(beijing_day(clock()), 3)
    agreed.do(agreed.owner, lambda work, c: examining.tolerate(work, c, "缺少盖章页", by_on))
    assert clock_of(agreed).state is ClockState.STOPPED
    clock.advance(DAY)
    agreed.supply()
    assert clock_of(agreed).state is ClockState.RUNNING
    agreed.accept()
    assert (clock_of(agreed).state, states(agreed)) == (ClockState.STOPPED, [S.CLOSED, S.CLOSED])
    accounts(agreed)


def test_what_follows_the_service_is_nobody_s_entry(fast_here, clock):
    agreed = a_running_one(fast_here, clock)
    with agreed.work() as work:
        before = entered(work, clock() - DAY, clock() + DAY)
    agreed.deliver()
    with agreed.work() as work:
        after = entered(work, clock() - DAY, clock() + DAY)
    firm_id = agreed.firm.actor.org_id
    # The service's clock and the owner's own: none for either of the two milestones.
    assert after[firm_id].entered - (before[firm_id].entered if firm_id in before else 0) == 2
    assert before[agreed.owner.actor.org_id].entered == 1


def test_a_notice_moves_the_clock_and_the_milestone_and_tells_it_once(here, clock):
    agreed = a_running_one(here, clock)
    before = [one.due_at for one in milestones(agreed)]
    app_jobs.sweeps()
    day = CALENDAR.next_working_day(beijing_day(clock()))
    with agreed.work() as work:
        last = work.session.scalar(select(func.max(Message.id)))
    confirmed(here, an_amendment("调整1号", NUMBER_2026, 2026, (day.isoformat(), "放假")))
    holiday_jobs.sweep(here)
    after = [one.due_at for one in milestones(agreed)]
    assert all(now > was for was, now in zip(before, after, strict=True))
    assert [one.next_check_at for one in milestones(agreed)] == after
    assert [clock_of(agreed, place).due_at for place in (0, 1)] == after
    ids = [clock_of(agreed, place).id for place in (0, 1)]
    with agreed.work() as work:
        rows = work.session.scalars(
            select(DeadlineChange).where(
                DeadlineChange.subject.in_([f"clock:{one}" for one in ids])
            )
        ).all()
        told = work.session.scalars(
            select(Message).where(Message.id > last, Message.path == f"/clocks/{ids[0]}")
        ).all()
    assert [row.due_at for row in rows] == after
    assert all(row.is_public for row in rows)
    assert len(told) == 2  # both sides, once


def a_copy(agreed, folder):
    """Return the same contract in an installation of its own."""
    config, clock = agreed.here.config, ManualClock(agreed.here.clock())
    shutil.copytree(config.data_dir.parent, folder)
    url = f"sqlite:///{folder / Path(config.database_url).name}"
    own = replace(config, database_url=url, data_dir=folder / "var")
    city = replace(agreed.city, here=Installation.open(own, clock), clock=clock)
    return replace(agreed, city=city)


def test_the_accounts_of_a_report_are_the_service_s_whatever_happens(
    fast_here, clock, tmp_path_factory
):
    agreed = a_running_one(fast_here, clock)
    fast_here.engine.dispose()
    compared = 0
    for seed in range(8):
        chance = random.Random(seed)
        one = a_copy(agreed, tmp_path_factory.mktemp("course") / "copy")
        for _ in range(6):
            one.here.clock.advance(chance.randrange(8) * DAY)
            app_jobs.tick(one.here)
            _something(one, chance)
            compared += _same_as_the_service(one)
        one.here.engine.dispose()
    assert compared > 8  # reports were awaited on the way, not only before it


def _something(agreed, chance):
    """Do one of what can be done now."""
    state, standing = agreed.contract().state, agreed.clock().state is ClockState.SUSPENDED
    if state is ContractState.DELIVERED:
        agreed.return_work()
    elif state is ContractState.RUNNING and not standing:
        deeds = [agreed.deliver, agreed.deliver, partial(suspend, agreed, 3)]
        if states(agreed)[0] in {S.DUE, S.MISSED}:
            deeds.append(partial(report, agreed))
        chance.choice(deeds)()


def _same_as_the_service(agreed):
    """Compare the clocks of awaited reports with the service's; return how many there are."""
    services = agreed.clock()
    with agreed.work() as work:
        service = clock_queries.statement(work, services)
        running = work.session.scalars(
            select(Clock).where(
                Clock.kind == PROGRESS_REPORT.code, Clock.state != ClockState.STOPPED
            )
        ).all()
        for one in running:
            said = clock_queries.statement(work, one)
            assert said.accounts == service.accounts
            assert sum(said.accounts.values()) == said.elapsed
            assert clock_queries.runs_for(work, one) is clock_queries.runs_for(work, services)
        return len(running)


def service(agreed, work):
    return clock_queries.clock_of(work, f"contract:{agreed.contract_id}")


def test_what_was_missed_before_the_work_came_stays_missed(here, clock):
    agreed = a_running_one(here, clock)
    due_at = milestones(agreed)[0].due_at
    clock.move_to(due_at)  # no sweep has come by
    agreed.deliver()
    first, second = milestones(agreed)
    assert (first.state, first.missed_at, second.state) == (S.MISSED, due_at, S.DUE)
    with agreed.work() as work:
        cards = work.session.scalars(select(Card).where(Card.trigger == Trigger.LATE_REPORT))
        assert [card.org_id for card in cards] == [agreed.firm.actor.org_id]
    jobs.sweep(here)
    assert states(agreed) == [S.MISSED, S.DUE]


def test_a_missed_report_says_so_after_the_contract_is_done(client, fast_here, clock):
    agreed = a_running_one(fast_here, clock)
    clock.move_to(milestones(agreed)[0].due_at)
    agreed.deliver()
    agreed.accept()
    assert states(agreed) == [S.CLOSED, S.CLOSED]
    page = client.get(f"/contracts/{agreed.contract().number}").text
    assert page.count("逾期未报告，合同已经办结") == 1


def test_a_report_that_comes_after_its_day_is_late_before_any_sweep(fast_here, clock):
    agreed = a_running_one(fast_here, clock)
    clock.move_to(milestones(agreed)[0].due_at - SECOND)
    report(agreed)
    clock.move_to(milestones(agreed)[1].due_at)
    report(agreed, 1)
    assert states(agreed) == [S.REPORTED, S.LATE]


def test_no_suspension_saves_what_was_missed_before_it(fast_here, clock):
    agreed = a_running_one(fast_here, clock)
    due_at = milestones(agreed)[0].due_at
    clock.move_to(due_at)
    suspend(agreed, 2)
    one = milestones(agreed)[0]
    assert (one.state, one.missed_at, one.due_at) == (S.MISSED, due_at, due_at)


def dispute_and_withdraw(agreed):
    """Let the reviewers have the time for six days, and then give it back to the firm."""
    with agreed.work() as work:
        clocks.hand_to(work, service(agreed, work), Party.REVIEWER, "退回有争议")
        since_at = work.now
    agreed.here.clock.advance(10 * DAY)
    with agreed.work() as work:
        clocks.correct(
            work,
            service(agreed, work),
            from_at=since_at,
            of=Party.REVIEWER,
            to=Party.FIRM,
            party=Party.FIRM,
            why="争议撤回",
        )


def test_a_dispute_taken_back_again_and_again_makes_no_term_longer_but_once(here, clock):
    agreed = a_running_one(here, clock)
    dispute_and_withdraw(agreed)
    least_at = CALENDAR.due_at(last_day_before(clock()), 1)
    assert milestones(agreed)[0].due_at == least_at
    dispute_and_withdraw(agreed)
    first = milestones(agreed)[0]
    assert (first.state, first.due_at) == (S.DUE, least_at)  # which is over by now
    jobs.sweep(here)
    first = milestones(agreed)[0]
    assert (first.state, first.missed_at) == (S.MISSED, least_at)
    assert accounts(agreed).keys() == {Party.FIRM}


def test_the_page_of_a_report_s_clock_speaks_of_no_extension_that_nobody_asked_for(
    client, fast_here, clock
):
    agreed = a_running_one(fast_here, clock)
    dispute_and_withdraw(agreed)
    page = client.get(f"/clocks/{clock_of(agreed).id}").text
    assert "按规则顺延的：服务暂停以后，报告至少还有规则规定的工作日" in page
    assert "延期增加" not in page
