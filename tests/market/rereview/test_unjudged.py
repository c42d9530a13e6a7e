"""A dispute that nobody judged takes no day and no right from whoever waited for it."""

import json
from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import select

from market.calendar import default_calendar
from market.clock import beijing_day, in_beijing
from market.clocks import actions as clocks
from market.clocks import jobs as clock_jobs
from market.clocks.queries import clock_of, suspension
from market.clocks.queries import locked as clock_locked
from market.clocks.rules import ClockSuspendedError, Party, SuspensionReason
from market.contracts.examining.queries import last_of
from market.contracts.examining.rules import ExamState
from market.messages.model import Message
from market.panels import jobs as panel_jobs
from market.rereview import jobs, queries
from market.rereview.actions import accounts
from market.rereview.errors import AskedBeforeError, DisputedError, ReferLateError
from market.rereview.model import Rereview
from market.rereview.rules import Failure, IllegalRereviewMoveError, RereviewState, overdue_at
from market.selfaudit.compare import compare
from tests.market.draws.test_pages import site_of
from tests.market.factories.credit import working_days_later
from tests.market.factories.rereview import a_pool, ask, found, panel_of, refer, withdraw
from tests.market.rereview.test_sides import BOTH, a_failed_one, accounts_of, comment, exam_state

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


def test_an_owner_whom_nobody_judged_does_not_keep_the_firm_from_mending(failed, clock):
    was = accounts_of(failed)
    row = ask(failed, BOTH, person=failed.owner)
    site = site_of(failed.city)
    assert "修改被退回的成果" in site.as_(failed.firm).get("/workbench").text
    page = site.as_(failed.firm).get(f"/rereviews/{row.number}").text
    assert "中介机构可以不等待，提交下一轮成果" in page
    failed.deliver()
    working_days_later(clock, 4)
    done = found(failed, row)
    assert (done.state, done.next_check_at) == (RereviewState.LAPSED, None)
    assert exam_state(failed) is ExamState.SUBMITTED
    assert accounts_of(failed)[Party.FIRM] == was[Party.FIRM]
    for person in (failed.owner, failed.firm):
        assert messages_to(failed, person).count("rereview.over") == 1
        assert "rereview.yours" not in messages_to(failed, person)
    with pytest.raises(IllegalRereviewMoveError):
        refer(failed, row, failed.owner)
    assert compare(failed.here).differences == ()


def test_who_asked_itself_or_asked_the_authority_still_waits(failed):
    row = ask(failed, BOTH)
    with pytest.raises(DisputedError):
        failed.deliver()
    withdraw(failed, row)
    row = ask(failed, BOTH, person=failed.owner)
    refer(failed, row, failed.owner)
    with pytest.raises(DisputedError):
        failed.deliver()


@pytest.mark.parametrize("first", ["firm", "owner"])
def test_a_silence_that_ends_what_nobody_saw_leaves_the_other_side_its_dispute(
    failed, clock, first
):
    side = {"firm": failed.firm, "owner": failed.owner}
    other = side["owner" if first == "firm" else "firm"]
    row = ask(failed, BOTH, person=side[first])
    with pytest.raises(AskedBeforeError):
        ask(failed, BOTH, person=other)
    clock.move_to(found(failed, row).due_at)
    jobs.sweep(failed.here)
    assert found(failed, row).state is RereviewState.LAPSED
    assert messages_to(failed, side[first])[-1] == "rereview.over"
    assert messages_to(failed, other)[-2:] == ["rereview.over", "rereview.yours"]
    assert told_by(failed, other) == CALENDAR.due_at(beijing_day(clock()), 5)
    with pytest.raises(AskedBeforeError):
        ask(failed, BOTH, person=side[first])
    again = ask(failed, BOTH, person=other)
    assert again.state is RereviewState.FAILED
    clock.move_to(again.due_at)
    jobs.sweep(failed.here)
    for person in side.values():
        with pytest.raises(AskedBeforeError):
            ask(failed, BOTH, person=person)
    assert compare(failed.here).differences == ()


def told_by(agreed, person):
    """Return until when an organisation may dispute; it was told exactly that."""
    with agreed.work() as work:
        by_at = last_of(work, agreed.contract()).dispute_by_at
        said = select(Message.facts).where(
            Message.org_id == person.actor.org_id, Message.kind == "rereview.yours"
        )
        assert json.loads(work.session.scalars(said).one())["due_at"] == in_beijing(by_at)
        return by_at


