"""Nobody outruns an objection by signing, and nobody holds one, or an award, for ever."""

from dataclasses import replace
from datetime import timedelta

import pytest

from market.access import OrgKind, Role
from market.accounts.queries import organisation
from market.calendar import default_calendar
from market.clock import beijing_day
from market.contracts import actions as contracts
from market.contracts import jobs as contract_jobs
from market.contracts.ending import queries as endings
from market.contracts.ending.rules import EndingKind, EndingState
from market.contracts.errors import AwardHeldError
from market.contracts.model import Contract
from market.contracts.rules import ContractState
from market.contracts.signing.rules import SigningState
from market.draws import actions as draws
from market.draws import jobs as draw_jobs
from market.draws import queries as draw_queries
from market.draws.model import Award
from market.draws.queries.freezes import freeze_of
from market.draws.rules import AwardState
from market.errors import MarketError, MissingError
from market.needs.rules import NeedState
from market.objections import actions, jobs, queries
from market.objections.authorities import Decided, authorities
from market.objections.errors import (
    AnnulledOftenError,
    ClauseMissingError,
    ComplainEarlyError,
    FactMissingError,
)
from market.objections.record import of_owner
from market.objections.rules import Fact, Ground, ObjectionState, Outcome
from tests.market.draws.test_pages import site_of
from tests.market.draws.together import together
from tests.market.factories.contracts import file_it
from tests.market.factories.credit import a_decider, an_officer
from tests.market.factories.draws import a_drawn_need
from tests.market.factories.firms import a_person
from tests.market.factories.objections import (
    ANSWER,
    COMPLAINT,
    DECISION,
    again,
    another_firm,
    answered,
    basis,
    decided,
    heard,
    officers,
    raised,
)
from tests.market.factories.signing import an_unsigned_award, case_of

CALENDAR = default_calendar()
YEAR = timedelta(days=365)
S = ObjectionState


def award_of(drawn, place=0):
    return drawn.city.awards(drawn.draw.id)[place]


def do(city, person, deed, one, *more):
    with city.work(person) as work:
        deed(work, queries.by_number(work, one.number), *more)
    return again(city, one)


def confirm(drawn):
    """Let the publicity end and the firm confirm."""
    city = drawn.city
    city.clock.move_to(drawn.award.publicity_ends_at)
    draw_jobs.run_due(city.here)
    with city.work(drawn.delegate) as work:
        draws.confirm(work, draw_queries.own_award(work, drawn.award.number))
    return replace(drawn, award=award_of(drawn))


def a_report_and_a_confirmed_award(city, clock):
    """A report stops nothing: the award goes on to its confirmation."""
    drawn = a_drawn_need(city.here, clock, city=city)
    reporter = a_person(city.here, OrgKind.SUPERVISOR, Role.SUPERVISOR_OFFICER)
    one = do(city, reporter, actions.complain, answered(city, raised(drawn, reporter)), COMPLAINT)
    return one, confirm(drawn)


def proposed(city, one, outcome=Outcome.ANNUL, fact=None):
    officer, decider = officers(city)
    if one.state is S.COMPLAINED:
        one = do(city, officer, actions.take_up, one)
    with city.work(officer) as work:
        found = queries.by_number(work, one.number)
        actions.propose(work, city.here, found, outcome, ANSWER, basis=basis(fact))
    return again(city, one), decider


def test_what_is_taken_up_holds_a_signed_award_and_ends_its_contract(here, clock):
    drawn = a_drawn_need(here, clock)
    city = drawn.city
    reporter = a_person(city.here, OrgKind.SUPERVISOR, Role.SUPERVISOR_OFFICER)
    one = do(city, reporter, actions.complain, answered(city, raised(drawn, reporter)), COMPLAINT)
    drawn = confirm(drawn)
    agreed = file_it(drawn, drawn.delegate)
    agreed.confirm()
    one = do(city, officers(city)[0], actions.take_up, one)
    assert (award_of(drawn).state, one.freezes) == (AwardState.FROZEN, True)
    assert agreed.contract().act_by_at is None
    with pytest.raises(AwardHeldError):
        agreed.hand_over()
    one, decider = proposed(city, one)
    one = decided(city, one, decider)
    assert (one.state, one.decided_by_org_id) == (S.UPHELD, decider.actor.org_id)
    first, second = city.awards(drawn.draw.id)
    assert (first.state, second.state) == (AwardState.DISQUALIFIED, AwardState.PUBLICITY)
    assert city.need(drawn.draw.id).state is NeedState.PUBLICITY
    assert (agreed.contract().state, agreed.contract().ended_at) == (ContractState.ENDED, clock())
    with city.reading() as work:
        [row] = endings.of_contract(work, agreed.contract())
    assert (row.kind, row.state, row.reason) == (
        EndingKind.ANNULLED,
        EndingState.ANNULLED,
        one.number,
    )


