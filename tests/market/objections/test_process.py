"""Objections from the letter to the decision, and what each step does to the award."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from audit.store import submissions
from lottery.policy import parse_policy
from lottery.verify import examine
from market import log
from market.access import OrgKind, Role
from market.calendar import default_calendar
from market.clock import beijing, beijing_day
from market.clocks import queries as clocks
from market.clocks.rules import ClockState
from market.clocks.rules import Party as ClockSide
from market.draws import actions as draws
from market.draws import jobs as draw_jobs
from market.draws import queries as draw_queries
from market.draws.bundles import bundle_of
from market.draws.queries.freezes import freeze_of, freezes_of
from market.draws.rules import AwardState, IllegalAwardMoveError
from market.errors import MissingError, SeparationOfDutiesError
from market.needs.rules import NeedState
from market.objections import actions, jobs, queries, timing
from market.objections.errors import (
    ComplainLateError,
    GroundNotYoursError,
    NotShownError,
    OncePerAwardError,
    OutcomeNotOpenError,
    PublicityOverError,
    SameObjectionError,
    TooShortError,
    WinnerError,
)
from market.objections.rules import (
    Ground,
    IllegalObjectionMoveError,
    ObjectionState,
    Outcome,
    Party,
)
from tests.market.factories.draws import a_confirmed_award, a_drawn_need, an_offered_award
from tests.market.factories.firms import a_person
from tests.market.factories.objections import (
    ANSWER,
    COMPLAINT,
    TEXT,
    again,
    another_firm,
    answered,
    basis,
    decided,
    officers,
    raised,
)

CALENDAR = default_calendar()


def award_of(drawn, place=0):
    return drawn.city.awards(drawn.draw.id)[place]


def do(city, person, deed, one, *more):
    with city.work(person) as work:
        deed(work, queries.by_number(work, one.number), *more)
    return again(city, one)


def believed(city, draw):
    log.sequence(city.here)
    with city.reading() as work:
        data = bundle_of(work, city.here, city.draw(draw.id))
    found = examine(data, parse_policy(city.policy().encode()))
    return [check.name for check in found.checks if not check.ok], found.selected


def test_an_objection_freezes_the_award_and_its_days_come_back(here, clock):
    drawn = a_drawn_need(here, clock)
    city = drawn.city
    # Drawn on Monday; its publicity would end with Thursday.
    assert drawn.award.publicity_ends_at == beijing(date(2026, 3, 20))
    clock.advance(timedelta(days=1))
    one = raised(drawn)
    assert (one.party, one.state, one.freezes) == (Party.FIRM, ObjectionState.OPEN, True)
    assert one.due_at == CALENDAR.due_at(beijing_day(clock()), 3)
    award = award_of(drawn)
    assert (award.state, award.next_check_at) == (AwardState.FROZEN, None)
    with city.reading() as work:
        frozen = freeze_of(work, award.id)
    # Tuesday itself, Wednesday and Thursday.
    assert (frozen.was, frozen.left_working_days) == (AwardState.PUBLICITY, 3)
    clock.move_to(drawn.award.publicity_ends_at)
    assert draw_jobs.run_due(city.here) == 0
    one = answered(city, one)
    assert one.state is ObjectionState.ANSWERED
    one = do(city, another_firm(drawn), actions.accept, one)
    assert one.state is ObjectionState.SETTLED
    award = award_of(drawn)
    assert award.state is AwardState.PUBLICITY
    # Accepted on Friday 2026-03-20: Monday, Tuesday and Wednesday follow.
    assert award.publicity_ends_at == award.next_check_at == beijing(date(2026, 3, 26))
    clock.move_to(award.publicity_ends_at)
    draw_jobs.run_due(city.here)
    assert award_of(drawn).state is AwardState.OFFERED


def test_nobody_can_answer_or_give_up_a_frozen_award(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    raised(drawn)
    with city.work(drawn.delegate) as work, pytest.raises(IllegalAwardMoveError):
        draws.decline(work, draw_queries.own_award(work, drawn.award.number), "不愿意再等待下去")


def test_the_award_stands_still_until_the_last_objection_is_over(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    first = raised(drawn)
    second = raised(drawn, another_firm(drawn, 1), Ground.AFFILIATION)
    do(city, another_firm(drawn), actions.withdraw, first)
    assert award_of(drawn).state is AwardState.FROZEN
    do(city, another_firm(drawn, 1), actions.withdraw, second)
    assert award_of(drawn).state is AwardState.PUBLICITY
    with city.reading() as work:
        assert len(freezes_of(work, drawn.award.id)) == 1


def test_silence_after_the_answer_accepts_it(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    one = answered(city, raised(drawn))
    clock.move_to(one.due_at - timedelta(seconds=1))
    assert jobs.sweep(city.here) == 0
    clock.advance(timedelta(seconds=1))
    with city.work(another_firm(drawn)) as work, pytest.raises(ComplainLateError):
        actions.complain(work, queries.own(work, one.number), COMPLAINT)
    assert jobs.sweep(city.here) == 1
    assert jobs.sweep(city.here) == 0
    assert again(city, one).state is ObjectionState.SETTLED
    assert award_of(drawn).state is AwardState.PUBLICITY


def test_a_complaint_is_decided_by_two_persons_and_the_next_of_the_same_draw_is_called(here, clock):
    drawn = a_drawn_need(here, clock)
    city = drawn.city
    officer, decider = officers(city)
    one = answered(city, raised(drawn))
    one = do(city, another_firm(drawn), actions.complain, one, COMPLAINT)
    assert one.due_at == CALENDAR.due_at(beijing_day(clock()), 2)
    one = do(city, officer, actions.take_up, one)
    assert one.due_at == CALENDAR.due_at(beijing_day(clock()), 10)
    with city.work(officer) as work:
        found = queries.by_number(work, one.number)
        actions.propose(work, city.here, found, Outcome.ANNUL, ANSWER, basis=basis())
    with city.work(officer) as work, pytest.raises(SeparationOfDutiesError):
        actions.decide(work, queries.by_number(work, one.number), agree=True, text=ANSWER)
    one = decided(city, one, decider)
    assert (one.state, one.outcome) == (ObjectionState.UPHELD, Outcome.ANNUL)
    first, second = city.awards(drawn.draw.id)
    assert (first.state, first.reason) == (AwardState.DISQUALIFIED, "objection_lacks_condition")
    assert (second.state, second.rank) == (AwardState.PUBLICITY, 2)
    failed, selected = believed(city, drawn.draw)
    assert failed == []
    with city.reading() as work:
        places = draw_queries.places_of(work, drawn.draw)
    assert selected == (places[1][1].code,)
    assert len({a.draw_id for a in city.awards(drawn.draw.id)}) == 1


def test_what_the_second_person_sends_back_is_examined_again(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    officer, decider = officers(city)
    one = answered(city, raised(drawn), Outcome.ANNUL)
    assert one.state is ObjectionState.PROPOSED
    one = decided(city, one, decider, agree=False)
    assert one.state is ObjectionState.EXAMINING
    with city.work(officer) as work:
        found = queries.by_number(work, one.number)
        actions.propose(work, city.here, found, Outcome.DISMISS, ANSWER)
    one = decided(city, one, decider)
    assert (one.state, one.outcome) == (ObjectionState.DISMISSED, Outcome.DISMISS)
    assert award_of(drawn).state is AwardState.PUBLICITY


def test_a_draw_that_verifies_is_not_annulled_for_its_lottery(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    log.sequence(city.here)
    one = raised(drawn, ground=Ground.LOTTERY)
    assert one.verified is True
    with city.work(city.operator) as work, pytest.raises(OutcomeNotOpenError):
        found = queries.by_number(work, one.number)
        actions.answer(work, city.here, found, Outcome.ANNUL_RESULT, ANSWER)
    with city.reading() as work:
        assert actions.outcomes_for(work, one) == (Outcome.DISMISS,)


def test_a_procedure_found_wrong_ends_the_result_without_a_redraw(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    _, decider = officers(city)
    one = answered(city, raised(drawn, ground=Ground.PROCEDURE), Outcome.ANNUL_RESULT)
    decided(city, one, decider)
    [award] = city.awards(drawn.draw.id)
    assert award.state is AwardState.DISQUALIFIED
    assert city.need(drawn.draw.id).state is NeedState.FAILED
    assert believed(city, drawn.draw) == ([], ())


def test_an_owner_applies_once_and_on_a_listed_ground(city, clock):
    drawn = a_confirmed_award(city.here, clock, city=city)
    with pytest.raises(GroundNotYoursError):
        raised(drawn, city.clerk, Ground.PROCEDURE)
    one = raised(drawn, city.clerk, Ground.FALSE_MATERIALS)
    assert (one.party, award_of(drawn).state) == (Party.OWNER, AwardState.FROZEN)
    with pytest.raises(OncePerAwardError):
        raised(drawn, city.clerk, Ground.COLLUSION)
    was = drawn.award.sign_by_at
    clock.advance(timedelta(days=7))
    do(city, city.clerk, actions.withdraw, one)
    award = award_of(drawn)
    assert award.state is AwardState.CONFIRMED
    assert award.sign_by_at > was
    with pytest.raises(OncePerAwardError):
        raised(drawn, city.clerk)


def test_a_report_is_handled_but_stops_nothing_until_it_is_found_right(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    reporter = a_person(city.here, OrgKind.SUPERVISOR, Role.SUPERVISOR_OFFICER)
    one = raised(drawn, reporter)
    assert (one.party, one.freezes, one.no_freeze_reason) == (Party.REPORTER, False, "report")
    assert award_of(drawn).state is AwardState.PUBLICITY
    one = answered(city, one, Outcome.ANNUL)
    assert award_of(drawn).state is AwardState.FROZEN
    _, decider = officers(city)
    decided(city, one, decider)
    assert award_of(drawn).state is AwardState.DISQUALIFIED


def test_whoever_is_dismissed_again_and_again_stops_nothing_and_everybody_reads_why(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    officer, _ = officers(city)
    person = another_firm(drawn)
    for ground in (Ground.LACKS_CONDITION, Ground.FALSE_MATERIALS, Ground.AFFILIATION):
        one = do(
            city,
            person,
            actions.complain,
            answered(city, raised(drawn, person, ground, has_file=True)),
            COMPLAINT,
        )
        do(city, officer, actions.refuse, one, ANSWER)
    one = raised(drawn, person, Ground.COLLUSION, has_file=True)
    assert (one.freezes, one.no_freeze_reason) == (False, "repeated")
    assert award_of(drawn).state is AwardState.PUBLICITY
    with pytest.raises(SameObjectionError):
        raised(drawn, person, Ground.COLLUSION, has_file=True)


def test_who_may_not_object(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    with pytest.raises(WinnerError):
        raised(drawn, drawn.delegate)
    with city.work(another_firm(drawn)) as work, pytest.raises(TooShortError):
        found = queries.award_by_number(work, drawn.award.number)
        actions.object_to(work, city.here, found, Ground.AFFILIATION, "有问题")
    clock.move_to(drawn.award.publicity_ends_at)
    with pytest.raises(PublicityOverError):
        raised(drawn)
    draw_jobs.run_due(city.here)
    with city.work(drawn.delegate) as work:
        draws.decline(work, draw_queries.own_award(work, drawn.award.number), "人员安排不开")
    with pytest.raises(NotShownError):
        raised(drawn, city.clerk)


def test_objections_to_an_award_that_ended_are_closed(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    reporter = a_person(city.here, OrgKind.SUPERVISOR, Role.SUPERVISOR_OFFICER)
    report = raised(drawn, reporter)
    own = answered(city, raised(drawn), Outcome.ANNUL)
    _, decider = officers(city)
    decided(city, own, decider)
    assert again(city, report).state is ObjectionState.MOOT
    with city.work(reporter) as work, pytest.raises(IllegalObjectionMoveError):
        actions.withdraw(work, queries.own(work, report.number))


def test_an_objection_is_its_own_organisations(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    one = raised(drawn)
    with city.work(another_firm(drawn, 1)) as work, pytest.raises(MissingError):
        queries.own(work, one.number)


def test_the_log_holds_every_step_and_no_text(city, clock):
    drawn = an_offered_award(city.here, clock, city=city)
    one = raised(drawn, city.clerk)
    answered(city, one)
    with city.here.sessions() as session:
        bodies = list(session.scalars(select(submissions.c.body).order_by(submissions.c.id)))
    steps = [body for body in bodies if b"award.objection-moved.v1" in body]
    assert len(steps) == 2
    # Accounts stand beside firms elsewhere in the log: the objector is a side, an official the
    # first, second … of this objection.
    assert [b'"by":"side"' in body for body in steps] == [True, False]
    assert b'"by":"official:1"' in steps[1]
    assert TEXT not in b"\n".join(bodies).decode()


@settings(max_examples=25, deadline=None)
@given(wait=st.integers(0, 8), frozen=st.integers(0, 20))
def test_no_day_of_a_term_disappears(wait, frozen):
    """However long a term stood still, it has as many working days as it was given."""
    published = date(2026, 3, 16)
    ends_on = CALENDAR.add_working_days(published, 5)
    stopped = published + timedelta(days=wait)
    if stopped > ends_on:
        return
    after = stopped if stopped == published else stopped - timedelta(days=1)
    left = max(1, CALENDAR.working_days_between(after, ends_on))
    resumed = stopped + timedelta(days=frozen)
    ends_again = CALENDAR.add_working_days(resumed, left)
    ran = CALENDAR.working_days_between(published, max(published, stopped - timedelta(days=1)))
    assert ran + CALENDAR.working_days_between(resumed, ends_again) >= 5


def test_the_operator_s_answer_has_a_clock_that_strangers_cannot_read(here, clock):
    drawn = a_drawn_need(here, clock)
    city = drawn.city
    clock.advance(timedelta(days=1))
    one = raised(drawn)
    with city.reading() as work:
        timed = timing.of(work, one)
        assert (timed.due_at, timed.holder) == (one.due_at, ClockSide.REVIEWER)
        assert timed.other_org_id == one.org_id
        with pytest.raises(MissingError):
            clocks.readable(work, timed.id)
    clock.advance(timedelta(days=1))
    answered(city, one)
    with city.reading() as work:
        timed = timing.of(work, one)
        assert timed.state is ClockState.STOPPED
        assert clocks.statement(work, timed).accounts[ClockSide.REVIEWER] == 1
        told = list(work.session.scalars(select(submissions.c.body).order_by(submissions.c.id)))
        name = f'"clock":"clock:{timed.id}"'.encode()
    moved = [body for body in told if b"clock.moved" in body and name in body]
    assert len(moved) == 2
    assert all(one.number.encode() not in body and b'"by":"side"' in body for body in moved)
