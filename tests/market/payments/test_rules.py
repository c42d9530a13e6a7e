"""Invoices and payments: every state with every move, the caps, and what is owed."""

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.payments.rules import (
    CORRECTED_BY,
    MOVES,
    CreditBelowPaidError,
    Debt,
    IllegalVoucherMoveError,
    InvoicedOverError,
    Owed,
    PaidOverError,
    TermState,
    VoucherAmountError,
    VoucherKind,
    VoucherMove,
    VoucherState,
    advance,
    check_credit,
    check_invoice,
    check_payment,
    due_on,
    owed,
    term_state,
)

DAY = date(2026, 3, 2)
FEN = st.integers(1, 10**9)


@pytest.mark.parametrize(("state", "move"), list(product(VoucherState, VoucherMove)))
def test_every_state_with_every_move(state, move):
    if (state, move) in MOVES:
        assert advance(state, move) is MOVES[state, move]
    else:
        with pytest.raises(IllegalVoucherMoveError):
            advance(state, move)


def test_what_is_taken_back_stays_so_and_corrections_are_not_corrected():
    assert not [state for state, _ in MOVES if state is VoucherState.CORRECTED]
    assert set(CORRECTED_BY).isdisjoint(CORRECTED_BY.values())
    assert {*CORRECTED_BY, *CORRECTED_BY.values()} == set(VoucherKind)


@given(
    contract=FEN,
    added=st.integers(0, 10**8),
    steps=st.lists(st.tuples(st.sampled_from(["invoice", "pay", "credit"]), FEN), max_size=12),
)
def test_no_sequence_pays_more_than_is_invoiced_or_invoices_more_than_is_agreed(
    contract, added, steps
):
    invoices: list[int] = []
    paid = 0
    for step, amount in steps:
        try:
            if step == "invoice":
                check_invoice(
                    amount, contract_fen=contract, added_fen=added, done_fen=sum(invoices), rule="r"
                )
                invoices.append(amount)
            elif step == "pay":
                check_payment(amount, invoiced_fen=sum(invoices), done_fen=paid, rule="r")
                paid += amount
            elif invoices:
                check_credit(invoices[-1], invoiced_fen=sum(invoices), paid_fen=paid, rule="r")
                invoices.pop()
        except (InvoicedOverError, PaidOverError, CreditBelowPaidError):
            continue
        finally:
            assert paid <= sum(invoices) <= contract + added


def test_the_refusals_name_the_rule_and_the_numbers():
    with pytest.raises(InvoicedOverError, match=r"规则.*1,000\.00.*50\.00.*900\.00.*150\.00"):
        check_invoice(
            15_001, contract_fen=100_000, added_fen=5_000, done_fen=90_000, rule="《规则》"
        )
    with pytest.raises(PaidOverError, match=r"规则.*900\.00.*800\.00.*100\.00"):
        check_payment(10_001, invoiced_fen=90_000, done_fen=80_000, rule="《规则》")
    with pytest.raises(CreditBelowPaidError, match=r"400\.00.*800\.00"):
        check_credit(50_000, invoiced_fen=90_000, paid_fen=80_000, rule="《规则》")


def test_where_the_rules_only_watch_nothing_stops_but_amounts_are_positive():
    check_invoice(2, contract_fen=1, added_fen=0, done_fen=0, rule="")
    check_payment(2, invoiced_fen=1, done_fen=0, rule="")
    check_credit(2, invoiced_fen=2, paid_fen=1, rule="")
    with pytest.raises(VoucherAmountError):
        check_invoice(0, contract_fen=1, added_fen=0, done_fen=0, rule="")
    with pytest.raises(VoucherAmountError):
        check_payment(-1, invoiced_fen=1, done_fen=0, rule="")


@pytest.mark.parametrize(
    ("accepted", "received", "last"),
    [
        (None, DAY, None),
        (DAY, DAY, date(2026, 4, 1)),
        (DAY, DAY + timedelta(days=5), date(2026, 4, 6)),
        (DAY + timedelta(days=5), DAY, date(2026, 4, 6)),
    ],
)
def test_thirty_days_from_the_later_of_acceptance_and_invoice(accepted, received, last):
    assert due_on(accepted, received, 30) == last


def test_payments_pay_the_oldest_invoice_first():
    first, second = Debt(amount_fen=60, due_on=DAY), Debt(amount_fen=40, due_on=date(2026, 5, 1))
    assert owed([first, second], 0) == Owed(open_fen=100, due_on=DAY)
    assert owed([first, second], 59) == Owed(open_fen=41, due_on=DAY)
    assert owed([first, second], 60) == Owed(open_fen=40, due_on=date(2026, 5, 1))
    assert owed([first, second], 100) == Owed(open_fen=0, due_on=None)


@given(amounts=st.lists(FEN, max_size=6), paid=st.integers(0, 10**10))
def test_what_is_open_is_what_was_not_paid(amounts, paid):
    debts = [Debt(amount_fen=fen, due_on=DAY + timedelta(days=i)) for i, fen in enumerate(amounts)]
    found = owed(debts, paid)
    assert found.open_fen == max(0, sum(amounts) - paid)
    assert (found.due_on is None) == (found.open_fen == 0)


@pytest.mark.parametrize(
    ("now_owed", "state"),
    [
        (Owed(open_fen=0, due_on=None), TermState.SETTLED),
        (Owed(open_fen=1, due_on=None), TermState.WAITING),
        (Owed(open_fen=1, due_on=DAY), TermState.RUNNING),
        (Owed(open_fen=1, due_on=DAY - timedelta(days=1)), TermState.OVERDUE),
    ],
)
def test_a_payment_is_overdue_after_its_last_day(now_owed, state):
    assert term_state(now_owed, DAY) is state