def test_what_is_dismissed_gives_a_signed_contract_its_terms_back(city, clock):
    one, drawn = a_report_and_a_confirmed_award(city, clock)
    agreed = file_it(drawn, drawn.delegate)
    agreed.confirm()
    one, decider = proposed(city, one, Outcome.DISMISS)
    clock.advance(timedelta(days=14))
    assert decided(city, one, decider).state is S.DISMISSED
    assert award_of(drawn).state is AwardState.SIGNED
    assert agreed.contract().act_by_at == CALENDAR.due_at(beijing_day(clock()), 3)
    agreed.hand_over()
    assert agreed.contract().state is ContractState.RUNNING


def test_nothing_is_filed_or_confirmed_while_an_objection_holds_the_award(city, clock):
    one, drawn = a_report_and_a_confirmed_award(city, clock)
    officer, _ = officers(city)
    agreed = file_it(drawn, drawn.delegate)
    do(city, officer, actions.take_up, one)
    for deed in (agreed.confirm, agreed.return_filing):
        with pytest.raises(AwardHeldError):
            deed()
    assert agreed.contract().state is ContractState.FILED


def test_work_is_done_but_not_accepted_while_an_objection_holds_the_award(city, clock):
    one, drawn = a_report_and_a_confirmed_award(city, clock)
    agreed = file_it(drawn, drawn.delegate)
    agreed.confirm()
    agreed.hand_over()
    do(city, officers(city)[0], actions.take_up, one)
    agreed.deliver()
    with pytest.raises(AwardHeldError):
        agreed.accept()
    clock.advance(timedelta(days=60))
    assert contract_jobs.sweep(city.here) == 0
    one, decider = proposed(city, again(city, one), Outcome.DISMISS)
    decided(city, one, decider)
    clock.move_to(agreed.contract().next_check_at)
    assert contract_jobs.sweep(city.here) == 1
    assert agreed.contract().state is ContractState.ACCEPTED


def test_what_was_performed_stands_though_the_objection_was_right(city, clock):
    one, drawn = a_report_and_a_confirmed_award(city, clock)
    agreed = file_it(drawn, drawn.delegate)
    agreed.confirm()
    agreed.hand_over()
    agreed.deliver()
    agreed.accept()
    one, decider = proposed(city, one, Outcome.STAND)
    one = decided(city, one, decider)
    assert (one.state, one.outcome, one.freezes) == (S.UPHELD, Outcome.STAND, False)
    assert award_of(drawn).state is AwardState.SIGNED
    assert agreed.contract().state is ContractState.ACCEPTED


@pytest.mark.parametrize("outcome", [Outcome.DISMISS, Outcome.ANNUL])
def test_a_hearing_waits_for_an_objection_and_ends_with_its_award(city, clock, outcome):
    one, drawn = a_report_and_a_confirmed_award(city, clock)
    case = an_unsigned_award(drawn)
    do(city, officers(city)[0], actions.take_up, one)
    clock.advance(timedelta(days=30))
    assert contract_jobs.sweep(city.here) == 0
    one, decider = proposed(city, again(city, one), outcome)
    decided(city, one, decider)
    contract_jobs.sweep(city.here)
    case = case_of(city, case.award_id)
    if outcome is Outcome.DISMISS:
        assert (award_of(drawn).state, case.state) == (AwardState.UNSIGNED, SigningState.HEARING)
        assert case.due_at == CALENDAR.due_at(beijing_day(clock()), 2)
    else:
        assert (award_of(drawn).state, case.state) == (AwardState.DISQUALIFIED, SigningState.MOOT)


