"""What time does to contracts: at the second, once, never against who did their part."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import event, text

from market.calendar import default_calendar, provisional_calendar
from market.clock import beijing, beijing_day
from market.clocks import queries as clock_queries
from market.clocks.rules import Party
from market.contracts import actions, jobs, queries
from market.contracts.examining import queries as examining
from market.contracts.model import Contract
from market.contracts.reports import queries as reports
from market.contracts.rules import ContractState
from market.contracts.signing.rules import Fault
from market.contracts.thread import queries as thread
from market.db import unit_of_work
from market.draws.model import Award
from market.draws.rules import AwardState
from market.holidays import jobs as holiday_jobs
from market.needs.model import Need
from market.needs.rules import NeedState
from tests.market.factories.contracts import (
    a_contract,
    a_delivered_contract,
    a_filed_contract,
    a_running_contract,
    file_it,
)
from tests.market.factories.draws import a_city, a_confirmed_award
from tests.market.factories.holidays import confirmed, the_notice_of_2027
from tests.market.factories.signing import OWNER_SAYS, case_of, say

SECOND = timedelta(seconds=1)
CALENDAR = default_calendar()


def awards_of(drawn):
    return [(a.rank, a.state) for a in drawn.city.awards(drawn.draw.id)]


def end_hearing(city, award_id):
    """Let the days pass in which both sides could have said why nobody signed."""
    city.clock.move_to(case_of(city, award_id).due_at)
    assert jobs.sweep(city.here) == 1


def award_states(agreed):
    with agreed.work() as work:
        award = work.session.get_one(Award, agreed.contract().award_id)
        draw_id = award.draw_id
    return [a.state for a in agreed.city.awards(draw_id)]


def test_silence_accepts_at_the_second_the_term_ends(here, clock):
    agreed = a_delivered_contract(here, clock)
    by_at = agreed.contract().act_by_at
    assert by_at == CALENDAR.due_at(beijing_day(clock()), 3)
    clock.move_to(by_at - SECOND)
    assert jobs.sweep(here) == 0
    clock.move_to(by_at)
    assert jobs.sweep(here) == 1
    assert jobs.sweep(here) == 0
    contract = agreed.contract()
    assert (contract.state, contract.accepted_at) == (ContractState.ACCEPTED, by_at)
    (done,) = agreed.rounds()
    assert (done.review.accepted, done.review.by_silence) == (True, True)
    assert done.review.reviewed_by_id is None
    with agreed.work() as work:
        assert work.session.get_one(Need, contract.need_id).state is NeedState.COMPLETED


def test_a_late_sweep_accepts_as_of_the_end_of_the_term(fast_here, clock):
    agreed = a_delivered_contract(fast_here, clock)
    by_at = agreed.contract().act_by_at
    clock.move_to(by_at + timedelta(days=10, hours=5))
    assert jobs.sweep(fast_here) == 1
    assert agreed.contract().accepted_at == by_at
    with agreed.work() as work:
        said = clock_queries.statement(work, agreed.clock())
    assert (said.accounts[Party.OWNER], said.elapsed) == (3, 3)


def test_a_round_that_was_returned_is_not_accepted_by_silence(fast_here, clock):
    agreed = a_delivered_contract(fast_here, clock)
    by_at = agreed.contract().act_by_at
    agreed.return_work()
    clock.move_to(by_at + timedelta(days=3))
    assert jobs.sweep(fast_here) == 1  # all that ended is the time to dispute the return
    assert jobs.sweep(fast_here) == 0
    assert agreed.contract().state is ContractState.RUNNING
    assert [one.review.accepted for one in agreed.rounds()] == [False]


def test_nobody_is_held_to_a_provisional_day_before_the_notice_is_there(fast_here, clock):
    clock.move_to(beijing(date(2026, 11, 12), 9))
    agreed = a_running_contract(fast_here, clock)
    clock.move_to(beijing(date(2026, 12, 30), 16))
    agreed.deliver()
    by_at = agreed.contract().act_by_at
    assert by_at == provisional_calendar().due_at(date(2026, 12, 30), 3)
    clock.move_to(beijing(date(2027, 1, 12), 9))  # the notice should have been there for weeks
    assert jobs.sweep(fast_here) == 0
    assert agreed.contract().state is ContractState.DELIVERED
    confirmed(fast_here, the_notice_of_2027())
    holiday_jobs.sweep(fast_here)
    assert agreed.contract().act_by_at == by_at
    assert jobs.sweep(fast_here) == 1
    assert agreed.contract().state is ContractState.ACCEPTED


def test_an_open_term_is_set_once_the_calendar_knows_and_silence_counts_from_then(fast_here, clock):
    agreed = a_delivered_contract(fast_here, clock)
    by_at = agreed.contract().act_by_at
    with fast_here.sessions.begin() as session:  # as if the year had been unknown
        contract = session.get(Contract, agreed.contract_id)
        contract.act_by_at, contract.next_check_at = None, clock()
    jobs.sweep(fast_here)
    assert agreed.contract().act_by_at == agreed.contract().next_check_at == by_at
    clock.move_to(by_at)
    assert jobs.sweep(fast_here) == 1


def test_an_award_nobody_signed_or_excused_passes_on_at_the_second(here, clock):
    drawn = a_confirmed_award(here, clock)
    clock.move_to(drawn.award.sign_by_at - SECOND)
    assert jobs.sweep(here) == 0
    clock.move_to(drawn.award.sign_by_at)
    assert jobs.sweep(here) == 1
    assert jobs.sweep(here) == 0
    assert awards_of(drawn) == [(1, AwardState.UNSIGNED)]
    say(drawn.city, case_of(drawn.city, drawn.award.id), drawn.city.clerk, Fault.FIRM, OWNER_SAYS)
    end_hearing(drawn.city, drawn.award.id)
    assert awards_of(drawn) == [(1, AwardState.LAPSED), (2, AwardState.PUBLICITY)]
    (lost, _) = drawn.city.awards(drawn.draw.id)
    assert lost.reason == "not_signed"


def test_a_firm_that_filed_loses_nothing_to_a_silent_owner(fast_here, clock):
    agreed = a_filed_contract(fast_here, clock)
    clock.move_to(agreed.contract().act_by_at - SECOND)
    with agreed.work() as work:
        assert queries.held_up_by_owners(work) == []
    clock.advance(SECOND)
    assert jobs.sweep(fast_here) == 0
    clock.advance(timedelta(days=30))
    assert jobs.sweep(fast_here) == 0
    with agreed.work() as work:
        assert [c.id for c, _ in queries.held_up_by_owners(work)] == [agreed.contract_id]
    agreed.confirm()
    assert award_states(agreed) == [AwardState.SIGNED]
    with agreed.work() as work:
        assert queries.held_up_by_owners(work) == []


def test_a_silent_firm_loses_the_award_and_the_filing_ends(fast_here, clock):
    agreed = a_filed_contract(fast_here, clock, by_owner=True)
    clock.move_to(agreed.contract().act_by_at - SECOND)
    assert jobs.sweep(fast_here) == 0
    clock.advance(SECOND)
    assert jobs.sweep(fast_here) == 1
    end_hearing(agreed.city, agreed.contract().award_id)
    assert agreed.contract().state is ContractState.TERMINATED
    assert award_states(agreed) == [AwardState.LAPSED, AwardState.PUBLICITY]


def test_an_owner_cannot_make_a_firm_late_by_filing_or_returning_in_the_last_second(
    fast_here, clock
):
    city = a_city(fast_here, clock)
    for deed in ("file", "return"):
        drawn = a_confirmed_award(fast_here, clock, city=city)
        if deed == "file":
            clock.move_to(drawn.award.sign_by_at - SECOND)
            agreed = file_it(drawn, drawn.city.clerk)
        else:
            agreed = file_it(drawn, drawn.delegate)
            clock.move_to(drawn.award.sign_by_at - SECOND)
            agreed.return_filing()
        clock.move_to(drawn.award.sign_by_at)
        assert jobs.sweep(fast_here) == 0
        clock.move_to(agreed.contract().act_by_at - SECOND)
        assert jobs.sweep(fast_here) == 0
        clock.advance(SECOND)
        assert jobs.sweep(fast_here) == 1
        end_hearing(city, agreed.contract().award_id)
        assert agreed.contract().state is ContractState.TERMINATED


def test_two_workers_at_once_do_everything_once(here, clock):
    city = a_city(here, clock)
    delivered = a_delivered_contract(here, clock, city=city)
    drawn = a_confirmed_award(here, clock, city=city)
    clock.move_to(max(drawn.award.sign_by_at, delivered.contract().act_by_at or clock()))
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(jobs.sweep, [here, here]))
    jobs.sweep(here)
    assert delivered.contract().state is ContractState.ACCEPTED
    assert len(delivered.rounds()) == 1
    assert awards_of(drawn) == [(1, AwardState.UNSIGNED)]


def test_one_that_fails_is_logged_and_holds_up_no_other(fast_here, clock, caplog):
    city = a_city(fast_here, clock)
    broken, fine = (a_delivered_contract(fast_here, clock, city=city) for _ in range(2))
    with fast_here.sessions.begin() as session:
        need = session.get(Need, broken.contract().need_id)
        need.regulation_id = "a-file-that-was-lost"
    clock.move_to(fine.contract().act_by_at)
    assert jobs.sweep(fast_here) == 1
    assert (broken.contract().state, fine.contract().state) == (
        ContractState.DELIVERED,
        ContractState.ACCEPTED,
    )
    assert f"contract: silence {broken.contract_id} could not be done" in caplog.text


HOT = {
    "silent owners": lambda work: queries.silent_ids(work, work.now, 200, 5),
    "unsigned awards": lambda work: queries.unsigned_award_ids(work, work.now, 200, 5),
    "held up": queries.held_up_by_owners,
    "public": lambda work: queries.public_list(work, limit=20, offset=20),
    "by number": lambda work: queries.of_award(work, 1),
    "own": lambda work: queries.of_party(work, limit=20, offset=20),
    "own by state": lambda work: queries.of_party_in(work, ContractState.FILED),
    "to sign": queries.awards_to_sign,
    "examinations": lambda work: examining.due(work, None, 200),
    "last round": lambda work: examining.last_of(work, work.session.get(Contract, 1)),
    "steps": lambda work: examining.steps_of(work, work.session.get(Contract, 1)),
    "to review": examining.to_review,
    "milestones": lambda work: reports.due(work, None, 200),
    "messages": lambda work: thread.rows_of(work, work.session.get(Contract, 1)),
    "rounds": lambda work: queries.rounds_of(work, work.session.get(Contract, 1)),
}


def plans_of(here, actor, ask):
    """Run a query and return how the database went about each of its statements."""
    found = []
    with unit_of_work(here.sessions, actor, here.clock) as work:
        if sqlite := here.engine.dialect.name == "sqlite":
            explain = "EXPLAIN QUERY PLAN "
        else:
            explain = "EXPLAIN "
            work.session.execute(text("SET LOCAL enable_seqscan = off"))
        connection = work.session.connection()

        def plan(_connection, cursor, statement, parameters, _context, _many):
            if statement.startswith("SELECT"):
                other = cursor.connection.cursor()
                other.execute(explain + statement, parameters)
                found.extend(str(row[3] if sqlite else row[0]) for row in other.fetchall())

        event.listen(connection, "before_cursor_execute", plan)
        ask(work)
        event.remove(connection, "before_cursor_execute", plan)
    return found


@pytest.mark.parametrize("side", ["owner", "firm"])
def test_no_hot_query_reads_a_whole_table(here, clock, side):
    agreed = a_contract(here, clock)
    for name, ask in HOT.items():
        plan = plans_of(here, getattr(agreed, side).actor, ask)
        assert plan, name
        assert not [line for line in plan if is_whole(line)], (name, plan)


def is_whole(line):
    """Whether a step reads all rows. Walking an index in the order that is asked is none."""
    line = line.strip(" ->")
    tables = ("contract", "award", "deliverable", "review", "examination", "milestone")
    return line.startswith("Seq Scan on") or (
        line.startswith(tuple(f"SCAN {table}" for table in tables)) and "USING INDEX" not in line
    )


def test_a_sweep_is_the_actor_of_what_it_does(fast_here, clock):
    agreed = a_delivered_contract(fast_here, clock)
    clock.move_to(agreed.contract().act_by_at)
    jobs.sweep(fast_here)
    with agreed.work() as work:
        last = clock_queries.events_of(work, agreed.clock())[-1]
    assert (last.kind, last.entered_by) == ("stop", "job:contracts")
    assert actions.subject_of(agreed.contract()) == agreed.clock().subject