@pytest.mark.parametrize("first", ["firm", "owner"])
def test_who_may_dispute_what_was_taken_back_is_told_until_when(failed, clock, first):
    side = {"firm": failed.firm, "owner": failed.owner}
    other = side["owner" if first == "firm" else "firm"]
    a_pool(failed)
    row = ask(failed, BOTH, person=side[first], checked=False)
    working_days_later(clock, 6)
    withdraw(failed, row, side[first])
    assert messages_to(failed, other)[-2:] == ["rereview.over", "rereview.yours"]
    assert told_by(failed, other) == CALENDAR.due_at(beijing_day(clock()), 5)
    assert messages_to(failed, side[first])[-1] == "rereview.over"
    ask(failed, BOTH, person=other, checked=False)


def test_who_disputed_it_before_is_told_the_end_and_no_new_term(failed):
    a_pool(failed)
    for person in (failed.owner, failed.firm):
        withdraw(failed, ask(failed, BOTH, person=person, checked=False), person)
    assert messages_to(failed, failed.owner)[-1] == "rereview.over"
    assert messages_to(failed, failed.owner).count("rereview.yours") == 0
    assert messages_to(failed, failed.firm).count("rereview.yours") == 1


def drawn_at(agreed, row, at):
    """Let the value that draws the experts come at an instant, and them be called."""
    agreed.here.clock.move_to(panel_of(agreed, row).enrol_close_at)
    panel_jobs.run_due(agreed.here)
    agreed.here.clock.move_to(at)
    jobs.sweep(agreed.here)
    panel_jobs.run_due(agreed.here)
    assert found(agreed, row).state is RereviewState.REVIEWING


def judged_for_nothing_so_far(agreed):
    """Return an owner's dispute that waits for its experts, and what the accounts were before."""
    a_pool(agreed)
    was = accounts_of(agreed)
    row = ask(agreed, BOTH, person=agreed.owner)
    comment(agreed, row, agreed.firm)
    return row, was


@pytest.mark.parametrize("is_late", [False, True])
def test_a_value_that_came_late_costs_whoever_asked_nothing_once_it_came(failed, clock, *, is_late):
    row, was = judged_for_nothing_so_far(failed)
    drawn_at(failed, row, overdue_at(panel_of(failed, row).result_by_at) - (not is_late) * SECOND)
    working_days_later(clock, 3)
    page = site_of(failed.city).as_(failed.owner).get(f"/rereviews/{row.number}").text
    assert ("随机值没有按期产生，申请以来的时间计入第三方" in page) is is_late
    assert ("申请以来的时间计业主" in page) is not is_late
    with failed.work() as work:
        assert accounts.is_late(work, queries.by_number(work, row.number)) is is_late
    withdraw(failed, row, failed.owner)
    now = accounts_of(failed)
    whose, other = (Party.THIRD_PARTY, Party.OWNER)[:: 1 if is_late else -1]
    assert now[whose] >= was[whose] + 3
    assert (now[other], now[Party.REVIEWER]) == (was[other], was[Party.REVIEWER])
    assert now[Party.FIRM] <= was[Party.FIRM] + 1  # the day that runs now is the firm's again


def test_days_that_a_value_took_excuse_nobody_before_an_authority(failed, clock):
    row, _ = judged_for_nothing_so_far(failed)
    drawn_at(failed, row, overdue_at(panel_of(failed, row).result_by_at))
    clock.move_to(found(failed, row).due_at)
    jobs.sweep(failed.here)
    assert found(failed, row).failure is Failure.SHEETS_MISSING
    refer(failed, row, failed.owner)
    was = accounts_of(failed)
    working_days_later(clock, 2)
    withdraw(failed, row, failed.owner)
    now = accounts_of(failed)
    assert now[Party.THIRD_PARTY] == was[Party.THIRD_PARTY] > 0
    assert now[Party.OWNER] == was[Party.OWNER] + 2


def test_whoever_moves_a_re_review_holds_its_clock_first(pg_here, clock, monkeypatch):
    agreed = a_failed_one(pg_here, clock, monkeypatch)
    row = ask(agreed, BOTH)

    def move():
        with agreed.work(agreed.firm) as work:
            queries.locked(work, row.id)

    with agreed.work() as work:
        clock_locked(work, clock_row(agreed, work).id)
        other = Thread(target=move)
        other.start()
        other.join(0.5)
        assert other.is_alive(), "it waits for the clock"
        chosen = select(Rereview.id).where(Rereview.id == row.id)
        assert work.session.scalar(chosen.with_for_update(nowait=True)) == row.id
    other.join()
