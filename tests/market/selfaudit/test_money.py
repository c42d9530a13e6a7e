"""What the log says of the money after an award is compared with its rows."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from market import log
from market.explanations import jobs as explanations
from market.payments import jobs as payments
from market.selfaudit.checks_money import money_checks
from market.selfaudit.compare import compare
from tests.market.factories.contracts import a_running_contract
from tests.market.factories.payments import agreed_to, an_invoice, proposed
from tests.market.factories.quotes import a_quoted_result
from tests.market.selfaudit.tampering import drop_triggers

MONEY = {check.table for check in money_checks()}


def named(here):
    log.sequence(here)
    found = {(one.table, one.column) for one in compare(here).differences}
    return {(table, column) for table, column in found if table in MONEY}


@pytest.fixture
def market(fast_here, clock):
    """A market with an overdue invoice, an add-on contract and a low price."""
    agreed = a_running_contract(fast_here, clock)
    agreed_to(agreed, proposed(agreed, 100))
    agreed.deliver()
    agreed.accept()
    an_invoice(agreed, 1_000)
    a_quoted_result(agreed.city, 90_000, 40_000, 88_000)
    assert explanations.sweep(fast_here) == 1
    clock.advance(timedelta(days=40))
    assert payments.sweep(fast_here) == 1
    return fast_here


def test_every_change_that_only_the_owner_of_the_database_can_make_is_named(market):
    assert named(market) == set()
    changes = {
        ("contract", "payer"): "'applicant'",
        ("contract", "model_use"): "'followed'",
        ("voucher", "amount_fen"): "999",
        ("payment_overdue", "open_fen"): "1",
        ("supplement", "amount_fen"): "99",
        ("supplement", "state"): "'effective'",
        ("explanation", "state"): "'accepted'",
    }
    with market.engine.begin() as connection:
        drop_triggers(connection)
        for (table, column), value in changes.items():
            connection.execute(text(f"UPDATE {table} SET {column} = {value}"))
    assert named(market) == set(changes)
