"""A contract in force is ended: by both sides, by an authority, never by one side alone."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from audit.store import submissions
from market.accounts.queries import organisation
from market.calendar import default_calendar
from market.clock import beijing_day
from market.clocks.rules import ClockState
from market.contracts import jobs, queries
from market.contracts.ending import actions
from market.contracts.ending import queries as endings
from market.contracts.ending.errors import (
    EndingLateError,
    EndingReasonError,
    FaultMissingError,
    NotLiveError,
    OpenEndingError,
)
from market.contracts.ending.rules import (
    CauseNotYoursError,
    EndingCause,
    EndingState,
    IllegalEndingMoveError,
    SettlementError,
)
from market.contracts.model import Contract
from market.contracts.rules import ContractState
from market.contracts.signing.rules import Fault
from market.errors import MissingError, SeparationOfDutiesError
from market.needs.model import Need
from market.needs.rules import NeedState
from tests.market.factories.contracts import (
    a_contract,
    a_filed_contract,
    a_running_contract,
    an_accepted_contract,
)
from tests.market.factories.credit import a_decider, an_officer

CALENDAR = default_calendar()
WHY = "项目调整建设内容，原服务范围已无必要继续，双方已清点完成的工作。"
S = EndingState
DONE = 3_000_000


def ask(agreed, person=None, fen=DONE, text=WHY):
    def deed(work, contract):
        actions.ask(work, contract, settled_fen=fen, text=text)

    agreed.do(person or agreed.owner, deed)
    return last(agreed)


def apply(agreed, person=None, cause=EndingCause.NOT_PERFORMING):
    agreed.do(person or agreed.owner, lambda work, c: actions.apply(work, c, cause=cause, text=WHY))
    return last(agreed)


def last(agreed):
    with agreed.work() as work:
        return endings.of_contract(work, work.session.get_one(Contract, agreed.contract_id))[0]


def step(agreed, person, deed, **more):
    with agreed.work(person) as work:
        row = endings.of_contract(work, agreed_in(work, agreed))[0]
        deed(work, row, agreed_in(work, agreed), **more)
    return last(agreed)


def agreed_in(work, agreed):
    return work.session.get_one(Contract, agreed.contract_id)


def need_state(agreed):
    with agreed.work() as work:
        return work.session.get_one(Need, agreed.contract().need_id).state


def test_both_agree_and_what_was_done_is_settled(here, clock):
    agreed = a_running_contract(here, clock)
    row = ask(agreed)
    assert (row.state, row.due_at) == (S.ASKED, CALENDAR.due_at(beijing_day(clock()), 5))
    with pytest.raises(SeparationOfDutiesError):
        step(agreed, agreed.owner, actions.answer, agree=True, text="")
    with pytest.raises(OpenEndingError):
        apply(agreed, agreed.firm, EndingCause.NOT_PAYING)
    row = step(agreed, agreed.firm, actions.answer, agree=True, text="")
    contract = agreed.contract()
    assert (row.state, contract.state) == (S.AGREED, ContractState.ENDED)
    assert (contract.settled_fen, contract.ended_at) == (DONE, clock())
    assert agreed.clock().state is ClockState.STOPPED
    assert need_state(agreed) is NeedState.TERMINATED
    with agreed.work() as work:
        assert queries.public(work, contract.number).contract.id == contract.id
        owner = organisation(work, contract.owner_org_id)
        [both, _] = endings.of_owner(work, owner, clock() - timedelta(days=9))
    assert both.count == 1
    with here.sessions() as session:
        said = b"\n".join(session.scalars(select(submissions.c.body))).decode()
    assert said.count("contract.ending-moved.v1") == 2
    assert WHY not in said


def test_a_refusal_a_withdrawal_and_silence_end_nothing(fast_here, clock):
    agreed = a_contract(fast_here, clock)
    ask(agreed, agreed.firm)
    with pytest.raises(EndingReasonError):
        step(agreed, agreed.owner, actions.answer, agree=False, text="不行")
    assert step(agreed, agreed.owner, actions.answer, agree=False, text=WHY).state is S.REFUSED
    ask(agreed, agreed.firm)
    with pytest.raises(SeparationOfDutiesError):
        step(agreed, agreed.owner, actions.withdraw)
    assert step(agreed, agreed.firm, actions.withdraw).state is S.WITHDRAWN
    row = ask(agreed, agreed.firm)
    clock.move_to(row.due_at)
    with pytest.raises(EndingLateError):
        step(agreed, agreed.owner, actions.answer, agree=True, text="")
    assert (jobs.sweep(fast_here), jobs.sweep(fast_here)) == (1, 0)
    assert last(agreed).state is S.LAPSED
    assert agreed.contract().state is ContractState.IN_FORCE


def test_an_authority_ends_it_for_a_cause_by_two_people_after_a_hearing(fast_here, clock):
    agreed = a_running_contract(fast_here, clock)
    with pytest.raises(CauseNotYoursError):
        apply(agreed, agreed.firm)
    row = apply(agreed)
    assert row.state is S.HEARING
    officer, decider = an_officer(fast_here, "01"), a_decider(fast_here, "01")
    propose = {"ends": True, "fault": Fault.FIRM, "text": WHY}
    with pytest.raises(IllegalEndingMoveError):
        step(agreed, officer, actions.propose, **propose)
    row = step(agreed, agreed.firm, actions.reply, text=WHY)
    assert (row.state, row.due_at) == (S.TO_DECIDE, CALENDAR.due_at(beijing_day(clock()), 10))
    with pytest.raises(FaultMissingError):
        step(agreed, officer, actions.propose, **(propose | {"fault": None}))
    step(agreed, officer, actions.propose, **propose)
    with pytest.raises(SeparationOfDutiesError):
        step(agreed, officer, actions.decide, agree=True, text=WHY)
    with agreed.work(a_decider(fast_here, "07")) as work:
        assert endings.to_decide(work) == []
        with pytest.raises(MissingError):
            endings.for_authority(work, row.number)
    assert step(agreed, decider, actions.decide, agree=False, text=WHY).state is S.TO_DECIDE
    step(agreed, officer, actions.propose, **propose)
    row = step(agreed, decider, actions.decide, agree=True, text=WHY)
    assert (row.state, row.fault) == (S.UPHELD, Fault.FIRM)
    assert (agreed.contract().state, agreed.contract().settled_fen) == (ContractState.ENDED, None)
    assert need_state(agreed) is NeedState.TERMINATED


def test_silence_ends_the_hearing_and_an_authority_that_is_late_is_named(fast_here, clock):
    agreed = a_running_contract(fast_here, clock)
    clock.move_to(apply(agreed).due_at)
    assert jobs.sweep(fast_here) == 1
    row = last(agreed)
    assert row.state is S.TO_DECIDE
    clock.move_to(row.due_at)
    with agreed.work() as work:
        assert [found.id for found, _ in endings.late(work)] == [row.id]
    officer, decider = an_officer(fast_here), a_decider(fast_here)
    step(agreed, officer, actions.propose, ends=False, fault=None, text=WHY)
    assert step(agreed, decider, actions.decide, agree=True, text=WHY).state is S.DISMISSED
    assert agreed.contract().state is ContractState.RUNNING


def test_what_cannot_be_ended(fast_here, clock):
    agreed = a_filed_contract(fast_here, clock)
    with pytest.raises(NotLiveError):
        ask(agreed)
    agreed.confirm()
    for fen in (-1, agreed.contract().price_fen + 1):
        with pytest.raises(SettlementError):
            ask(agreed, fen=fen)
    with pytest.raises(EndingReasonError):
        ask(agreed, text="不做了")


def test_a_contract_that_is_performed_meanwhile_is_not_ended(fast_here, clock):
    agreed = a_running_contract(fast_here, clock)
    ask(agreed)
    agreed.deliver()
    agreed.accept()
    assert (jobs.sweep(fast_here), jobs.sweep(fast_here)) == (1, 0)
    assert last(agreed).state is S.MOOT
    with pytest.raises(NotLiveError):
        ask(an_accepted_contract(fast_here, clock))