def test_without_an_answer_in_time_the_objector_complains_at_once(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    one = raised(drawn)
    with pytest.raises(ComplainEarlyError):
        do(city, another_firm(drawn), actions.complain, one, COMPLAINT)
    clock.move_to(one.due_at)
    one = do(city, another_firm(drawn), actions.complain, one, COMPLAINT)
    assert (one.state, one.due_at) == (S.COMPLAINED, CALENDAR.due_at(beijing_day(clock()), 2))


def test_an_objection_that_the_operator_lets_lie_goes_to_the_authority_by_itself(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    one = raised(drawn)
    at = actions.escalates_at(one, one.due_at)
    assert at == CALENDAR.due_at(beijing_day(one.due_at) - timedelta(days=1), 2)
    clock.move_to(at - timedelta(seconds=1))
    assert jobs.sweep(city.here) == 0
    clock.move_to(at)
    assert (jobs.sweep(city.here), jobs.sweep(city.here)) == (1, 0)
    assert again(city, one).state is S.COMPLAINED
    with city.reading() as work:
        [late] = [step for step in queries.steps_of(work, one) if step.move == "escalate"]
    assert late.at >= late.due_at, "that it was late stays public"


def test_an_authority_that_never_decides_stands_in_the_record(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    ours, theirs = a_decider(city.here, "01"), a_decider(city.here, "07")
    one = answered(city, raised(drawn))
    one = do(city, another_firm(drawn), actions.complain, one, COMPLAINT)

    def record():
        with city.reading() as work:
            rows = {row.name: row for row in authorities(work, 12)}
            names = [organisation(work, person.actor.org_id).name for person in (ours, theirs)]
        return [rows[name] for name in names]

    mine, other = record()
    assert (mine.open, mine.overdue, mine.overdue_days, mine.done) == (1, 0, 0, Decided())
    assert (other.open, other.overdue) == (0, 0)
    clock.move_to(one.due_at + timedelta(days=4))
    mine, _ = record()
    assert (mine.open, mine.overdue, mine.overdue_days) == (1, 1, 5)
    assert "最长逾期 5 日" in site_of(city).as_().get("/objections/authorities").text


def test_an_authority_sees_and_decides_only_its_own_items(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    one = answered(city, raised(drawn), Outcome.ANNUL)
    ours, theirs = a_decider(city.here, "01"), a_decider(city.here, "07")
    with city.work(theirs) as work:
        assert queries.in_state(work, S.PROPOSED) == []
        assert not queries.may_read(work, one)
        with pytest.raises(MissingError):
            queries.for_authority(work, one.number)
    heard(city, one)
    with city.work(ours) as work:
        assert [row.one.id for row in queries.in_state(work, S.PROPOSED)] == [one.id]
        found = queries.for_authority(work, one.number)
        actions.decide(work, found, agree=True, text=DECISION)
    assert again(city, one).state is S.UPHELD


def test_a_procedure_is_annulled_for_a_listed_fact_by_a_clause_and_once(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    one = raised(drawn, ground=Ground.PROCEDURE)

    def answer(found, **differences):
        with city.work(city.operator) as work:
            row = queries.by_number(work, one.number)
            rests = actions.Basis(**({"clause": "办法第十二条", "fact": found} | differences))
            actions.answer(work, city.here, row, Outcome.ANNUL_RESULT, ANSWER, basis=rests)

    with pytest.raises(ClauseMissingError):
        answer(Fact.RECUSAL_MISSED, clause=" ")
    with pytest.raises(FactMissingError):
        answer(None)
    answer(Fact.RECUSAL_MISSED)
    done = decided(city, again(city, one), a_decider(city.here))
    assert (done.fact, done.clause) == (Fact.RECUSAL_MISSED, "办法第十二条")
    with city.reading() as work:
        owner = organisation(work, city.clerk.actor.org_id)
        lines = {line.label: line.count for line in of_owner(work, owner, clock() - YEAR)}
        [record] = authorities(work, 12)
    assert lines["选取结果因程序原因被取消"] == 1
    assert record.done == Decided(decided=1, upheld=1, by_procedure=1, late=0)


def test_the_results_of_a_need_are_not_annulled_again_and_again(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    one = raised(drawn, ground=Ground.PROCEDURE)
    [award] = city.awards(drawn.draw.id)
    with city.work(city.operator) as work:
        # As if a result of the need had been lost in this way before.
        work.session.get_one(Award, award.id).reason = queries.BY_PROCEDURE[0]
    with pytest.raises(AnnulledOftenError):
        answered(city, one, Outcome.ANNUL_RESULT)


def test_signing_and_taking_up_at_once_leave_no_contract_that_nothing_holds(here, clock):
    drawn = a_drawn_need(here, clock)
    city = drawn.city
    reporter = a_person(city.here, OrgKind.SUPERVISOR, Role.SUPERVISOR_OFFICER)
    one = do(city, reporter, actions.complain, answered(city, raised(drawn, reporter)), COMPLAINT)
    drawn = confirm(drawn)
    agreed = file_it(drawn, drawn.delegate)
    officer = an_officer(city.here, "01")

    def take_up() -> None:
        do(city, officer, actions.take_up, one)

    deeds = [agreed.confirm, take_up]
    got = together(2, lambda place: deeds[place]())
    assert [error for error in got if error and not isinstance(error, MarketError)] == []
    assert again(city, one).state is S.EXAMINING
    [award] = city.awards(drawn.draw.id)
    assert award.state is AwardState.FROZEN
    with city.reading() as work:
        was = freeze_of(work, award.id).was
        state = work.session.get_one(Contract, agreed.contract_id).state
    assert (was, state) in {
        (AwardState.SIGNED, ContractState.IN_FORCE),
        (AwardState.CONFIRMED, ContractState.FILED),
    }
    with pytest.raises(AwardHeldError):
        agreed.do(agreed.owner, lambda work, c: contracts.hand_over(work, c, "方案文本一份"))
