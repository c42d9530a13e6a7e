"""Contracted, then invoiced, then paid: who may record what, what stops, and what time does."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from audit.store import submissions
from market import regulations
from market.calendar import default_calendar
from market.clock import beijing, beijing_day
from market.clocks.card_rules import Trigger
from market.clocks.model import Card
from market.clocks.rules import CardStage
from market.contracts import jobs as contract_jobs
from market.errors import MissingError, SeparationOfDutiesError
from market.payments import actions, jobs, queries
from market.payments.actions import VoucherFacts
from market.payments.errors import (
    NotCorrectableError,
    NotInForceError,
    ReferenceUsedError,
    VoucherDayError,
    VoucherReasonError,
)
from market.payments.rules import (
    CreditBelowPaidError,
    IllegalVoucherMoveError,
    InvoicedOverError,
    PaidOverError,
    TermState,
    VoucherState,
)
from tests.market.draws.together import together
from tests.market.factories.contracts import a_contract, a_filed_contract, an_accepted_contract
from tests.market.factories.holidays import confirmed, the_notice_of_2027
from tests.market.factories.payments import (
    a_payment,
    an_invoice,
    answered,
    contract_in,
    corrected,
    ledger,
    term,
)

PRICE = 9_800_000
DAY = timedelta(days=1)


def logged(here):
    with here.sessions() as session:
        return b"\n".join(
            session.scalars(select(submissions.c.body).order_by(submissions.c.id))
        ).decode()


def last_day(clock):
    """Return the thirtieth day from now, or the working day after the holiday it falls on."""
    day = beijing_day(clock()) + 30 * DAY
    while not default_calendar().is_working_day(day):
        day += DAY
    return day


def states(agreed):
    return [line.state for line in ledger(agreed).lines]


def overdues(agreed):
    with agreed.work() as work:
        return queries.overdues_of(work, contract_in(work, agreed))


def test_the_whole_way_from_the_invoice_to_the_last_payment(fast_here, clock):
    agreed = an_accepted_contract(fast_here, clock)
    an_invoice(agreed, 6_000_000, "发票一")
    an_invoice(agreed, 3_800_000, "发票二")
    answered(agreed, agreed.owner, 1, confirmed=True)
    a_payment(agreed, 6_000_000)
    answered(agreed, agreed.firm, 3, confirmed=True)
    found = ledger(agreed)
    assert (found.agreed_fen, found.invoiced_fen, found.paid_fen) == (PRICE, PRICE, 6_000_000)
    assert states(agreed) == [
        VoucherState.CONFIRMED,
        VoucherState.PENDING,
        VoucherState.CONFIRMED,
    ]
    assert (term(agreed).state, term(agreed).open_fen) == (TermState.RUNNING, 3_800_000)
    a_payment(agreed, 3_800_000, "FK-0002")
    assert (term(agreed).state, term(agreed).next_check_at) == (TermState.SETTLED, None)
    said = logged(fast_here)
    assert said.count("voucher.recorded.v1") == 4
    assert said.count("voucher.answered.v1") == 2
    assert "发票一" not in said


def test_each_sum_stops_at_the_one_before_it(fast_here, clock):
    agreed = a_contract(fast_here, clock)
    with pytest.raises(InvoicedOverError):
        an_invoice(agreed, PRICE + 1)
    with pytest.raises(PaidOverError):
        a_payment(agreed, 1)
    an_invoice(agreed, PRICE)
    with pytest.raises(InvoicedOverError, match=r"最多 0\.00 元"):
        an_invoice(agreed, 1, "发票二")
    a_payment(agreed, PRICE - 1)
    with pytest.raises(PaidOverError, match=r"最多 0\.01 元"):
        a_payment(agreed, 2, "FK-0002")
    with pytest.raises(CreditBelowPaidError):
        corrected(agreed, agreed.firm, 1)


def test_a_correction_is_a_record_and_the_number_stays_used(fast_here, clock):
    agreed = a_contract(fast_here, clock)
    an_invoice(agreed, PRICE)
    answered(agreed, agreed.owner, 1, confirmed=False)
    assert (states(agreed), term(agreed).state) == ([VoucherState.DISPUTED], TermState.SETTLED)
    corrected(agreed, agreed.firm, 1, "红字一")
    assert (states(agreed)[0], ledger(agreed).invoiced_fen) == (VoucherState.CORRECTED, 0)
    with pytest.raises(IllegalVoucherMoveError):
        corrected(agreed, agreed.firm, 1, "红字二")
    with pytest.raises(IllegalVoucherMoveError):
        answered(agreed, agreed.owner, 1, confirmed=True)
    for deed in (
        lambda: corrected(agreed, agreed.firm, 2, "红字三"),
        lambda: answered(agreed, agreed.owner, 2, confirmed=True),
    ):
        with pytest.raises(NotCorrectableError):
            deed()
    with pytest.raises(ReferenceUsedError):
        an_invoice(agreed, PRICE)
    with pytest.raises(ReferenceUsedError):  # a blank makes no other number
        an_invoice(agreed, PRICE, "2551 2000 0000 0000\u30000001")
    an_invoice(agreed, PRICE, "发票二")
    with agreed.work() as work:
        assert queries.sums_of(work, [agreed.contract_id]) == {agreed.contract_id: (PRICE, 0)}


def test_a_dispute_may_be_settled_but_a_confirmation_stays(fast_here, clock):
    agreed = a_contract(fast_here, clock)
    an_invoice(agreed, PRICE)
    answered(agreed, agreed.owner, 1, confirmed=False)
    answered(agreed, agreed.owner, 1, confirmed=True)
    with pytest.raises(IllegalVoucherMoveError):
        answered(agreed, agreed.owner, 1, confirmed=False)
    assert states(agreed) == [VoucherState.CONFIRMED]


def test_each_side_records_its_own_and_answers_the_others(fast_here, clock):
    agreed = a_contract(fast_here, clock)
    an_invoice(agreed, PRICE)
    with agreed.work(agreed.owner) as work:
        facts = VoucherFacts(reference="x", dated_on=work.today, amount_fen=1)
        with pytest.raises(MissingError):
            actions.invoice(work, contract_in(work, agreed), facts, None)
    with agreed.work(agreed.firm) as work, pytest.raises(MissingError):
        actions.pay(work, contract_in(work, agreed), facts)
    with pytest.raises(SeparationOfDutiesError):
        answered(agreed, agreed.firm, 1, confirmed=True)
    for deed in (
        lambda: corrected(agreed, agreed.owner, 1),
        lambda: answered(agreed, agreed.owner, 9, confirmed=True),
        lambda: corrected(agreed, agreed.city.operator, 1),
    ):
        with pytest.raises(MissingError):
            deed()


def test_a_dispute_and_a_correction_say_why(fast_here, clock):
    agreed = a_contract(fast_here, clock)
    an_invoice(agreed, PRICE)
    with agreed.work(agreed.owner) as work, pytest.raises(VoucherReasonError):
        actions.answer(work, contract_in(work, agreed), 1, confirmed=False, reason="太短")
    with agreed.work(agreed.firm) as work, pytest.raises(VoucherReasonError):
        actions.correct(work, contract_in(work, agreed), 1, reference="r", reason=" ")


def test_no_money_before_the_contract_is_in_force_and_none_of_another_day(fast_here, clock):
    agreed = a_filed_contract(fast_here, clock)
    with pytest.raises(NotInForceError):
        an_invoice(agreed, 1)
    agreed.confirm()
    for days in (1, -1):
        with agreed.work(agreed.firm) as work, pytest.raises(VoucherDayError):
            day = work.today + days * DAY
            facts = VoucherFacts(reference="r", dated_on=day, amount_fen=1)
            actions.invoice(work, contract_in(work, agreed), facts, None)


def test_an_unpaid_invoice_is_overdue_after_thirty_days_and_stays_on_record(fast_here, clock):
    agreed = an_accepted_contract(fast_here, clock)
    an_invoice(agreed, PRICE)
    last = last_day(clock)
    assert (term(agreed).state, term(agreed).due_on) == (TermState.RUNNING, last)
    clock.move_to(beijing(last + DAY) - timedelta(seconds=1))
    assert jobs.sweep(fast_here) == 0
    clock.move_to(beijing(last + DAY))
    assert (jobs.sweep(fast_here), jobs.sweep(fast_here)) == (1, 0)
    (row,) = overdues(agreed)
    assert (row.due_on, row.open_fen) == (last, PRICE)
    assert row.regulation_id == regulations.in_force("payment", last).id
    assert term(agreed).state is TermState.OVERDUE
    with agreed.work() as work:
        (card,) = work.session.scalars(select(Card)).all()
    assert (card.trigger, card.stage) == (Trigger.LATE_PAYMENT, CardStage.RED)
    assert (card.org_id, card.reached_at) == (agreed.contract().owner_org_id, clock())
    a_payment(agreed, PRICE)
    assert (term(agreed).state, len(overdues(agreed))) == (TermState.SETTLED, 1)
    answered(agreed, agreed.firm, 2, confirmed=False)
    assert (term(agreed).state, len(overdues(agreed))) == (TermState.OVERDUE, 1)
    assert logged(fast_here).count("payment.overdue.v1") == 1


def test_an_invoice_before_the_acceptance_waits_for_it(fast_here, clock):
    agreed = a_contract(fast_here, clock)
    agreed.hand_over()
    an_invoice(agreed, PRICE)
    assert (term(agreed).state, jobs.sweep(fast_here)) == (TermState.WAITING, 0)
    agreed.deliver()
    agreed.accept()
    contract_jobs.sweep(fast_here)
    assert (jobs.sweep(fast_here), jobs.sweep(fast_here)) == (1, 0)
    assert term(agreed).due_on == last_day(clock)


def test_two_invoices_at_once_never_exceed_the_contract(here, clock):
    agreed = a_contract(here, clock)
    got = together(4, lambda place: an_invoice(agreed, PRICE // 2 + 1, f"发票 {place}"))
    assert [type(each) for each in got].count(type(None)) == 1
    assert [type(each) for each in got].count(InvoicedOverError) == 3
    assert ledger(agreed).invoiced_fen == PRICE // 2 + 1


def test_in_a_year_without_a_holiday_notice_a_payment_is_due_provisionally_and_not_late(
    fast_here, clock
):
    agreed = an_accepted_contract(fast_here, clock)
    first_unknown = date(default_calendar().years.stop, 1, 1)
    clock.move_to(beijing(first_unknown - 12 * DAY, 9))
    an_invoice(agreed, PRICE)
    due_on = term(agreed).due_on
    assert term(agreed).state is TermState.RUNNING
    assert due_on > first_unknown
    assert default_calendar().is_provisional(due_on)
    clock.move_to(beijing(due_on + 9 * DAY, 9))
    assert jobs.sweep(fast_here) == 0
    assert term(agreed).state is TermState.RUNNING
    confirmed(fast_here, the_notice_of_2027())
    assert jobs.sweep(fast_here) == 1
    assert (term(agreed).state, term(agreed).due_on) == (TermState.OVERDUE, due_on)
