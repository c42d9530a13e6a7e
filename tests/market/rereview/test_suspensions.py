"""A dispute voids no request to suspend: it waits until the clock is the firm's again."""

import json
from datetime import timedelta

import pytest

from market import log
from market.calendar import default_calendar
from market.clock import beijing, beijing_day
from market.clocks import actions as clocks
from market.clocks import jobs as clock_jobs
from market.clocks import queries as clock_queries
from market.clocks.appeal import actions as appeals
from market.clocks.rules import (
    NotHoldersTimeError,
    Party,
    SuspensionReason,
    SuspensionState,
)
from market.rereview.rules import Finding, RereviewState
from market.selfaudit.compare import compare
from tests.market.draws.test_pages import site_of
from tests.market.factories.credit import working_days_later
from tests.market.factories.rereview import (
    a_pool,
    ask,
    hand_in,
    judged,
    members,
    refer,
    withdraw,
)
from tests.market.rereview.test_sides import (
    BOTH,
    a_failed_one,
    accounts_of,
    comment,
    drawn,
    running,
)

FACTS = "现场拆迁未完成，测点无法布设，见照片。"
WHY = "现场照片和拆迁通知可以证明测点仍然无法布设。"
SAID = "照片是上月拍的，拆迁已于本月初完成，见验收单。"
MOVED = "zjcs/clock.moved.v1"


@pytest.fixture
def failed(fast_here, clock, monkeypatch):
    """A contract whose work the owner found good and an authority failed, on two points."""
    return a_failed_one(fast_here, clock, monkeypatch)


def service(work, agreed):
    return clock_queries.clock_of(work, f"contract:{agreed.contract_id}")


def requested(agreed):
    with agreed.work(agreed.firm) as work:
        reason = SuspensionReason.SITE_NOT_READY
        return clocks.request_suspension(work, service(work, agreed), reason, FACTS, 3).id


def answered(agreed, asked, person, *, agree):
    with agreed.work(person) as work:
        clock = service(work, agreed)
        request = clock_queries.suspension(work, clock, asked)
        clocks.answer_suspension(work, clock, request, agree=agree, answer="已核对现场情况。")


def refused(agreed):
    asked = requested(agreed)
    answered(agreed, asked, agreed.owner, agree=False)
    return asked


def appeal(agreed, asked):
    with agreed.work(agreed.firm) as work:
        clock = service(work, agreed)
        appeals.appeal(work, clock, clock_queries.suspension(work, clock, asked), WHY)


def rejoin(agreed, asked):
    with agreed.work(agreed.owner) as work:
        clock = service(work, agreed)
        appeals.rejoin(work, clock, clock_queries.suspension(work, clock, asked), SAID)


def appealed(agreed):
    asked = refused(agreed)
    appeal(agreed, asked)
    return asked


def unanswered(agreed):
    asked = requested(agreed)
    working_days_later(agreed.here.clock, 4)
    clock_jobs.sweep(agreed.here)
    return asked


def state_of(agreed, asked):
    with agreed.work() as work:
        return clock_queries.suspension(work, service(work, agreed), asked).state


def days_pass(clock, count):
    """Move the clock by so many working days, to ten in the morning."""
    clock.move_to(beijing(default_calendar().add_working_days(beijing_day(clock()), count), 10))


def moves(agreed, before, number):
    """Return what the log says of the service's clock beyond so many entries."""
    with agreed.work() as work:
        told = [json.loads(body) for _, body in log.entries_between(work, before, None)]
    return [one["move"] for one in told if one["t"] == MOVED and one["clock"] == number]


OPEN = [
    (requested, SuspensionState.REQUESTED),
    (unanswered, SuspensionState.ESCALATED),
    (appealed, SuspensionState.ESCALATED),
]


@pytest.mark.parametrize(("open_one", "state"), OPEN)
@pytest.mark.parametrize("by_owner", [True, False])
def test_a_dispute_that_is_taken_back_leaves_it_as_it_was(failed, open_one, state, by_owner):
    a_pool(failed)
    asked = open_one(failed)
    person = failed.owner if by_owner else failed.firm
    row = ask(failed, BOTH, person=person, checked=False)
    assert state_of(failed, asked) is state
    withdraw(failed, row, person)
    assert state_of(failed, asked) is state
    assert running(failed) is Party.FIRM


@pytest.mark.parametrize(("open_one", "state"), OPEN)
def test_going_on_to_an_authority_and_taking_it_back_leaves_it_as_it_was(failed, open_one, state):
    asked = open_one(failed)
    row = ask(failed, BOTH, person=failed.owner)  # nobody in the pool
    assert row.state is RereviewState.FAILED
    assert state_of(failed, asked) is state
    refer(failed, row, failed.owner)
    assert state_of(failed, asked) is state
    withdraw(failed, row, failed.owner)
    assert state_of(failed, asked) is state


