"""Progress reports: agreed with the contract, due by their own clocks, carded when they miss."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from market.access import OrgKind, Role
from market.accounts.queries import organisation
from market.calendar import default_calendar
from market.catalogue.report_templates import actions as templates
from market.catalogue.report_templates.queries import by_id
from market.catalogue.report_templates.shipped import shipped_for
from market.clock import beijing_day
from market.clocks.card_rules import Trigger
from market.clocks.model import Card
from market.contracts import jobs
from market.contracts.reports import actions, queries
from market.contracts.reports.actions import ReportFacts
from market.contracts.reports.rules import (
    EarlierFirstError,
    IllegalMilestoneMoveError,
    MilestoneState,
    NothingDoneError,
    PercentError,
    PlanLongError,
    Planned,
    ReportEarlyError,
)
from market.db import unit_of_work
from market.errors import MissingError
from market.needs.queries import by_id as need_by_id
from tests.market.factories.contracts import a_file, file_it
from tests.market.factories.draws import a_confirmed_award
from tests.market.factories.firms import a_person

CALENDAR = default_calendar()
SECOND = timedelta(seconds=1)
PLAN = (Planned(name="初稿", after_working_days=5), Planned(name="踏勘", after_working_days=8))
FACTS = ReportFacts(percent=40, done="完成现场踏勘和资料收集。", obstacles="缺少红线图")
S = MilestoneState


def a_planned_contract(here, clock, plan=PLAN):
    drawn = a_confirmed_award(here, clock)
    return file_it(drawn, drawn.delegate, milestones=plan)


def a_running_one(here, clock, plan=PLAN):
    agreed = a_planned_contract(here, clock, plan)
    agreed.confirm()
    agreed.hand_over()
    return agreed


def milestones(agreed):
    contract = agreed.contract()
    with agreed.work() as work:
        return queries.milestones(work, contract)


def states(agreed):
    return [one.state for one in milestones(agreed)]


def report(agreed, place=0, facts=FACTS):
    key = milestones(agreed)[place].id
    agreed.do(
        agreed.firm,
        lambda work, c: actions.report(work, c, key, facts, a_file(agreed.here, work)),
    )


def cards(agreed):
    with agreed.work() as work:
        return [
            (card.trigger, card.org_id)
            for card in work.session.scalars(select(Card).where(Card.trigger != Trigger.TIME))
        ]


def test_reports_are_due_from_the_start_and_reported_once(here, clock):
    agreed = a_planned_contract(here, clock)
    assert states(agreed) == [S.PLANNED, S.PLANNED]
    agreed.confirm()
    agreed.hand_over()
    today = beijing_day(clock())
    assert [(one.state, one.due_at) for one in milestones(agreed)] == [
        (S.DUE, CALENDAR.due_at(today, 5)),
        (S.DUE, CALENDAR.due_at(today, 8)),
    ]
    report(agreed)
    assert states(agreed) == [S.REPORTED, S.DUE]
    with pytest.raises(IllegalMilestoneMoveError):
        report(agreed)
    contract = agreed.contract()
    with agreed.work() as work:
        row = queries.rows_of(work, contract)[0]
        assert (row.report.percent, row.report.obstacles) == (40, "缺少红线图")
        assert queries.has_file(work, contract, row.file.id)


def test_nobody_reports_on_everything_on_the_first_day(here, clock):
    agreed = a_running_one(here, clock)
    with pytest.raises(EarlierFirstError):
        report(agreed, 1)
    report(agreed)
    with pytest.raises(ReportEarlyError):
        report(agreed, 1)
    with agreed.work(agreed.firm) as work:
        assert queries.awaited_of_us(work) == []
    clock.move_to(milestones(agreed)[0].due_at)
    with agreed.work(agreed.firm) as work:
        assert [one.name for one, _ in queries.awaited_of_us(work)] == ["踏勘"]
    report(agreed, 1)
    assert states(agreed) == [S.REPORTED, S.REPORTED]


def test_two_that_were_missed_are_reported_on_one_day_in_their_order(fast_here, clock):
    agreed = a_running_one(fast_here, clock)
    clock.move_to(milestones(agreed)[1].due_at)
    jobs.sweep(fast_here)
    with pytest.raises(EarlierFirstError):
        report(agreed, 1)
    report(agreed)
    report(agreed, 1)
    assert states(agreed) == [S.LATE, S.LATE]


def test_two_of_one_day_are_reported_in_their_order(fast_here, clock):
    same = tuple(Planned(name=name, after_working_days=5) for name in ("初稿", "踏勘"))
    agreed = a_running_one(fast_here, clock, same)
    with pytest.raises(EarlierFirstError):
        report(agreed, 1)
    report(agreed)
    report(agreed, 1)
    assert states(agreed) == [S.REPORTED, S.REPORTED]


def test_a_report_that_misses_its_day_is_a_card_once_and_may_still_come(here, clock):
    agreed = a_running_one(here, clock)
    due_at = milestones(agreed)[0].due_at
    clock.move_to(due_at - SECOND)
    assert jobs.sweep(here) == 0
    clock.move_to(due_at)
    assert jobs.sweep(here) == 1
    assert jobs.sweep(here) == 0
    assert states(agreed) == [S.MISSED, S.DUE]
    assert cards(agreed) == [(Trigger.LATE_REPORT, agreed.firm.actor.org_id)]
    report(agreed)
    assert states(agreed) == [S.LATE, S.DUE]


def test_no_report_is_missed_while_the_work_is_examined(fast_here, clock):
    agreed = a_running_one(fast_here, clock)
    agreed.deliver()
    due_at = milestones(agreed)[0].due_at
    clock.move_to(due_at)
    jobs.sweep(fast_here)
    agreed_states = states(agreed)
    assert agreed_states[0] in {S.DUE, S.CLOSED}
    # The owner let its own step pass; the firm's report is not missed.
    assert [trigger for trigger, _ in cards(agreed)] == [Trigger.STEP_OVER]


def test_milestones_end_with_their_contract(fast_here, clock):
    agreed = a_running_one(fast_here, clock)
    agreed.deliver()
    agreed.accept()
    assert states(agreed) == [S.CLOSED, S.CLOSED]
    clock.advance(timedelta(days=60))
    assert jobs.sweep(fast_here) == 0


def test_what_is_filed_again_takes_the_place_of_the_plan_before(fast_here, clock):
    agreed = a_planned_contract(fast_here, clock)
    agreed.return_filing()
    agreed.refile(milestones=PLAN[:1])
    assert [one.name for one in milestones(agreed)] == ["初稿"]


def test_a_day_that_is_past_when_the_service_starts_is_the_next_one(fast_here, clock):
    agreed = a_running_one(fast_here, clock, (Planned(name="踏勘", due_on=date(2026, 1, 5)),))
    (one,) = milestones(agreed)
    assert one.due_at == CALENDAR.due_at(beijing_day(clock()), 1)


def test_a_contract_keeps_what_its_reports_were_asked_for_when_it_was_filed(fast_here, clock):
    agreed = a_planned_contract(fast_here, clock)
    (first, _) = milestones(agreed)
    assert (first.template, first.template_no) == (shipped_for(item_of(agreed)), None)
    facts = templates.TemplateFacts(
        item_code=item_of(agreed), text="本市要求：", why="本市只要求这一项"
    )
    second = a_colleague(fast_here, agreed.operator)
    with agreed.work(agreed.operator) as work:
        template_id = templates.propose(work, facts).id
    with agreed.work(second) as work:
        templates.confirm(work, by_id(work, template_id))
    assert milestones(agreed)[0].template == first.template
    agreed.return_filing()
    agreed.refile(milestones=PLAN)
    assert {(one.template, one.template_no) for one in milestones(agreed)} == {("本市要求：", 1)}


def item_of(agreed):
    contract = agreed.contract()
    with agreed.work() as work:
        return need_by_id(work, contract.need_id).item_code


def a_colleague(here, operator):
    with unit_of_work(here.sessions, operator.actor, here.clock) as work:
        code = organisation(work, work.org_id).code
    return a_person(here, OrgKind.OPERATOR, Role.OPERATOR_CLERK, code=code)


def test_a_plan_is_not_endless(fast_here, clock):
    with pytest.raises(PlanLongError):
        a_planned_contract(fast_here, clock, PLAN[:1] * 11)


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        (ReportFacts(percent=40, done="完成。"), NothingDoneError),
        (ReportFacts(percent=101, done=FACTS.done), PercentError),
        (ReportFacts(percent=-1, done=FACTS.done), PercentError),
    ],
)
def test_a_report_says_something(fast_here, clock, facts, error):
    agreed = a_running_one(fast_here, clock)
    with pytest.raises(error):
        report(agreed, facts=facts)


def test_a_milestone_of_another_contract_is_missing(fast_here, clock):
    agreed = a_running_one(fast_here, clock)
    with pytest.raises(MissingError):
        agreed.do(agreed.firm, lambda work, c: actions.report(work, c, 999, FACTS))
