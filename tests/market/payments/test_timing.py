"""The clock of an invoice: the owner's days to pay, and whose days a dispute takes."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from market import jobs as app_jobs
from market.calendar import end_of
from market.clock import beijing, beijing_day
from market.clocks import jobs as clock_jobs
from market.clocks import queries as clocks
from market.clocks.card_rules import Trigger
from market.clocks.model import Card, Clock
from market.clocks.rules import ClockState, Party
from market.contracts import jobs as contract_jobs
from market.db import Actor, unit_of_work
from market.holidays import jobs as holiday_jobs
from market.messages.model import Message
from market.payments import disputes, jobs, timing
from market.payments.rules import Debt, owed, unpaid
from tests.market.factories.contracts import a_contract, an_accepted_contract
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

DAY = timedelta(days=1)
FEN = 1_000_000
NUMBER_2026 = "国办发明电〔2025〕7号"


def clock_of(agreed, sequence=1):
    with agreed.work() as work:
        return timing.of(work, ledger(agreed).lines[sequence - 1].voucher)


def accounts(agreed, sequence=1):
    with agreed.work() as work:
        said = clocks.statement(work, clocks.by_id(work, clock_of(agreed, sequence).id))
    assert sum(said.accounts.values()) == said.elapsed
    return {party: days for party, days in said.accounts.items() if days}


def recount(here):
    app_jobs.sweeps()  # loads whatever is counted again
    holiday_jobs.sweep(here)


def insist(agreed, person, sequence=1):
    with agreed.work(person) as work:
        disputes.insist(work, contract_in(work, agreed), sequence, WRONG)


def decide(agreed, decider, *, stands, sequence=1):
    with agreed.work(decider) as work:
        disputes.decide(work, contract_in(work, agreed), sequence, stands=stands, reason=WRONG)


def test_the_days_are_the_owner_s_from_the_invoice_to_the_money(here, clock):
    agreed = an_accepted_contract(here, clock)
    an_invoice(agreed, FEN)
    found = clock_of(agreed)
    contract = agreed.contract()
    assert (found.number, found.holder_org_id) == (contract.number, contract.owner_org_id)
    assert (found.state, found.due_at) == (ClockState.RUNNING, end_of(term(agreed).due_on))
    assert (found.next_stage, found.next_check_at) == (None, None)  # its card is the payment's own
    clock.advance(7 * DAY + timedelta(hours=1))
    a_payment(agreed, FEN)
    assert (clock_of(agreed).state, accounts(agreed)) == (ClockState.STOPPED, {Party.OWNER: 7})


def test_an_invoice_before_the_acceptance_begins_with_it(fast_here, clock):
    agreed = a_contract(fast_here, clock)
    agreed.hand_over()
    an_invoice(agreed, FEN)
    assert clock_of(agreed) is None
    agreed.deliver()
    clock.advance(DAY)
    agreed.accept()
    accepted_on = beijing_day(clock())
    assert clock_of(agreed).counts_from_at == end_of(accepted_on)
    contract_jobs.sweep(fast_here)
    jobs.sweep(fast_here)
    assert clock_of(agreed).due_at == end_of(term(agreed).due_on)


def test_a_dispute_takes_the_days_of_whoever_s_turn_it_is(here, clock):
    agreed = an_accepted_contract(here, clock)
    an_invoice(agreed, FEN)
    clock.advance(5 * DAY)
    answered(agreed, agreed.owner, 1, confirmed=False)
    assert clock_of(agreed).due_at is None
    clock.advance(2 * DAY)
    insist(agreed, agreed.firm)
    clock.advance(3 * DAY)
    decide(agreed, a_decider(here, "01"), stands=True)
    clock.advance(4 * DAY)
    assert accounts(agreed) == {Party.OWNER: 9, Party.FIRM: 2, Party.REVIEWER: 3}
    assert clock_of(agreed).due_at == end_of(term(agreed).due_on)


def test_a_dispute_that_is_right_ends_it_and_so_does_a_correction(fast_here, clock):
    agreed = an_accepted_contract(fast_here, clock)
    an_invoice(agreed, FEN)
    an_invoice(agreed, FEN, "发票二")
    answered(agreed, agreed.owner, 1, confirmed=False)
    insist(agreed, agreed.firm)
    decide(agreed, a_decider(fast_here), stands=False)
    corrected(agreed, agreed.firm, 2, "红字二")
    assert [clock_of(agreed, n).state for n in (1, 2)] == [ClockState.STOPPED] * 2
    clock.advance(3 * DAY)
    answered(agreed, agreed.owner, 1, confirmed=True)  # It is owed after all.
    assert (clock_of(agreed).state, clock_of(agreed).due_at) == (
        ClockState.RUNNING,
        end_of(term(agreed).due_on),
    )


def test_a_payment_that_was_none_has_never_stopped_the_clock(fast_here, clock):
    agreed = an_accepted_contract(fast_here, clock)
    an_invoice(agreed, FEN)
    clock.advance(5 * DAY)
    a_payment(agreed, FEN)
    clock.advance(12 * DAY)  # longer ago than a person may enter anything
    answered(agreed, agreed.firm, 2, confirmed=False)
    found = clock_of(agreed)
    assert (found.state, accounts(agreed)) == (ClockState.RUNNING, {Party.OWNER: 17})
    assert found.due_at == end_of(term(agreed).due_on)


def test_the_oldest_invoice_is_paid_first(fast_here, clock):
    agreed = an_accepted_contract(fast_here, clock)
    an_invoice(agreed, FEN)
    an_invoice(agreed, FEN, "发票二")
    a_payment(agreed, FEN)
    assert [clock_of(agreed, n).state for n in (1, 2)] == [ClockState.STOPPED, ClockState.RUNNING]


def test_a_late_payment_has_one_card_and_the_clock_gives_none(fast_here, clock):
    agreed = an_accepted_contract(fast_here, clock)
    an_invoice(agreed, FEN)
    clock.move_to(beijing(term(agreed).due_on + 20 * DAY))
    for _ in range(2):
        clock_jobs.sweep(fast_here)
        jobs.sweep(fast_here)
    with agreed.work() as work:
        cards = work.session.scalars(select(Card)).all()
        timed = work.session.scalars(select(Clock).where(Clock.kind == "payment")).all()
    assert [card.trigger for card in cards] == [Trigger.LATE_PAYMENT]
    assert (len(timed), clock_of(agreed).state) == (1, ClockState.RUNNING)


def test_a_notice_moves_the_clock_and_the_last_day_together_and_says_so_once(here, clock):
    agreed = an_accepted_contract(here, clock)
    an_invoice(agreed, FEN)
    last = term(agreed).due_on
    amendment = an_amendment("调整1号", NUMBER_2026, 2026, (last.isoformat(), "放假"))
    confirmed(here, amendment)
    recount(here)
    assert term(agreed).due_on > last
    assert clock_of(agreed).due_at == end_of(term(agreed).due_on) == term(agreed).next_check_at
    with unit_of_work(here.sessions, Actor("test"), here.clock) as work:
        told = work.session.scalars(
            select(Message).where(Message.kind == "calendar.deadline-changed")
        ).all()
    assert {row.org_id for row in told} == {
        agreed.contract().owner_org_id,
        agreed.contract().firm_org_id,
    }
    assert len(told) == 2


def test_everybody_reads_it(app, client, fast_here, clock):
    agreed = an_accepted_contract(fast_here, clock)
    an_invoice(agreed, FEN)
    page = client.get(f"/clocks/{clock_of(agreed).id}")
    assert page.status_code == 200
    assert "付款期限" in page.text
    assert "25512000000000000001" not in page.text  # the number of the invoice is the sides' own


@given(st.lists(st.integers(1, 50), max_size=6), st.integers(0, 200))
def test_each_payment_pays_the_oldest_invoice_and_nothing_is_lost(fens, paid):
    debts = [Debt(amount_fen=fen, due_on=None) for fen in fens]
    left = unpaid(debts, paid)
    assert sum(fens) - sum(left) == min(paid, sum(fens))
    assert owed(debts, paid).open_fen == sum(left)
    open_ = [rest for rest in left if rest]
    assert open_[1:] == fens[len(fens) - len(open_) + 1 :]  # of one at most a part is paid
