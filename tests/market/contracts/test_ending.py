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
from market.contracts.ending.following import renew
from market.contracts.ending.model import ContractEnding
from market.contracts.ending.rules import (
    AskedOftenError,
    AskedSoonError,
    CauseNotYoursError,
    EndingCause,
    EndingState,
    IllegalEndingMoveError,
    SettlementError,
    SettlementPassedError,
)
from market.contracts.model import Contract
from market.contracts.rules import ContractState
from market.contracts.signing.rules import Fault
from market.draws.actions import branches
from market.draws.model import Award
from market.errors import MissingError, SeparationOfDutiesError, SeparationOfSidesError
from market.needs.model import Need
from market.needs.rules import NeedState
from market.supplements.errors import EndedMeanwhileError
from market.supplements.rules import SupplementState
from tests.market.factories.contracts import (
    a_contract,
    a_filed_contract,
    a_running_contract,
    an_accepted_contract,
)
from tests.market.factories.credit import a_decider, an_officer
from tests.market.factories.payments import (
    agreed_to,
    an_invoice,
    corrected,
    decided,
    ledger,
    proposed,
)

CALENDAR = default_calendar()
WHY = "项目调整建设内容，原服务范围已无必要继续，双方已清点完成的工作。"
S = EndingState
DONE = 3_000_000
MORE = 500_000


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


def wait(clock, days=5):
    """Let the working days pass after which a side may ask again."""
    clock.move_to(CALENDAR.due_at(beijing_day(clock()), days))


def need_state(agreed):
    with agreed.work() as work:
        return work.session.get_one(Need, agreed.contract().need_id).state


def test_both_agree_and_what_was_done_is_settled(here, clock):
    agreed = a_running_contract(here, clock)
    row = ask(agreed)
    assert (row.state, row.due_at) == (S.ASKED, CALENDAR.due_at(beijing_day(clock()), 5))
    with pytest.raises(SeparationOfSidesError, match="须由对方单位办理"):
        step(agreed, agreed.owner, actions.answer, agree=True, text="")
    with pytest.raises(OpenEndingError):
        apply(agreed, agreed.owner)
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
        said = b"\n".join(
            session.scalars(select(submissions.c.body).order_by(submissions.c.id))
        ).decode()
    assert said.count("contract.ending-moved.v1") == 2
    assert WHY not in said


def test_a_refusal_a_withdrawal_and_silence_end_nothing(fast_here, clock):
    agreed = a_contract(fast_here, clock)
    ask(agreed, agreed.firm)
    with pytest.raises(EndingReasonError):
        step(agreed, agreed.owner, actions.answer, agree=False, text="不行")
    assert step(agreed, agreed.owner, actions.answer, agree=False, text=WHY).state is S.REFUSED
    wait(clock)
    ask(agreed, agreed.firm)
    with pytest.raises(SeparationOfSidesError):
        step(agreed, agreed.owner, actions.withdraw)
    assert step(agreed, agreed.firm, actions.withdraw).state is S.WITHDRAWN
    wait(clock)
    row = ask(agreed, agreed.firm)
    clock.move_to(row.due_at)
    with pytest.raises(EndingLateError):
        step(agreed, agreed.owner, actions.answer, agree=True, text="")
    # The ending, and a card for materials that have not come meanwhile.
    assert (jobs.sweep(fast_here), jobs.sweep(fast_here)) == (2, 0)
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


def test_a_side_asks_only_so_often_and_never_at_once_again(fast_here, clock):
    agreed = a_contract(fast_here, clock)
    for _ in range(3):
        ask(agreed)
        assert step(agreed, agreed.owner, actions.withdraw).closed_at == clock()
        wait(clock, 4)
        with pytest.raises((AskedSoonError, AskedOftenError)):
            ask(agreed)
        wait(clock, 1)
    with pytest.raises(AskedOftenError, match="3 次"):
        ask(agreed)
    # What an authority decides has a count of its own, and the other side its own too.
    apply(agreed, cause=EndingCause.NOT_PERFORMING)
    ask(agreed, agreed.firm)


def test_both_sides_ask_side_by_side_and_the_first_end_closes_the_other(fast_here, clock):
    agreed = a_running_contract(fast_here, clock)
    theirs = apply(agreed)
    ours = ask(agreed, agreed.firm)
    assert (theirs.state, ours.state) == (S.HEARING, S.ASKED)
    with agreed.work(agreed.owner) as work:
        assert [row.id for row, _ in endings.to_answer(work)] == [ours.id]
    assert step(agreed, agreed.owner, actions.answer, agree=True, text="").state is S.AGREED
    with agreed.work() as work:
        row = work.session.get_one(ContractEnding, theirs.id)
    assert (row.state, row.due_at, row.closed_at) == (S.MOOT, None, clock())
    assert agreed.contract().state is ContractState.ENDED
    assert jobs.sweep(fast_here) == 0


