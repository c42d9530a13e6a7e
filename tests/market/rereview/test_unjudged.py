"""A dispute that nobody judged takes no day and no right from whoever waited for it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from market.calendar import default_calendar
from market.clock import beijing_day
from market.clocks import actions as clocks
from market.clocks import jobs as clock_jobs
from market.clocks.queries import clock_of, suspension
from market.clocks.rules import ClockSuspendedError, SuspensionReason
from market.messages.model import Message
from market.rereview import jobs
from market.rereview.errors import ReferLateError
from market.rereview.rules import RereviewState
from market.selfaudit.compare import compare
from tests.market.draws.test_pages import site_of
from tests.market.factories.credit import working_days_later
from tests.market.factories.rereview import ask, found, refer
from tests.market.rereview.test_sides import BOTH, a_failed_one

CALENDAR = default_calendar()
SECOND = timedelta(seconds=1)


@pytest.fixture
def failed(fast_here, clock, monkeypatch):
    """A contract whose work the owner found good and an authority failed; the pool is empty."""
    return a_failed_one(fast_here, clock, monkeypatch)


@pytest.fixture
def on_both(here, clock, monkeypatch):
    """The same on SQLite and on PostgreSQL."""
    return a_failed_one(here, clock, monkeypatch)


def clock_row(agreed, work):
    return clock_of(work, f"contract:{agreed.contract_id}")


def suspend(agreed, days, *, by_operator=False):
    """Let the owner ask to suspend; the firm agrees, or says nothing and the operator does."""
    with agreed.work(agreed.owner) as work:
        why = "政策调整，等待新的技术要求，见附件。"
        one = clock_row(agreed, work)
        asked = clocks.request_suspension(work, one, SuspensionReason.POLICY_CHANGE, why, days)
        work.session.flush()
        asked_id = asked.id
    if by_operator:
        working_days_later(agreed.here.clock, 3)
        clock_jobs.sweep(agreed.here)
    with agreed.work(agreed.operator if by_operator else agreed.firm) as work:
        one = clock_row(agreed, work)
        answer = "情况属实，同意这样办理。"
        asked = suspension(work, one, asked_id)
        clocks.answer_suspension(work, one, asked, agree=True, answer=answer)


def messages_to(agreed, person):
    """Return the kinds of what an organisation was told, the first one first."""
    with agreed.work() as work:
        chosen = select(Message.kind).where(Message.org_id == person.actor.org_id)
        return list(work.session.scalars(chosen.order_by(Message.id)))


@pytest.mark.parametrize("by_operator", [False, True])
def test_the_term_to_refer_stands_still_while_the_clock_is_suspended_and_comes_back_whole(
    on_both, clock, *, by_operator
):
    row = ask(on_both, BOTH)
    suspend(on_both, 5, by_operator=by_operator)
    clock.move_to(found(on_both, row).due_at - SECOND)
    for _ in range(2):
        with pytest.raises(ClockSuspendedError):
            refer(on_both, row)
        jobs.sweep(on_both.here)
        clock.advance(SECOND)
    assert found(on_both, row).state is RereviewState.FAILED
    site = site_of(on_both.city)
    page = site.as_(on_both.firm).get(f"/rereviews/{row.number}").text
    assert "恢复计时后重新起算整个期限" in page
    assert "请主管部门裁定</button>" not in page
    assert "可以请主管部门裁定" not in site.as_(on_both.firm).get("/workbench").text
    working_days_later(clock, 5)
    clock_jobs.sweep(on_both.here)
    by_at = CALENDAR.due_at(beijing_day(clock()), 5)
    assert found(on_both, row).due_at == by_at
    assert messages_to(on_both, on_both.firm)[-1] == "rereview.refer-again"
    assert compare(on_both.here).differences == ()
    clock.move_to(by_at - SECOND)
    jobs.sweep(on_both.here)
    refer(on_both, row)
    assert found(on_both, row).state is RereviewState.REFERRED


def test_the_term_to_refer_that_was_given_again_ends_all_the_same(failed, clock):
    row = ask(failed, BOTH)
    suspend(failed, 5)
    working_days_later(clock, 6)
    jobs.sweep(failed.here)
    clock_jobs.sweep(failed.here)
    clock.move_to(found(failed, row).due_at)
    with pytest.raises(ReferLateError):
        refer(failed, row)
    jobs.sweep(failed.here)
    assert found(failed, row).state is RereviewState.LAPSED


def test_a_right_to_refer_that_was_over_before_does_not_come_back(failed, clock):
    row = ask(failed, BOTH)
    clock.move_to(found(failed, row).due_at)
    jobs.sweep(failed.here)
    suspend(failed, 5)
    working_days_later(clock, 6)
    clock_jobs.sweep(failed.here)
    assert found(failed, row).state is RereviewState.LAPSED
