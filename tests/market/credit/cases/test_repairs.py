"""Credit is repaired after the least term, by two people, and never by silence."""

from datetime import timedelta

import pytest

from market.credit import jobs
from market.credit.cases import queries as case_queries
from market.credit.cases.errors import (
    PromiseMissingError,
    RepairEarlyError,
    RepairPendingError,
)
from market.credit.cases.rules import CaseState, ends_at
from market.credit.repair import actions as repairs
from market.credit.repair import queries as repair_queries
from market.credit.repair.rules import RepairState
from market.firms.rules import Standing
from tests.market.credit.cases.test_case_process import (
    a_decided_case,
    acting,
    found,
    letters_of,
    messages_to,
    reading,
    standing,
    state_of,
    stored,
    withdraw,
)
from tests.market.factories.credit import (
    DECISION,
    a_decider,
    let_time_act,
)

SECOND = timedelta(seconds=1)
ITEM, ELSEWHERE = "ZJ-03-001", "ZJ-07-001"
WHY = "经复查，认定所依据的核查报告有误，该机构没有此项行为。"


def apply_for(here, delegate, case, *, promised=True):
    with acting(here, delegate) as work:
        own = case_queries.own_case(work, case.number)
        return repairs.apply_for(
            work, own, "已全额退还多收费用，附银行回单和业主确认。", promised=promised
        )


def answer(here, case, *, grant=True):
    with acting(here, a_decider(here)) as work:
        of = found(work, case)
        repairs.draft(
            work, of, repair_queries.pending_or_missing(work, of), grant=grant, text=DECISION
        )
    with acting(here, a_decider(here)) as work:
        of = found(work, case)
        repairs.confirm(work, of, repair_queries.pending_or_missing(work, of))


def months_served(clock, case, months):
    clock.move_to(ends_at(case.effective_at, months))


def test_credit_is_repaired_after_the_least_term_by_two_people(here, clock):
    firm, delegate, case = a_decided_case(here, clock)
    with pytest.raises(RepairEarlyError):
        apply_for(here, delegate, case)
    months_served(clock, case, 3)
    with pytest.raises(PromiseMissingError):
        apply_for(here, delegate, case, promised=False)
    repair = apply_for(here, delegate, case)
    assert repair.number.startswith("XF-")
    with pytest.raises(RepairPendingError):
        apply_for(here, delegate, case)
    answer(here, case)
    assert state_of(here, case) is CaseState.REPAIRED
    assert stored(here, firm) is Standing.ACTIVE
    assert standing(here, firm) is Standing.ACTIVE
    with reading(here) as work:
        assert case_queries.in_effect(work) == []
        assert case_queries.withdrawn(work) == []
    assert letters_of(here, case)[-1] == "credit.repair"
    assert "credit.repair-granted" in messages_to(here, delegate)
    withdraw(here, case)  # Also what was repaired may have been wrong.
    assert state_of(here, case) is CaseState.WITHDRAWN


def test_silence_is_reported_and_grants_nothing(here, clock):
    firm, delegate, case = a_decided_case(here, clock)
    months_served(clock, case, 3)
    repair = apply_for(here, delegate, case)
    clock.move_to(repair.decide_by_at - SECOND)
    assert jobs.sweep(here) == 0
    clock.move_to(repair.decide_by_at)
    assert jobs.sweep(here) == 1
    assert jobs.sweep(here) == 0
    with reading(here) as work:
        late = repair_queries.pending_or_missing(work, found(work, case))
        assert late.escalated_at == clock()
    assert standing(here, firm) is Standing.BLACKLISTED
    clock.move_to(case.ends_at)
    let_time_act(here)
    with reading(here) as work:
        over = repair_queries.repairs_of(work, found(work, case))[0]
        assert over.state is RepairState.ENDED
    assert stored(here, firm) is Standing.ACTIVE


def test_a_refused_application_may_come_again(fast_here, clock):
    firm, delegate, case = a_decided_case(fast_here, clock)
    months_served(clock, case, 3)
    apply_for(fast_here, delegate, case)
    answer(fast_here, case, grant=False)
    assert standing(fast_here, firm) is Standing.BLACKLISTED
    assert apply_for(fast_here, delegate, case).state is RepairState.APPLIED