def test_a_settlement_keeps_to_invoices_and_add_ons(fast_here, clock):
    agreed = a_running_contract(fast_here, clock)
    decider = a_decider(fast_here, "01")
    decided(agreed, agreed_to(agreed, proposed(agreed, MORE)), decider, approved=True)
    an_invoice(agreed, DONE)
    price = agreed.contract().price_fen
    for fen in (DONE - 1, price + MORE + 1):
        with pytest.raises(SettlementError, match="30,000"):
            ask(agreed, fen=fen)
    ask(agreed, fen=price + MORE)
    assert step(agreed, agreed.owner, actions.withdraw).state is S.WITHDRAWN
    wait(clock)
    ask(agreed, fen=DONE)
    an_invoice(agreed, 1, "25512000000000000002")
    with pytest.raises(SettlementPassedError):
        step(agreed, agreed.firm, actions.answer, agree=True, text="")
    corrected(agreed, agreed.firm, 2)
    step(agreed, agreed.firm, actions.answer, agree=True, text="")
    found = ledger(agreed)
    assert found.agreed_fen == found.invoiced_fen == DONE
    later = agreed.contract()
    assert (later.state, later.settled_fen) == (ContractState.ENDED, DONE)


def test_more_than_the_contract_is_settled_where_an_add_on_allows_it(fast_here, clock):
    agreed = a_running_contract(fast_here, clock)
    decider = a_decider(fast_here, "01")
    decided(agreed, agreed_to(agreed, proposed(agreed, MORE)), decider, approved=True)
    price = agreed.contract().price_fen
    ask(agreed, fen=price + MORE)
    step(agreed, agreed.firm, actions.answer, agree=True, text="")
    an_invoice(agreed, price + MORE)
    assert ledger(agreed).agreed_fen == price + MORE


def test_nothing_is_added_to_a_contract_that_was_ended(fast_here, clock):
    agreed = a_running_contract(fast_here, clock)
    decider = a_decider(fast_here, "01")
    row = agreed_to(agreed, proposed(agreed, MORE))
    ask(agreed)
    step(agreed, agreed.firm, actions.answer, agree=True, text="")
    with pytest.raises(EndedMeanwhileError):
        decided(agreed, row, decider, approved=True)
    assert decided(agreed, row, decider, approved=False).state is SupplementState.REFUSED


def test_a_held_award_gives_everybody_the_time_back_but_not_who_was_late(fast_here, clock):
    agreed = a_running_contract(fast_here, clock)
    clock.move_to(apply(agreed).due_at)
    assert jobs.sweep(fast_here) == 1
    ours = ask(agreed, agreed.firm)
    clock.move_to(ours.due_at)
    assert jobs.sweep(fast_here) == 1
    hold(agreed)
    clock.advance(timedelta(days=60))
    with agreed.work() as work:
        assert endings.late(work) == []
    go_on(agreed)
    with agreed.work() as work:
        first = endings.of_contract(work, agreed_in(work, agreed))[-1]
        assert (first.state, first.due_at) == (
            S.TO_DECIDE,
            CALENDAR.due_at(beijing_day(clock()), 10),
        )
    clock.move_to(first.due_at)
    hold(agreed)
    go_on(agreed)
    with agreed.work() as work:
        assert [row.id for row, _ in endings.late(work)] == [first.id]


def hold(agreed):
    with agreed.work() as work:
        branches.freeze(work, work.session.get_one(Award, agreed.contract().award_id), "YY-TEST")


def go_on(agreed):
    with agreed.work() as work:
        award = work.session.get_one(Award, agreed.contract().award_id)
        branches.thaw(work, award)
        renew(work, award)


def test_a_contract_that_is_performed_meanwhile_is_not_ended(fast_here, clock):
    agreed = a_running_contract(fast_here, clock)
    ask(agreed)
    agreed.deliver()
    agreed.accept()
    assert (jobs.sweep(fast_here), jobs.sweep(fast_here)) == (1, 0)
    assert last(agreed).state is S.MOOT
    with pytest.raises(NotLiveError):
        ask(an_accepted_contract(fast_here, clock))
