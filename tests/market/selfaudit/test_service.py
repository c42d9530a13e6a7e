"""What the log says of examinations and milestones is compared with their rows."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from market import log
from market.contracts import jobs
from market.contracts.examining import actions as examining
from market.contracts.reports.rules import Planned
from market.selfaudit.checks_service import service_checks
from market.selfaudit.compare import compare
from tests.market.factories.contracts import file_it
from tests.market.factories.draws import a_confirmed_award
from tests.market.selfaudit.tampering import drop_triggers

SERVICE = {check.table for check in service_checks()}


def named(here):
    log.sequence(here)
    found = {(one.table, one.column) for one in compare(here).differences}
    return {(table, column) for table, column in found if table in SERVICE}


@pytest.fixture
def market(fast_here, clock):
    """A market with a missed report and a round that waits for a supplement, which is late."""
    drawn = a_confirmed_award(fast_here, clock)
    plan = (Planned(name="初稿", after_working_days=1), Planned(name="终稿", after_working_days=99))
    agreed = file_it(drawn, drawn.delegate, milestones=plan)
    agreed.confirm()
    agreed.hand_over()
    clock.advance(timedelta(days=7))
    jobs.sweep(fast_here)
    agreed.deliver()
    agreed.do(agreed.owner, lambda work, c: examining.supplement(work, c, "缺少计算书"))
    clock.advance(timedelta(days=7))
    jobs.sweep(fast_here)
    return fast_here


def test_every_change_that_only_the_owner_of_the_database_can_make_is_named(market):
    assert named(market) == set()
    changes = {
        ("examination", "state"): "'accepted'",
        ("examination", "regulation_id"): "'another'",
        ("milestone", "state"): "'reported'",
    }
    with market.engine.begin() as connection:
        drop_triggers(connection)
        for (table, column), value in changes.items():
            connection.execute(text(f"UPDATE {table} SET {column} = {value}"))
    assert named(market) == set(changes)
