"""Examining a round: supplements, missing documents, an authority, and what time does to each."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from market.calendar import default_calendar, end_of
from market.clock import beijing_day
from market.clocks import queries as clock_queries
from market.clocks.rules import ClockState, Party
from market.contracts import actions, jobs
from market.contracts import queries as contracts
from market.contracts.ending.record import end
from market.contracts.examining import actions as examining
from market.contracts.examining import queries
from market.contracts.examining.model import ExaminationStep
from market.contracts.examining.rules import (
    ExamMove,
    ExamState,
    IllegalExamMoveError,
    LackDayError,
    NoClauseError,
    NotOverdueError,
    SignerMissingError,
    SupplementedOftenError,
    ToleratedOftenError,
)
from market.contracts.rules import ContractState, IllegalContractMoveError, ReturnReason
from market.errors import MissingError
from market.needs.model import Need
from tests.market.factories.contracts import CLAUSE, COMMENT, a_delivered_contract, a_file
from tests.market.factories.credit import an_officer

CALENDAR = default_calendar()
SECOND = timedelta(seconds=1)
MISSING = "附图三未盖章\n缺少计算书"
S = ExamState


def exam_of(agreed):
    with agreed.work() as work:
        return queries.last_of(work, agreed.contract())


def moves_of(agreed):
    with agreed.work() as work:
        rows = work.session.scalars(select(ExaminationStep).order_by(ExaminationStep.id))
        return [row.move for row in rows]


def runs_for(agreed):
    with agreed.work() as work:
        return clock_queries.runs_for(work, agreed.clock())


def supplement(agreed):
    agreed.do(agreed.owner, lambda work, c: examining.supplement(work, c, MISSING))


def tolerate(agreed, by_on):
    agreed.do(agreed.owner, lambda work, c: examining.tolerate(work, c, MISSING, by_on))


def reviewed(agreed):
    """Let the city's catalogue send the contract's work to an authority."""
    with agreed.here.sessions.begin() as session:
        need_id = agreed.contract().need_id
        session.execute(update(Need).where(Need.id == need_id).values(item_code="ZJ-03-004-01"))
    return an_officer(agreed.here)


def test_a_supplement_is_no_rework_and_the_owner_looks_again(here, clock):
    agreed = a_delivered_contract(here, clock)
    supplement(agreed)
    exam = exam_of(agreed)
    assert (exam.state, exam.missing) == (S.SUPPLEMENTING, MISSING)
    assert exam.due_at == CALENDAR.due_at(beijing_day(clock()), 2)
    assert agreed.contract().act_by_at == exam.due_at
    assert runs_for(agreed) is Party.FIRM
    agreed.supply()
    exam = exam_of(agreed)
    assert (exam.state, exam.missing, exam.due_at) == (S.SUBMITTED, "", None)
    assert runs_for(agreed) is Party.OWNER
    assert agreed.contract().act_by_at == CALENDAR.due_at(beijing_day(clock()), 3)
    agreed.accept()
    (one,) = agreed.rounds()
    assert (one.review.accepted, agreed.contract().state) == (True, ContractState.ACCEPTED)
    assert moves_of(agreed) == [ExamMove.SUPPLEMENT, ExamMove.SUPPLY, ExamMove.ACCEPT]


def test_a_round_is_supplemented_twice_and_then_judged(fast_here, clock):
    agreed = a_delivered_contract(fast_here, clock)
    for _ in range(2):
        supplement(agreed)
        agreed.supply()
    with pytest.raises(SupplementedOftenError):
        supplement(agreed)


def test_who_does_not_supplement_is_late_and_may_then_be_returned(here, clock):
    agreed = a_delivered_contract(here, clock)
    supplement(agreed)
    with pytest.raises(NotOverdueError):
        agreed.return_work()
    due_at = exam_of(agreed).due_at
    clock.move_to(due_at - SECOND)
    assert jobs.sweep(here) == 0
    clock.move_to(due_at + timedelta(days=3))
    assert jobs.sweep(here) == 1
    assert jobs.sweep(here) == 0
    assert (exam_of(agreed).state, exam_of(agreed).overdue) == (S.SUPPLEMENTING, True)
    agreed.return_work()
    (one,) = agreed.rounds()
    assert (one.review.reason, one.review.clause) == (ReturnReason.DATA_ERROR, CLAUSE)
    assert (exam_of(agreed).state, agreed.contract().state) == (S.RETURNED, ContractState.RUNNING)


def test_the_owner_is_not_taken_for_silent_while_the_firm_supplements(fast_here, clock):
    agreed = a_delivered_contract(fast_here, clock)
    supplement(agreed)
    clock.advance(timedelta(days=20))
    jobs.sweep(fast_here)
    assert agreed.contract().state is ContractState.DELIVERED


def test_a_return_names_its_clause(fast_here, clock):
    agreed = a_delivered_contract(fast_here, clock)
    with pytest.raises(NoClauseError):
        agreed.do(
            agreed.owner,
            lambda work, c: actions.return_work(work, c, ReturnReason.FORMAT, COMMENT, clause="  "),
        )
    agreed.return_work()
    agreed.deliver()
    assert [one.deliverable.round_no for one in agreed.rounds()] == [1, 2]
    assert exam_of(agreed).state is S.SUBMITTED


def test_a_missing_document_stops_the_clock_until_it_comes(here, clock):
    agreed = a_delivered_contract(here, clock)
    today = beijing_day(clock())
    by_on = CALENDAR.add_working_days(today, 5)
    with pytest.raises(LackDayError):
        tolerate(agreed, CALENDAR.add_working_days(today, 10) + timedelta(days=1))
    tolerate(agreed, by_on)
    assert (exam_of(agreed).state, exam_of(agreed).due_at) == (S.LACKING, end_of(by_on))
    assert agreed.clock().state is ClockState.STOPPED
    assert agreed.contract().state is ContractState.DELIVERED
    clock.advance(timedelta(days=2))
    agreed.supply()
    assert (exam_of(agreed).state, runs_for(agreed)) == (S.SUBMITTED, Party.OWNER)
    agreed.accept()
    assert agreed.contract().state is ContractState.ACCEPTED


def test_a_document_that_never_came_undoes_the_acceptance(here, clock):
    agreed = a_delivered_contract(here, clock)
    tolerate(agreed, CALENDAR.add_working_days(beijing_day(clock()), 5))
    due_at = exam_of(agreed).due_at
    clock.move_to(due_at - SECOND)
    assert jobs.sweep(here) == 0
    clock.move_to(due_at)
    assert jobs.sweep(here) == 1
    assert jobs.sweep(here) == 0
    exam = exam_of(agreed)
    assert (exam.state, exam.missing) == (S.SUPPLEMENTING, MISSING)
    assert (agreed.clock().state, runs_for(agreed)) == (ClockState.RUNNING, Party.FIRM)
    assert exam.due_at == CALENDAR.due_at(beijing_day(clock()), 2)


def test_an_authority_reviews_on_its_own_account_and_passes(here, clock):
    agreed = a_delivered_contract(here, clock)
    officer = reviewed(agreed)
    agreed.accept()
    exam = exam_of(agreed)
    assert (exam.state, exam.review_working_days) == (S.UNDER_REVIEW, 10)
    assert exam.due_at == CALENDAR.due_at(beijing_day(clock()), 10)
    assert (runs_for(agreed), agreed.contract().state) == (
        Party.REVIEWER,
        ContractState.DELIVERED,
    )
    with pytest.raises(IllegalExamMoveError):
        agreed.accept()
    with agreed.work(officer) as work:
        (waiting,) = queries.to_review(work)
        examining.pass_work(work, waiting[1], "同意。")
    assert (exam_of(agreed).state, agreed.contract().state) == (
        S.ACCEPTED,
        ContractState.ACCEPTED,
    )


def test_an_owner_who_says_nothing_sends_the_work_to_the_authority(fast_here, clock):
    agreed = a_delivered_contract(fast_here, clock)
    reviewed(agreed)
    by_at = agreed.contract().act_by_at
    clock.move_to(by_at + timedelta(days=4))
    assert jobs.sweep(fast_here) == 1
    exam = exam_of(agreed)
    assert (exam.state, exam.since_at) == (S.UNDER_REVIEW, by_at)
    with agreed.work() as work:
        said = clock_queries.statement(work, agreed.clock())
    assert said.accounts[Party.OWNER] == 3  # the sweep that came late gave it no day more


def test_an_authority_that_says_nothing_passes_nothing(fast_here, clock):
    agreed = a_delivered_contract(fast_here, clock)
    officer = reviewed(agreed)
    agreed.accept()
    clock.move_to(exam_of(agreed).due_at)
    assert jobs.sweep(fast_here) == 1
    clock.advance(timedelta(days=30))
    assert jobs.sweep(fast_here) == 0
    assert (exam_of(agreed).state, exam_of(agreed).overdue) == (S.UNDER_REVIEW, True)
    with agreed.work(officer) as work:
        assert len(queries.late_reviews(work)) == 1


def test_work_passes_once_it_is_revised(fast_here, clock):
    agreed = a_delivered_contract(fast_here, clock)
    officer = reviewed(agreed)
    agreed.accept()
    with agreed.work(officer) as work:
        c = queries.for_reviewer(work, agreed.contract_id)
        examining.ask_revision(work, c, MISSING, ReturnReason.INCOMPLETE, "规程第4.1条")
    assert (exam_of(agreed).state, runs_for(agreed)) == (S.REVISING, Party.FIRM)
    agreed.supply()
    assert (exam_of(agreed).state, runs_for(agreed)) == (S.UNDER_REVIEW, Party.REVIEWER)


def test_two_failures_are_told_to_the_authority_and_count_as_returns(fast_here, clock):
    agreed = a_delivered_contract(fast_here, clock)
    officer = reviewed(agreed)
    for count in (1, 2):
        agreed.accept()
        with agreed.work(officer) as work:
            c = queries.for_reviewer(work, agreed.contract_id)
            examining.fail(work, c, ReturnReason.WRONG_BASIS, "规程第4.1条", COMMENT)
            work.session.flush()
            assert [one.id for one in queries.failed_often(work, 2)] == (
                [agreed.contract_id] if count == 2 else []
            )
        assert (agreed.contract().state, runs_for(agreed)) == (ContractState.RUNNING, Party.FIRM)
        agreed.deliver()
    assert [one.review.accepted for one in agreed.rounds()[:2]] == [False, False]


def test_an_authority_may_wait_for_a_document_too(fast_here, clock):
    agreed = a_delivered_contract(fast_here, clock)
    officer = reviewed(agreed)
    agreed.accept()
    by_on = CALENDAR.add_working_days(beijing_day(clock()), 3)
    with agreed.work(officer) as work:
        c = queries.for_reviewer(work, agreed.contract_id)
        examining.tolerate(work, c, MISSING, by_on)
    assert (exam_of(agreed).state, agreed.clock().state) == (
        S.REVIEW_LACKING,
        ClockState.STOPPED,
    )
    clock.move_to(end_of(by_on))
    assert jobs.sweep(fast_here) == 1
    assert (exam_of(agreed).state, runs_for(agreed)) == (S.REVISING, Party.FIRM)
    agreed.supply()
    assert exam_of(agreed).state is S.UNDER_REVIEW


def test_nobody_reviews_what_is_not_sent_to_an_authority(fast_here, clock):
    agreed = a_delivered_contract(fast_here, clock)
    officer = an_officer(agreed.here)
    with agreed.work(officer) as work, pytest.raises(MissingError):
        queries.for_reviewer(work, agreed.contract_id)


def test_only_what_was_asked_for_is_supplied(fast_here, clock):
    agreed = a_delivered_contract(fast_here, clock)
    with pytest.raises(IllegalExamMoveError):
        agreed.supply()
    agreed.return_work()
    with pytest.raises(IllegalContractMoveError):
        agreed.supply()


def test_a_supplement_can_be_downloaded_with_the_contract(fast_here, clock):
    agreed = a_delivered_contract(fast_here, clock)
    supplement(agreed)
    agreed.supply()
    contract = agreed.contract()
    with agreed.work() as work:
        (file,) = [one.file for one in queries.steps_of(work, contract) if one.file]
        assert queries.has_file(work, contract, file.id)
        assert not contracts.has_file(work, contract, file.id)


def test_a_contract_that_ends_closes_its_round(fast_here, clock):
    agreed = a_delivered_contract(fast_here, clock)
    tolerate(agreed, CALENDAR.add_working_days(beijing_day(clock()), 5))
    with agreed.work(agreed.owner) as work:
        end(work, contracts.for_owner(work, agreed.contract_id), 100)
    assert (exam_of(agreed).state, agreed.contract().state) == (S.CLOSED, ContractState.ENDED)
    clock.advance(timedelta(days=30))
    assert jobs.sweep(fast_here) == 0


def test_a_stranger_signs_nothing(fast_here, clock):
    agreed = a_delivered_contract(fast_here, clock)
    agreed.return_work()

    def deed(work, contract):
        stored = a_file(fast_here, work)
        actions.deliver(work, contract, stored, "", signer_id=999)

    with pytest.raises(SignerMissingError):
        agreed.do(agreed.firm, deed)


def test_a_side_tolerates_a_round_once_and_the_clock_does_not_stop_for_ever(here, clock):
    agreed = a_delivered_contract(here, clock)
    by_on = CALENDAR.add_working_days(beijing_day(clock()), 5)
    tolerate(agreed, by_on)
    agreed.supply()
    with pytest.raises(ToleratedOftenError):
        tolerate(agreed, by_on)
    assert exam_of(agreed).state is S.SUBMITTED
    assert agreed.clock().state is ClockState.RUNNING
    supplement(agreed)


def test_the_authority_may_tolerate_once_where_the_owner_did(here, clock):
    agreed = a_delivered_contract(here, clock)
    officer = reviewed(agreed)
    by_on = CALENDAR.add_working_days(beijing_day(clock()), 5)
    tolerate(agreed, by_on)
    agreed.supply()
    agreed.accept()
    with agreed.work(officer) as work:
        examining.tolerate(work, queries.for_reviewer(work, agreed.contract_id), MISSING, by_on)
    agreed.supply()
    with agreed.work(officer) as work, pytest.raises(ToleratedOftenError):
        examining.tolerate(work, queries.for_reviewer(work, agreed.contract_id), MISSING, by_on)


def test_the_next_round_may_be_tolerated_again(fast_here, clock):
    agreed = a_delivered_contract(fast_here, clock)
    by_on = CALENDAR.add_working_days(beijing_day(clock()), 5)
    tolerate(agreed, by_on)
    agreed.supply()
    agreed.return_work()
    agreed.deliver()
    tolerate(agreed, by_on)
    assert exam_of(agreed).state is S.LACKING
