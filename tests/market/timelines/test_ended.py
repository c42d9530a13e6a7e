"""An award that ended: its days end with it; and whoever let everybody wait has those days."""

from datetime import timedelta
from itertools import pairwise

import pytest

from market.accounts.model import Organisation
from market.calendar import default_calendar
from market.clock import beijing_day
from market.complaints.rules import Outcome as Finding
from market.complaints.rules import Remedy
from market.contracts import jobs as contract_jobs
from market.contracts.signing import actions as signing
from market.contracts.signing.rules import Fault
from market.draws import actions as draws
from market.draws import jobs as draw_jobs
from market.draws import queries as draw_queries
from market.draws.rules import AwardState
from market.needs.model import Need
from market.objections import actions as objections
from market.objections import jobs as objection_jobs
from market.objections import queries as objection_queries
from market.objections.rules import Outcome
from market.timelines.awarding import NOT_MOVED
from market.timelines.lateness import ANSWER_OBJECTION, DECIDE_COMPLAINT, DECIDE_OBJECTION
from market.timelines.queries import timeline
from market.timelines.rules import Account, Step
from market.timelines.selecting import OVER
from tests.market.factories.complaints import accepted, filed, heard, proposed
from tests.market.factories.complaints import decided as complaint_decided
from tests.market.factories.draws import (
    a_city,
    a_confirmed_award,
    a_drawn_need,
    an_offered_award,
    an_open_draw,
)
from tests.market.factories.objections import another_firm, answered, decided, officers, raised
from tests.market.factories.objections import heard as objection_heard
from tests.market.factories.signing import FIRM_SAYS, REASONS, an_unsigned_award, case_of, say

CALENDAR = default_calendar()


@pytest.fixture
def here(fast_here):
    return fast_here


def line_of(drawn, number=""):
    with drawn.city.work() as work:
        need = work.session.get_one(Need, drawn.award.need_id)
        return timeline(work, need.number, number)


def days_by_account(line):
    return {
        span.after_on + timedelta(days=n): span.account
        for span in line.spans
        for n in range(1, span.days + 1)
    }


def awards_of(drawn):
    return drawn.city.awards(drawn.draw.id)


def last(line):
    return line.spans[-1].moment


def test_a_declined_award_ends_and_the_next_one_has_the_same_days_before(here, clock):
    drawn = an_offered_award(here, clock)
    clock.advance(timedelta(days=1))
    with drawn.city.work(drawn.delegate) as work:
        draws.decline(work, draw_queries.own_award(work, drawn.award.number), "人员都在别的项目上")
    died_on = beijing_day(clock())
    clock.advance(timedelta(days=8))
    first, second = awards_of(drawn)
    dead, alive = line_of(drawn, first.number), line_of(drawn, second.number)
    assert dead.is_over
    assert dead.goes_on is not None
    assert dead.goes_on.number == second.number
    assert (last(dead).step, last(dead).why) == (Step.DECLINED, ("人员都在别的项目上",))
    assert not alive.is_over
    assert alive.goes_on is None
    theirs, whole = days_by_account(dead), days_by_account(alive)
    until = {day: account for day, account in theirs.items() if account is not Account.NOBODY}
    assert max(until) == died_on - timedelta(days=1) or max(until) == died_on
    assert all(whole[day] is account for day, account in until.items())
    assert set(whole) == set(theirs), "every day since the notice stands on the one that goes on"
    assert line_of(drawn).award.number == second.number


def test_a_dead_award_counts_no_further_day(here, clock):
    drawn = an_offered_award(here, clock)
    with drawn.city.work(drawn.delegate) as work:
        draws.decline(work, draw_queries.own_award(work, drawn.award.number), "人员都在别的项目上")
    number = awards_of(drawn)[0].number
    before = line_of(drawn, number).working_days
    clock.advance(timedelta(days=20))
    assert line_of(drawn, number).working_days == before


