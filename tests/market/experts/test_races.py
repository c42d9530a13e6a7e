"""Two operators at once: one person is entered once, one expert is confirmed once."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from market import log
from market.db import unit_of_work
from market.experts import actions, queries
from market.experts.rules import ExpertMove, SittingOutcome
from market.firms.identity import identity_key
from market.selfaudit.checks_experts import expert_checks
from market.selfaudit.compare import compare
from tests.market.draws.together import together
from tests.market.factories.accounts import an_organisation
from tests.market.factories.experts import (
    a_clerk,
    a_pending_expert,
    expert_and_person,
    facts,
)
from tests.market.factories.firms import ITEM, SYSTEM, an_id_number
from tests.market.selfaudit.tampering import drop_triggers

TABLES = {check.table for check in expert_checks()}


def test_one_person_is_entered_once_by_two_operators(here):
    number, clerks = an_id_number(), [a_clerk(here), a_clerk(here)]

    def deed(place):
        with unit_of_work(here.sessions, clerks[place].actor, here.clock) as work:
            return actions.enter(work, facts(), number, identity_key(here.keys)).code

    codes = [one for one in together(2, deed) if isinstance(one, str)]
    assert len(codes) == 1
    with unit_of_work(here.sessions, SYSTEM, here.clock) as work:
        assert queries.count_listed(work, queries.Wanted()) == 1


def test_one_expert_is_confirmed_once_by_two_operators(here):
    expert, clerks = a_pending_expert(here), [a_clerk(here), a_clerk(here)]

    def deed(place):
        with unit_of_work(here.sessions, clerks[place].actor, here.clock) as work:
            actions.confirm(work, queries.expert_at(work, expert.code))
            return True

    assert together(2, deed).count(True) == 1
    with unit_of_work(here.sessions, SYSTEM, here.clock) as work:
        moves = [one.move for one in queries.deeds_of(work, expert)]
    assert moves == [ExpertMove.CONFIRM, ExpertMove.ENTER]


# What only the owner of the database can do.


def named(here):
    log.sequence(here)
    found = {(one.table, one.column) for one in compare(here).differences}
    return {(table, column) for table, column in found if table in TABLES}


@pytest.mark.parametrize("changes", [
    {("expert", "state"): "'paused'"},
    {("expert", "renew_by_on"): "'2036-01-01'"},
    {("expert", "declared_at"): "'2026-02-01 00:00:00.000000'"},
    {("expert_sitting", "outcome"): "'declined'"},
])  # fmt: skip
def test_a_change_past_the_application_is_named(fast_here, clock, changes):
    expert, _ = expert_and_person(fast_here)
    clock.advance(timedelta(hours=1))
    with unit_of_work(fast_here.sessions, SYSTEM, fast_here.clock) as work:
        actions.record_sitting(
            work,
            queries.expert_at(work, expert.code),
            panel="PS-2026-000001",
            item_code=ITEM,
            owner_org_id=an_organisation(work).id,
            outcome=SittingOutcome.SILENT,
        )
    assert named(fast_here) == set()
    with fast_here.engine.begin() as connection:
        drop_triggers(connection)
        connection.execute(text("PRAGMA ignore_check_constraints = ON"))
        for (table, column), value in changes.items():
            connection.execute(text(f"UPDATE {table} SET {column} = {value}"))
    assert named(fast_here) == set(changes)