@pytest.mark.parametrize(
    ("finding", "state"),
    [(Finding.FOUNDED, SuspensionState.ESCALATED), (Finding.UNFOUNDED, SuspensionState.MOOT)],
)
def test_a_return_that_stands_leaves_it_open_and_work_that_stands_ends_it(failed, finding, state):
    pool = a_pool(failed)
    asked = appealed(failed)
    row = ask(failed, BOTH, person=failed.owner)
    comment(failed, row, failed.firm)
    people = members(failed, drawn(failed, row), pool)
    for person in people:
        hand_in(failed, row, person, finding, finding)
    done = judged(failed, row, [])
    assert done.state in {RereviewState.UPHELD, RereviewState.OVERTURNED}
    assert state_of(failed, asked) is state


@pytest.mark.parametrize("by_owner", [True, False])
def test_granted_afterwards_no_day_since_the_request_stays_the_firms_but_its_own(
    failed, clock, by_owner
):
    a_pool(failed)
    before = accounts_of(failed)
    asked = appealed(failed)
    days_pass(clock, 2)
    person = failed.owner if by_owner else failed.firm
    row = ask(failed, BOTH, person=person, checked=False)
    days_pass(clock, 2)
    withdraw(failed, row, person)
    days_pass(clock, 1)
    rejoin(failed, asked)
    answered(failed, asked, failed.operator, agree=True)
    days_pass(clock, 1)
    after = accounts_of(failed)
    passed = {
        party: after[party] - before[party] for party in Party if after[party] != before[party]
    }
    # A dispute of its own that it took back, is the firm's.
    assert passed == ({Party.OWNER: 6} if by_owner else {Party.OWNER: 4, Party.FIRM: 2})
    assert compare(failed.here).differences == ()


def test_two_disputes_later_it_is_the_same(failed, clock):
    a_pool(failed)
    before = accounts_of(failed)
    asked = appealed(failed)
    for person in (failed.owner, failed.firm):
        days_pass(clock, 1)
        row = ask(failed, BOTH, person=person, checked=False)
        days_pass(clock, 1)
        withdraw(failed, row, person)
    days_pass(clock, 1)
    answered(failed, asked, failed.operator, agree=True)
    after = accounts_of(failed)
    assert after[Party.FIRM] - before[Party.FIRM] == 1
    assert after[Party.OWNER] - before[Party.OWNER] == 4


def test_what_the_operator_refuses_afterwards_moves_no_day(failed, clock):
    a_pool(failed)
    asked = appealed(failed)
    before = accounts_of(failed)
    days_pass(clock, 2)
    row = ask(failed, BOTH, checked=False)
    withdraw(failed, row)
    rejoin(failed, asked)
    answered(failed, asked, failed.operator, agree=False)
    after = accounts_of(failed)
    assert after[Party.FIRM] - before[Party.FIRM] == 2
    assert after[Party.OWNER] == before[Party.OWNER]


def test_strangers_learn_of_the_request_s_day_only_with_the_end_of_the_dispute(failed, clock):
    a_pool(failed)
    clock.advance(timedelta(hours=1))
    asked = refused(failed)
    clock.advance(timedelta(hours=1))
    log.sequence(failed.here)
    with failed.work() as work:
        clock_id = service(work, failed).id
        number = service(work, failed).number
        before = len(list(log.entries_between(work, 0, None)))
    stranger = site_of(failed.city).as_()
    page = stranger.get(f"/clocks/{clock_id}").text
    row = ask(failed, BOTH, checked=False)
    assert "申请以来的时间" not in page
    assert "申请以来的时间" not in stranger.get(f"/clocks/{clock_id}").text
    assert moves(failed, before, number) == []
    withdraw(failed, row)
    log.sequence(failed.here)
    assert moves(failed, before, number)[:2] == ["ask", "hand"]
    assert "申请以来的时间" in stranger.get(f"/clocks/{clock_id}").text
    assert state_of(failed, asked) is SuspensionState.REFUSED


@pytest.mark.parametrize("by_owner", [True, False])
def test_the_term_to_appeal_does_not_run_out_by_a_dispute_and_no_day_since_is_lost(
    failed, clock, by_owner
):
    a_pool(failed)
    before = accounts_of(failed)
    asked = refused(failed)
    days_pass(clock, 1)
    person = failed.owner if by_owner else failed.firm
    row = ask(failed, BOTH, person=person, checked=False)
    days_pass(clock, 9)
    with pytest.raises(NotHoldersTimeError):
        appeal(failed, asked)
    withdraw(failed, row, person)
    appeal(failed, asked)
    rejoin(failed, asked)
    answered(failed, asked, failed.operator, agree=True)
    after = accounts_of(failed)
    assert after[Party.FIRM] - before[Party.FIRM] == (0 if by_owner else 9)
    assert after[Party.OWNER] - before[Party.OWNER] == (10 if by_owner else 1)
