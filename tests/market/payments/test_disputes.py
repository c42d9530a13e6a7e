"""A dispute has an end: a reply in time, and a decision after which it is owed or corrected."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.calendar import default_calendar
from market.clock import beijing_day
from market.contracts.ending import actions as ending
from market.contracts.ending import queries as endings
from market.contracts.rules import ContractState
from market.errors import MissingError, SeparationOfDutiesError
from market.payments import disputes, queries
from market.payments.errors import VoucherReasonError
from market.payments.rules import (
    IllegalVoucherMoveError,
    InvoicedOverError,
    PaidOverError,
    TermState,
    VoucherState,
    resumed_on,
)
from tests.market.factories.contracts import a_running_contract, an_accepted_contract
from tests.market.factories.credit import a_decider
from tests.market.factories.holidays import an_amendment, confirmed
from tests.market.factories.payments import (
    WRONG,
    a_payment,
    an_invoice,
    answered,
    contract_in,
    corrected,
    ledger,
    term,
)

CALENDAR = default_calendar()
DAY = timedelta(days=1)
FEN = 1_000_000
START = date(2026, 3, 2)
DAYS = st.integers(0, 60)


def insist(agreed, person=None, sequence=1, reason=WRONG):
    with agreed.work(person or agreed.firm) as work:
        disputes.insist(work, contract_in(work, agreed), sequence, reason)


def decide(agreed, person, *, stands, sequence=1):
    with agreed.work(person) as work:
        contract = contract_in(work, agreed)
        disputes.decide(work, contract, sequence, stands=stands, reason=WRONG)


def state_of(agreed, sequence=1):
    return queries.line_of(ledger(agreed), sequence).state


def sums(agreed):
    """Return the sums that lists show, which SQL adds up."""
    with agreed.work() as work:
        return queries.sums_of(work, [agreed.contract_id])[agreed.contract_id]


def a_disputed_invoice(here, clock):
    agreed = an_accepted_contract(here, clock)
    an_invoice(agreed, FEN)
    answered(agreed, agreed.owner, 1, confirmed=False)
    return agreed


def test_a_dispute_that_is_found_wrong_only_stopped_the_term(fast_here, clock):
    agreed = an_accepted_contract(fast_here, clock)
    an_invoice(agreed, FEN)
    last = beijing_day(clock()) + 30 * DAY
    clock.advance(5 * DAY)
    answered(agreed, agreed.owner, 1, confirmed=False)
    assert term(agreed).state is TermState.SETTLED
    line = queries.line_of(ledger(agreed), 1)
    assert line.due_at == CALENDAR.due_at(beijing_day(clock()), 3)
    insist(agreed)
    line = queries.line_of(ledger(agreed), 1)
    assert (line.state, line.due_at) == (
        VoucherState.INSISTED,
        CALENDAR.due_at(beijing_day(clock()), 5),
    )
    clock.advance(9 * DAY)
    decide(agreed, a_decider(fast_here, "01"), stands=True)
    assert (state_of(agreed), term(agreed).state) == (VoucherState.UPHELD, TermState.RUNNING)
    assert term(agreed).due_on == CALENDAR.next_working_day(last + 8 * DAY)
    with pytest.raises(IllegalVoucherMoveError):
        answered(agreed, agreed.owner, 1, confirmed=False)


def test_a_dispute_that_is_right_is_corrected(fast_here, clock):
    agreed = a_disputed_invoice(fast_here, clock)
    insist(agreed)
    decide(agreed, a_decider(fast_here), stands=False)
    assert (state_of(agreed), ledger(agreed).disputed) == (VoucherState.FAULTED, 1)
    assert (term(agreed).state, ledger(agreed).invoiced_fen) == (TermState.SETTLED, 0)
    assert sums(agreed) == (0, 0)
    corrected(agreed, agreed.firm, 1)
    assert (state_of(agreed), ledger(agreed).disputed) == (VoucherState.CORRECTED, 0)


def test_a_payment_that_was_found_wrong_counts_for_nothing(here, clock):
    agreed = an_accepted_contract(here, clock)
    an_invoice(agreed, FEN)
    a_payment(agreed, FEN)
    answered(agreed, agreed.firm, 2, confirmed=False)
    insist(agreed, agreed.owner, 2)
    assert sums(agreed) == (FEN, FEN)
    decide(agreed, a_decider(here), stands=False, sequence=2)
    assert (ledger(agreed).paid_fen, sums(agreed)) == (0, (FEN, 0))
    # There is room for the real payment; then none for the wrong one any more.
    a_payment(agreed, FEN, "FK-0002")
    with pytest.raises(PaidOverError):
        answered(agreed, agreed.firm, 2, confirmed=True)
    corrected(agreed, agreed.owner, 2)
    assert (ledger(agreed).paid_fen, sums(agreed)) == (FEN, (FEN, FEN))


def due_at_of(agreed):
    with agreed.work(agreed.owner) as work:
        return queries.line_of(queries.ledger_of(work, contract_in(work, agreed)), 1).due_at


def test_a_notice_that_comes_later_moves_the_day_of_a_decision(fast_here, clock):
    agreed = a_disputed_invoice(fast_here, clock)
    insist(agreed)
    was_at = due_at_of(agreed)
    last_on = beijing_day(was_at) - DAY
    number = "国办发明电〔2025〕7号"
    off = (last_on.isoformat(), "放假")
    confirmed(fast_here, an_amendment("国办发明电〔2026〕1号", number, 2026, off))
    due_at = due_at_of(agreed)
    assert due_at > was_at
    clock.move_to(was_at)
    with agreed.work(agreed.owner) as work:
        assert disputes.late(work) == []
    clock.move_to(due_at)
    with agreed.work(agreed.owner) as work:
        assert len(disputes.late(work)) == 1


def test_what_was_found_wrong_counts_again_where_the_dispute_is_withdrawn(fast_here, clock):
    agreed = a_disputed_invoice(fast_here, clock)
    insist(agreed)
    decide(agreed, a_decider(fast_here), stands=False)
    answered(agreed, agreed.owner, 1, confirmed=True)
    assert (ledger(agreed).invoiced_fen, sums(agreed)) == (FEN, (FEN, 0))


def test_who_replies_and_who_decides(fast_here, clock):
    agreed = a_disputed_invoice(fast_here, clock)
    with pytest.raises(SeparationOfDutiesError):
        insist(agreed, agreed.owner)
    with pytest.raises(MissingError):
        insist(agreed, agreed.operator)
    with pytest.raises(VoucherReasonError):
        insist(agreed, reason="不对")
    ours, theirs = a_decider(fast_here, "01"), a_decider(fast_here, "07")
    with pytest.raises(IllegalVoucherMoveError):
        decide(agreed, ours, stands=True)
    with agreed.work(agreed.firm) as work:
        assert [row.id for row, _, _ in disputes.to_reply(work)] == [1]
    insist(agreed)
    with pytest.raises(MissingError):
        decide(agreed, theirs, stands=True)
    for person, count in ((ours, 1), (theirs, 0)):
        with agreed.work(person) as work:
            assert len(disputes.to_decide(work)) == count
    with agreed.work() as work:
        assert disputes.late(work) == []
    clock.advance(14 * DAY)
    with agreed.work() as work:
        assert len(disputes.late(work)) == 1
    answered(agreed, agreed.owner, 1, confirmed=True)
    assert state_of(agreed) is VoucherState.CONFIRMED
    with agreed.work() as work:
        assert disputes.late(work) == []


def test_a_contract_that_was_ended_owes_what_was_settled_and_no_more(fast_here, clock):
    agreed = a_running_contract(fast_here, clock)
    why = "项目取消，双方已清点完成的工作并确认结算金额。"
    agreed.do(agreed.owner, lambda work, c: ending.ask(work, c, settled_fen=FEN, text=why))
    with agreed.work(agreed.firm) as work:
        contract = contract_in(work, agreed)
        row = endings.of_contract(work, contract)[0]
        ending.answer(work, row, contract, agree=True, text="")
    assert agreed.contract().state is ContractState.ENDED
    with pytest.raises(InvoicedOverError):
        an_invoice(agreed, FEN + 1)
    an_invoice(agreed, FEN)
    assert (term(agreed).state, term(agreed).open_fen) == (TermState.RUNNING, FEN)
    assert ledger(agreed).agreed_fen == FEN


@given(ran=DAYS, disputed=DAYS, took=DAYS, before=st.booleans())
def test_disputing_gives_back_the_days_that_were_left_and_not_one_more(ran, disputed, took, before):
    last = START + timedelta(days=ran)
    disputed_on = START - DAY if before else START + timedelta(days=disputed)
    decided_on = disputed_on + timedelta(days=took)
    found = resumed_on(last, from_on=START, disputed_on=disputed_on, decided_on=decided_on)
    if disputed_on > last:
        assert found == last
    else:
        left = (last - max(disputed_on, START)).days
        assert (found - max(decided_on, START)).days == left
    assert resumed_on(None, from_on=START, disputed_on=START, decided_on=START) is None
