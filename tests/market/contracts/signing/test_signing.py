"""When nobody signed in time: both sides are heard, two persons find the fault."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from market.accounts.queries import organisation
from market.calendar import default_calendar
from market.clock import beijing_day
from market.clocks.card_rules import Trigger
from market.clocks.model import Card
from market.contracts import jobs
from market.contracts.rules import ContractState
from market.contracts.signing import actions, queries
from market.contracts.signing.cards import PRESUMED
from market.contracts.signing.errors import (
    NotFreeError,
    NotHeldUpError,
    ObstructedError,
    SpokenError,
    StatementOverError,
    StatementShortError,
)
from market.contracts.signing.model import SigningCase
from market.contracts.signing.rules import Fault, IllegalSigningMoveError, SigningState
from market.credit import jobs as credit_jobs
from market.draws.rules import AwardState
from market.errors import SeparationOfDutiesError
from market.firms.model import Firm
from market.messages.model import Message
from market.needs import hindrances
from market.needs.rules import NeedState
from tests.market.factories.contracts import file_it
from tests.market.factories.credit import an_officer, breaches_of
from tests.market.factories.draws import a_confirmed_award
from tests.market.factories.objections import officers
from tests.market.factories.signing import (
    FIRM_SAYS,
    OWNER_SAYS,
    REASONS,
    an_unsigned_award,
    case_of,
    found,
    say,
)

CALENDAR = default_calendar()


def states(drawn):
    return [award.state for award in drawn.city.awards(drawn.draw.id)]


def points_of(city, firm_id):
    credit_jobs.sweep(city.here)
    with city.reading() as work:
        firm = work.session.get_one(Firm, firm_id)
    return [breach.points for breach in breaches_of(city.here, firm)]


def test_both_are_heard_before_anything_happens(here, clock):
    drawn = a_confirmed_award(here, clock)
    case = an_unsigned_award(drawn)
    assert states(drawn) == [AwardState.UNSIGNED]
    assert (case.state, case.firm_filed) == (SigningState.HEARING, False)
    assert case.due_at == CALENDAR.due_at(beijing_day(clock()), 2)
    assert jobs.sweep(here) == 0
    say(drawn.city, case, drawn.city.clerk, Fault.FIRM, OWNER_SAYS)
    clock.move_to(case.due_at)
    assert jobs.sweep(here) == 1
    assert jobs.sweep(here) == 0
    assert case_of(drawn.city, case.award_id).state is SigningState.DEFAULTED
    assert states(drawn) == [AwardState.LAPSED, AwardState.PUBLICITY]
    assert points_of(drawn.city, drawn.award.firm_id) == [10]


def told(drawn, org_id):
    """Return what kinds of message an organisation has of a case, with the facts and the page."""
    with drawn.city.reading() as work:
        rows = work.session.scalars(
            select(Message)
            .where(Message.org_id == org_id, Message.kind.startswith("award.unsigned"))
            .order_by(Message.id)
        ).all()
        return [(row.kind, json.loads(row.facts), row.path) for row in rows]


def test_both_are_told_that_they_are_heard_until_when_and_what_came_of_it(here, clock):
    drawn = a_confirmed_award(here, clock)
    case = an_unsigned_award(drawn)
    for org_id, kind in (
        (case.firm_org_id, "award.unsigned-firm"),
        (case.owner_org_id, "award.unsigned-owner"),
    ):
        [(code, facts, path)] = told(drawn, org_id)
        assert code == kind
        assert facts["number"] == case.number
        assert facts["at"] == f"{beijing_day(case.due_at) - timedelta(days=1)} 24:00"
        assert path == f"/contracts/unsigned/{drawn.award.number}"
    say(drawn.city, case, drawn.city.clerk, Fault.FIRM, OWNER_SAYS)
    clock.move_to(case.due_at)
    jobs.sweep(here)
    for org_id in (case.firm_org_id, case.owner_org_id):
        assert [kind for kind, _, _ in told(drawn, org_id)][1:] == ["award.unsigned-presumed"]
    with drawn.city.work() as work:
        (card,) = work.session.scalars(select(Card)).all()
        [gone] = work.session.scalars(select(Message).where(Message.kind == "award.gone")).all()
    assert card.cause == PRESUMED
    assert gone.path == f"/contracts/unsigned/{drawn.award.number}"


def test_where_both_are_silent_two_persons_find_the_fault(here, clock):
    drawn = a_confirmed_award(here, clock)
    _, decider = officers(drawn.city)
    case = an_unsigned_award(drawn)
    clock.move_to(case.due_at)
    assert jobs.sweep(here) == 1
    case = case_of(drawn.city, case.award_id)
    assert (case.state, case.fault) == (SigningState.TO_FIND, None)
    assert states(drawn) == [AwardState.UNSIGNED]
    assert points_of(drawn.city, drawn.award.firm_id) == []
    found(drawn.city, case, decider, Fault.OWNER)
    assert states(drawn) == [AwardState.CONFIRMED]
    for org_id in (case.firm_org_id, case.owner_org_id):
        assert told(drawn, org_id)[-1][0] == "award.unsigned-found"


def test_a_firm_that_speaks_is_not_put_out_by_what_its_owner_says(city, clock):
    drawn = a_confirmed_award(city.here, clock, city=city)
    case = say(city, an_unsigned_award(drawn), city.clerk, Fault.FIRM, OWNER_SAYS)
    assert case.state is SigningState.HEARING
    case = say(city, case, drawn.delegate, Fault.OWNER, FIRM_SAYS)
    assert case.state is SigningState.TO_FIND
    assert case.due_at == CALENDAR.due_at(beijing_day(clock()), 5)
    clock.move_to(case.due_at - timedelta(seconds=1))
    assert jobs.sweep(city.here) == 0
    clock.advance(timedelta(days=90))
    assert (jobs.sweep(city.here), jobs.sweep(city.here)) == (1, 0)
    assert case_of(city, case.award_id).state is SigningState.ESCALATED
    assert states(drawn) == [AwardState.UNSIGNED]


def test_the_firms_fault_is_a_breach_and_the_next_is_called(city, clock):
    drawn = a_confirmed_award(city.here, clock, city=city)
    _, decider = officers(city)
    case = say(city, an_unsigned_award(drawn), drawn.delegate, Fault.OWNER, FIRM_SAYS)
    clock.move_to(case.due_at)
    jobs.sweep(city.here)
    case = found(city, case, decider, Fault.FIRM)
    assert (case.state, case.fault) == (SigningState.FOUND, Fault.FIRM)
    assert states(drawn) == [AwardState.LAPSED, AwardState.PUBLICITY]
    assert points_of(city, drawn.award.firm_id) == [10]


def an_owners_fault(drawn):
    city = drawn.city
    _, decider = officers(city)
    case = say(city, an_unsigned_award(drawn), city.clerk, Fault.FIRM, OWNER_SAYS)
    case = say(city, case, drawn.delegate, Fault.OWNER, FIRM_SAYS)
    return found(city, case, decider, Fault.OWNER)


def counted(city, label="无正当理由不签约"):
    with city.reading() as work:
        owner = organisation(work, city.clerk.actor.org_id)
        lines = queries.of_owner(work, owner, city.clock() - timedelta(days=365))
        return next(line.count for line in lines if line.label == label)


def test_the_owners_fault_is_on_its_record_and_the_firm_has_the_whole_time_again(city, clock):
    drawn = a_confirmed_award(city.here, clock, city=city)
    an_owners_fault(drawn)
    [award] = city.awards(drawn.draw.id)
    assert award.state is AwardState.CONFIRMED
    assert award.sign_by_at == CALENDAR.due_at(beijing_day(clock()), 10)
    assert counted(city) == 1
    agreed = file_it(drawn, drawn.delegate)
    agreed.confirm()
    assert states(drawn) == [AwardState.SIGNED]


def test_a_firm_may_walk_away_from_an_owner_at_fault_without_a_breach(city, clock):
    drawn = a_confirmed_award(city.here, clock, city=city)
    with city.work(drawn.delegate) as work, pytest.raises(NotFreeError):
        actions.walk_away(work, queries.award_by_number(work, drawn.award.number))
    an_owners_fault(drawn)
    with city.work(drawn.delegate) as work:
        actions.walk_away(work, queries.award_by_number(work, drawn.award.number))
    assert states(drawn) == [AwardState.RELEASED, AwardState.PUBLICITY]
    assert points_of(city, drawn.award.firm_id) == []


def test_a_need_whose_owner_was_at_fault_is_not_announced_again(city, clock):
    drawn = a_confirmed_award(city.here, clock, city=city, alternates=0)
    an_owners_fault(drawn)
    with city.work(drawn.delegate) as work:
        actions.walk_away(work, queries.award_by_number(work, drawn.award.number))
    need = city.need(drawn.draw.id)
    assert need.state is NeedState.FAILED
    with city.reading() as work:
        assert isinstance(hindrances.of_again(work, need), ObstructedError)


@pytest.mark.parametrize(
    ("fault", "after"),
    [
        (Fault.NEITHER_GO_ON, [AwardState.CONFIRMED]),
        (Fault.NEITHER_NEXT, [AwardState.RELEASED, AwardState.PUBLICITY]),
    ],
)
def test_nobodys_fault_costs_nobody_anything(city, clock, fault, after):
    drawn = a_confirmed_award(city.here, clock, city=city)
    _, decider = officers(city)
    case = say(city, an_unsigned_award(drawn), city.clerk, fault, OWNER_SAYS)
    clock.move_to(case.due_at)
    jobs.sweep(city.here)
    found(city, case, decider, fault)
    assert states(drawn) == after
    assert points_of(city, drawn.award.firm_id) == []
    assert counted(city) == 0


def test_a_firm_whose_contract_is_not_confirmed_asks_and_the_owner_may_still_confirm(city, clock):
    drawn = a_confirmed_award(city.here, clock, city=city)
    agreed = file_it(drawn, drawn.delegate)

    def ask():
        with city.work(drawn.delegate) as work:
            award = queries.award_by_number(work, drawn.award.number)
            actions.ask_for_finding(work, award, FIRM_SAYS)

    with pytest.raises(NotHeldUpError):
        ask()
    clock.move_to(agreed.contract().act_by_at)
    assert counted(city, "逾期未确认合同") == 1
    ask()
    case = case_of(city, drawn.award.id)
    assert (case.firm_filed, case.firm_blames) == (True, Fault.OWNER)
    agreed.confirm()
    assert case_of(city, drawn.award.id).state is SigningState.SIGNED
    assert counted(city, "逾期未确认合同") == 1
    assert (states(drawn), agreed.contract().state) == (
        [AwardState.SIGNED],
        ContractState.IN_FORCE,
    )


def test_who_finds_the_fault_is_not_who_proposed_it(city, clock):
    drawn = a_confirmed_award(city.here, clock, city=city)
    _, decider = officers(city)
    case = an_unsigned_award(drawn)

    def propose(work):
        actions.propose(work, work.session.get_one(SigningCase, case.id), Fault.OWNER, REASONS)

    def find(work, *, agree):
        row = work.session.get_one(SigningCase, case.id)
        actions.find(work, row, agree=agree, text=REASONS)

    with city.work(city.operator) as work, pytest.raises(IllegalSigningMoveError):
        propose(work)
    say(city, case, drawn.delegate, Fault.OWNER, FIRM_SAYS)
    say(city, case, city.clerk, Fault.OWNER, OWNER_SAYS)
    with city.work(city.operator) as work:
        propose(work)
    with city.work(city.operator) as work, pytest.raises(SeparationOfDutiesError):
        find(work, agree=True)
    with city.work(decider) as work:
        find(work, agree=False)
    case = case_of(city, case.award_id)
    assert case.state is SigningState.ESCALATED
    with city.work(city.operator) as work, pytest.raises(IllegalSigningMoveError):
        propose(work)
    officer, _ = officers(city)
    with city.work(officer) as work:
        row = work.session.get_one(SigningCase, case.id)
        actions.propose_late(work, row, Fault.OWNER, REASONS)
    with city.work(decider) as work:
        find(work, agree=True)
    case = case_of(city, case.award_id)
    assert case.fault is Fault.OWNER
    with city.work() as work:
        (card,) = work.session.scalars(select(Card)).all()
    assert (card.trigger, card.org_id) == (Trigger.LATE_CONTRACT, case.owner_org_id)


def test_a_case_that_the_operator_lets_lie_goes_to_the_authority_within_its_items(city, clock):
    drawn = a_confirmed_award(city.here, clock, city=city)
    case = say(city, an_unsigned_award(drawn), drawn.delegate, Fault.OWNER, FIRM_SAYS)
    case = say(city, case, city.clerk, Fault.FIRM, OWNER_SAYS)
    clock.move_to(case.due_at)
    jobs.sweep(city.here)
    case = case_of(city, case.award_id)
    assert (case.state, case.proposed) == (SigningState.ESCALATED, None)
    assert case.due_at == CALENDAR.due_at(beijing_day(clock()), 5)
    for person, sees in ((an_officer(city.here, "01"), True), (an_officer(city.here, "07"), False)):
        with city.work(person) as work:
            assert bool(queries.to_propose_late(work)) is sees
    clock.move_to(case.due_at)
    with city.reading() as work:
        assert [row.id for row, _, _ in queries.late(work)] == [case.id]
    assert jobs.sweep(city.here) == 0
    assert states(drawn) == [AwardState.UNSIGNED]


def test_a_statement_is_made_once_in_time_and_says_something(city, clock):
    drawn = a_confirmed_award(city.here, clock, city=city)
    case = an_unsigned_award(drawn)
    with pytest.raises(StatementShortError):
        say(city, case, drawn.delegate, Fault.OWNER, "不知道")
    say(city, case, drawn.delegate, Fault.OWNER, FIRM_SAYS)
    with pytest.raises(SpokenError):
        say(city, case, drawn.delegate, Fault.OWNER, FIRM_SAYS)
    clock.move_to(case.due_at)
    with pytest.raises(StatementOverError):
        say(city, case, city.clerk, Fault.FIRM, OWNER_SAYS)