def test_an_award_taken_by_an_objection_says_by_which_decision(here, clock):
    drawn = a_drawn_need(here, clock)
    _, decider = officers(drawn.city)
    one = answered(drawn.city, raised(drawn), Outcome.ANNUL)
    one = objection_heard(drawn.city, one)
    decided(drawn.city, one, decider)
    first, _second = awards_of(drawn)
    assert first.state is AwardState.DISQUALIFIED
    clock.advance(timedelta(days=9))
    line = line_of(drawn, first.number)
    assert last(line).step is Step.DISQUALIFIED
    assert last(line).why == ("异议成立，取消中选",)
    assert last(line).link.value == one.number
    assert line.is_over


def test_what_an_authority_lets_lie_is_its_own_time_and_has_its_name(here, clock):
    drawn = a_drawn_need(here, clock)
    city = drawn.city
    officer, decider = officers(city)
    one = accepted(city, filed(drawn).one, officer)
    due_at = one.due_at
    clock.move_to(due_at + timedelta(days=30, hours=10))
    line = line_of(drawn)
    with city.reading() as work:
        name = work.session.get_one(Organisation, officer.actor.org_id).name
    [overdue] = [span for span in line.spans if span.moment.step is Step.OVERDUE]
    assert overdue.account is Account.REVIEWER
    assert overdue.moment.why == (DECIDE_COMPLAINT, name)
    assert overdue.moment.at == due_at
    late_days = CALENDAR.working_days_between(
        beijing_day(due_at) - timedelta(days=1), beijing_day(clock())
    )
    assert overdue.working_days == line.used[Account.REVIEWER] == late_days
    whole(line, clock)
    complaint_decided(city, proposed(city, one, officer, Finding.REJECTED), decider)
    clock.advance(timedelta(days=2))
    line = line_of(drawn)
    assert line.used[Account.REVIEWER] == late_days
    steps = [span.moment.step for span in line.spans]
    assert steps.index(Step.CAUGHT_UP) < steps.index(Step.GOES_ON)
    assert line.spans[-1].account is Account.PROCESS
    whole(line, clock)


def test_a_complaint_that_was_decided_in_time_is_procedure(here, clock):
    drawn = a_drawn_need(here, clock)
    city = drawn.city
    officer, decider = officers(city)
    one = accepted(city, filed(drawn).one, officer)
    clock.move_to(one.due_at - timedelta(hours=8))
    one = heard(city, one, officer, drawn.delegate)
    one = proposed(city, one, officer, remedy=Remedy.ANNUL)
    complaint_decided(city, one, decider)
    line = line_of(drawn, awards_of(drawn)[0].number)
    assert line.used[Account.REVIEWER] == line.used[Account.OPERATOR] == 0
    assert last(line).why == ("投诉成立，取消中选",)
    assert last(line).link.value == one.number


def test_what_went_on_for_silence_was_never_done(here, clock):
    drawn = a_drawn_need(here, clock)
    one = raised(drawn)
    with drawn.city.reading() as work:
        passes_on_at = objections.escalates_at(
            objection_queries.by_number(work, one.number), one.due_at
        )
    clock.move_to(passes_on_at)
    objection_jobs.sweep(drawn.city.here)
    clock.advance(timedelta(days=1))
    line = line_of(drawn)
    steps = [span.moment.step for span in line.spans]
    assert Step.CAUGHT_UP not in steps
    [passed] = [span.moment for span in line.spans if span.moment.step is Step.PASSED_ON]
    assert passed.at == passes_on_at
    assert passed.why[0] == ANSWER_OBJECTION
    whole(line, clock)


def test_what_the_operator_lets_lie_is_the_operator_s(here, clock):
    drawn = a_drawn_need(here, clock)
    city = drawn.city
    one = raised(drawn)
    clock.move_to(one.due_at + timedelta(days=7, hours=10))
    line = line_of(drawn)
    [overdue] = [span for span in line.spans if span.moment.step is Step.OVERDUE]
    assert (overdue.account, overdue.moment.why[0]) == (Account.OPERATOR, ANSWER_OBJECTION)
    assert line.used[Account.OPERATOR] == overdue.working_days > 0
    used = line.used[Account.OPERATOR]
    with city.work(another_firm(drawn)) as work:
        objections.complain(
            work,
            objection_queries.by_number(work, one.number),
            "运营机构没有在规定期限内答复。" * 3,
        )
    clock.advance(timedelta(days=40))
    line = line_of(drawn)
    assert line.used[Account.OPERATOR] == used
    assert line.used[Account.REVIEWER] > 0
    assert [span.moment.why[0] for span in line.spans if span.moment.step is Step.OVERDUE] == [
        ANSWER_OBJECTION,
        DECIDE_OBJECTION,
    ]
    whole(line, clock)


def test_whose_fault_it_was_says_who_found_it_and_what_becomes_of_the_days(here, clock):
    drawn = a_confirmed_award(here, clock)
    case = an_unsigned_award(drawn)
    say(drawn.city, case, drawn.delegate, Fault.OWNER, FIRM_SAYS)
    clock.move_to(case_of(drawn.city, case.award_id).due_at)
    contract_jobs.sweep(drawn.city.here)
    _, decider = officers(drawn.city)
    with drawn.city.work(drawn.city.operator) as work:
        proposing = work.session.get_one(type(case), case.id)
        signing.propose(work, proposing, Fault.OWNER, REASONS)
    due_at = case_of(drawn.city, case.award_id).due_at
    clock.move_to(due_at + timedelta(days=20, hours=9))
    late = line_of(drawn).used[Account.REVIEWER]
    assert late > 0
    whole(line_of(drawn), clock)
    with drawn.city.work(decider) as work:
        signing.find(work, work.session.get_one(type(case), case.id), agree=True, text=REASONS)
        name = work.session.get_one(Organisation, decider.actor.org_id).name
    clock.advance(timedelta(days=2))
    line = line_of(drawn)
    assert line.used[Account.REVIEWER] == late
    [told] = [span.moment for span in line.spans if span.moment.step is Step.FAULT_FOUND]
    assert told.why[0] == "业主的责任"
    assert name in told.why
    assert told.why[-1] == NOT_MOVED
    assert told.facts == {"number": case.number}
    assert not any(REASONS in words or FIRM_SAYS in words for words in told.why)
    whole(line, clock)


def test_the_page_of_a_dead_award_says_so_and_leads_to_the_one_that_goes_on(
    client, fast_here, clock
):
    drawn = an_offered_award(fast_here, clock)
    with drawn.city.work(drawn.delegate) as work:
        draws.decline(work, draw_queries.own_award(work, drawn.award.number), "人员都在别的项目上")
    clock.advance(timedelta(days=4))
    first, second = awards_of(drawn)
    need = drawn.city.need(drawn.draw.id).number
    page = client.get(f"/timelines/{need}?award={first.number}").text
    assert "中选已终止" in page
    assert "办理中" not in page.split("<main")[1]
    assert f"/timelines/{need}?award={second.number}" in page
    assert "人员都在别的项目上" in page
    page = client.get(f"/timelines/{need}").text
    assert "中选已终止" not in page
    assert "机构放弃中选" in page
    assert client.get(f"/timelines/{need}?award={first.number}&format=csv").status_code == 200


def test_a_need_that_can_never_be_announced_again_waits_for_nobody(here, clock):
    city = a_city(here, clock)
    draw = an_open_draw(city)
    clock.move_to(draw.phi_at + timedelta(minutes=1))  # the platform missed it all
    draw_jobs.run_due(here)
    void_on = beijing_day(clock())
    clock.advance(timedelta(days=30))
    with city.work() as work:
        line = timeline(work, city.need(draw.id).number)
    assert line.used[Account.OWNER] == 0
    assert line.is_over
    assert last(line).why[-1] == OVER
    assert line.working_days == CALENDAR.working_days_between(line.from_on, void_on)


def whole(line, clock):
    """Every day since the notice lies in one span, and the working days sum to the calendar's."""
    assert all(a.until_on == b.after_on for a, b in pairwise(line.spans))
    assert line.spans[-1].until_on == beijing_day(clock())
    assert line.working_days == CALENDAR.working_days_between(line.from_on, beijing_day(clock()))
