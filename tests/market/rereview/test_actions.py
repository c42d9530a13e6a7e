"""Re-reviews with the real database: asked, drawn, judged, and what follows for round and clock."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from lottery import parse_policy
from lottery.verify import examine
from market import log
from market.clocks import replay
from market.clocks.queries import clock_of, events_of, ruler_of, segments_of, statement
from market.clocks.rules import Party
from market.contracts import actions
from market.contracts.examining.queries import last_of
from market.contracts.examining.rules import ExamState, SameReasonError
from market.contracts.model import Contract, ReviewOverturned
from market.contracts.opinions.queries import by_item
from market.contracts.rules import ContractState, ReturnReason
from market.credit import jobs as credit
from market.experts.model import ExpertSitting
from market.firms.model import Firm
from market.panels import bundle
from market.panels import jobs as panel_jobs
from market.panels.queries import by_number as panel_by_number
from market.panels.rules import VoidGround
from market.rereview import jobs, queries
from market.rereview.actions import judging
from market.rereview.errors import (
    AskedBeforeError,
    AskedLateError,
    DisputedError,
    NotBlindCopyError,
    NothingReturnedError,
    OwnOpinionError,
    SheetInAlreadyError,
    TellingWordsError,
)
from market.rereview.rules import (
    Failure,
    Finding,
    IllegalRereviewMoveError,
    NothingDisputedError,
    RereviewState,
)
from market.scoring.errors import TellingProposalError
from market.selfaudit.compare import compare
from market.selfaudit.reverify import verified_draws
from tests.market.draws.test_pages import site_of
from tests.market.factories.contracts import CLAUSE, COMMENT, a_delivered_contract
from tests.market.factories.proposals import a_proposal
from tests.market.factories.rereview import (
    a_pool,
    ask,
    drawn,
    found,
    hand_in,
    judged,
    members,
    panel_of,
    refer,
    withdraw,
)

UN, FOUNDED = Finding.UNFOUNDED, Finding.FOUNDED


@pytest.fixture
def agreed(fast_here, clock):
    """A contract whose first round was returned, two days after it was handed in."""
    made = a_delivered_contract(fast_here, clock)
    clock.advance(timedelta(days=3))
    made.return_work()
    return made


@pytest.fixture
def on_both(here, clock):
    """The same on SQLite and on PostgreSQL."""
    made = a_delivered_contract(here, clock)
    clock.advance(timedelta(days=3))
    made.return_work()
    return made


@pytest.fixture
def pool(agreed):
    """Eight experts of the item, and who signs in for each."""
    return a_pool(agreed)


def accounts_of(agreed):
    """Return what each account has, and check that they sum to what has passed."""
    with agreed.work() as work:
        clock = clock_of(work, f"contract:{agreed.contract_id}")
        said = statement(work, clock)
        assert sum(said.accounts.values()) == said.elapsed
        return said.accounts


def running(agreed):
    with agreed.work() as work:
        clock = clock_of(work, f"contract:{agreed.contract_id}")
        return events_of(work, clock)[-1].party


def exam_state(agreed):
    with agreed.work() as work:
        return last_of(work, work.session.get_one(Contract, agreed.contract_id)).state


def test_a_dispute_gives_the_time_to_the_reviewers_and_holds_the_next_round(agreed, pool):
    row = ask(agreed)
    assert (row.state, running(agreed)) == (RereviewState.DRAWING, Party.REVIEWER)
    with pytest.raises(DisputedError):
        agreed.deliver()
    firm = site_of(agreed.city).as_(agreed.firm)
    page = firm.get(f"/contracts/mine/{agreed.contract_id}").text
    assert "才能提交下一轮成果" in page
    assert f"/contracts/mine/{agreed.contract_id}/deliver" not in page
    assert "修改被退回的成果" not in firm.get("/workbench").text
    with pytest.raises(AskedBeforeError):
        ask(agreed)
    assert agreed.contract().state is ContractState.RUNNING


def test_overturned_the_round_stands_and_the_time_since_the_return_is_the_reviewers(
    agreed, pool, clock
):
    clock.advance(timedelta(days=2))
    row = ask(agreed)
    panel = drawn(agreed, row)
    people = members(agreed, panel, pool)
    clock.advance(timedelta(days=1))
    was = accounts_of(agreed)
    done = judged(agreed, row, people, UN, FOUNDED, UN)
    assert done.state is RereviewState.OVERTURNED
    now = accounts_of(agreed)
    # It delivered on the first day: all of its time was after the return.
    assert was[Party.FIRM] > 0
    assert now[Party.FIRM] == 0
    assert now[Party.REVIEWER] >= was[Party.FIRM]
    assert sum(now.values()) == sum(was.values())
    assert running(agreed) is Party.OWNER
    contract = agreed.contract()
    assert (contract.state, exam_state(agreed)) == (ContractState.DELIVERED, ExamState.SUBMITTED)
    assert contract.act_by_at is not None
    assert agreed.rounds()[0].review is None
    assert compare(agreed.here).differences == ()


def test_the_owner_accepts_or_finds_another_reason(agreed, pool):
    row = ask(agreed)
    judged(agreed, row, members(agreed, drawn(agreed, row), pool), UN, UN, UN)
    with pytest.raises(SameReasonError):
        agreed.return_work()
    agreed.do(
        agreed.owner,
        lambda work, c: actions.return_work(
            work, c, ReturnReason.FORMAT, "缺少编制说明的签章页，请补。", clause=CLAUSE
        ),
    )
    assert agreed.contract().state is ContractState.RUNNING
    with agreed.work() as work:
        [tally] = [one.tally for one in by_item(work) if one.tally.turned_down]
        assert (tally.turned_down, tally.overturned) == (2, 1)
        [undone] = work.session.scalars(select(ReviewOverturned)).all()
        assert undone.number == row.number
    assert compare(agreed.here).differences == ()
    second = ask(agreed)
    assert second.review_id != row.review_id


def test_a_return_that_was_overturned_is_no_return_for_the_ledger(agreed, pool, clock):
    row = ask(agreed)
    judged(agreed, row, members(agreed, drawn(agreed, row), pool), UN, UN, UN)
    agreed.do(
        agreed.owner,
        lambda work, c: actions.return_work(
            work, c, ReturnReason.FORMAT, "缺少编制说明的签章页，请补。", clause=CLAUSE
        ),
    )
    clock.advance(timedelta(days=20))
    assert credit.sweep(agreed.here) == 0
    agreed.deliver()
    agreed.return_work()
    again = ask(agreed)
    clock.advance(timedelta(days=20))
    assert credit.sweep(agreed.here) == 0  # it is still being looked at
    withdraw(agreed, again)
    assert credit.sweep(agreed.here) == 1


def test_upheld_the_return_stands_and_the_firm_goes_on(agreed, pool, clock):
    row = ask(agreed)
    people = members(agreed, drawn(agreed, row), pool)
    clock.advance(timedelta(days=1))
    was = accounts_of(agreed)
    done = judged(agreed, row, people, FOUNDED, UN, FOUNDED)
    assert (done.state, running(agreed)) == (RereviewState.UPHELD, Party.FIRM)
    assert accounts_of(agreed) == was
    assert exam_state(agreed) is ExamState.RETURNED
    agreed.deliver()
    assert agreed.contract().state is ContractState.DELIVERED
    assert compare(agreed.here).differences == ()


def test_the_draw_is_verified_and_everything_is_published_with_codes(agreed, pool):
    row = ask(agreed)
    panel = drawn(agreed, row)
    judged(agreed, row, members(agreed, panel, pool), UN, UN, UN)
    log.sequence(agreed.here)
    with agreed.work() as work:
        panel = panel_by_number(work, panel.number)
        assert panel.key_opened_at is not None
        body = bundle.bundle_of(work, agreed.here, panel)
        result = queries.result_of(work, row).body.decode()
        sat = work.session.scalars(select(ExpertSitting.outcome)).all()
    policy = parse_policy(agreed.city.policy().encode())
    checked = examine(body, policy)
    assert checked.ok, [(one.name, one.detail.en) for one in checked.checks if not one.ok]
    assert len(checked.selected) == 3
    assert all(code in result for code in checked.selected)
    assert "周评审" not in result
    assert len(sat) == 3
    assert (panel.number, ()) in [(one.number, one.failed) for one in verified_draws(agreed.here)]


@pytest.mark.parametrize(
    ("findings", "state"),
    [((UN, UN, FOUNDED), RereviewState.OVERTURNED), ((FOUNDED, FOUNDED, UN), RereviewState.UPHELD)],
)
def test_experts_decide_on_both_databases(on_both, findings, state):
    pool = a_pool(on_both)
    row = ask(on_both)
    people = members(on_both, drawn(on_both, row), pool)
    assert judged(on_both, row, people, *findings).state is state
    assert accounts_of(on_both)
    assert compare(on_both.here).differences == ()


def test_a_sheet_is_sealed_until_all_are_in_and_handed_in_once(agreed, pool):
    row = ask(agreed)
    people = members(agreed, drawn(agreed, row), pool)
    hand_in(agreed, row, people[0], UN)
    with pytest.raises(SheetInAlreadyError):
        hand_in(agreed, row, people[0], FOUNDED)
    jobs.sweep(agreed.here)
    assert found(agreed, row).state is RereviewState.REVIEWING
    with agreed.work() as work:
        assert queries.result_of(work, row) is None


def test_a_majority_of_all_seats_decides_when_time_is_out(agreed, pool, clock):
    row = ask(agreed)
    people = members(agreed, drawn(agreed, row), pool)
    hand_in(agreed, row, people[0], UN)
    hand_in(agreed, row, people[1], UN)
    clock.move_to(found(agreed, row).due_at)
    jobs.sweep(agreed.here)
    assert found(agreed, row).state is RereviewState.OVERTURNED


def test_without_a_majority_it_fails_on_nobodys_account_and_goes_on_to_an_authority(
    agreed, pool, clock
):
    row = ask(agreed)
    people = members(agreed, drawn(agreed, row), pool)
    hand_in(agreed, row, people[0], UN)
    clock.move_to(found(agreed, row).due_at)
    was = accounts_of(agreed)
    jobs.sweep(agreed.here)
    done = found(agreed, row)
    assert (done.state, done.failure) == (RereviewState.FAILED, Failure.SHEETS_MISSING)
    now = accounts_of(agreed)
    assert (now[Party.REVIEWER], was[Party.THIRD_PARTY]) == (0, 0)
    # The day that has just begun is the firm's already; all the others are nobody's fault.
    assert now[Party.THIRD_PARTY] + 1 == was[Party.REVIEWER]
    refer(agreed, row)
    assert (found(agreed, row).state, running(agreed)) == (RereviewState.REFERRED, Party.REVIEWER)
    clock.move_to(found(agreed, row).comment_by_at)  # the owner, which may speak first, is silent
    with agreed.work(agreed.city.supervisor) as work:
        judging.decide_as_authority(
            work, queries.by_number(work, row.number), overturn=True, opinion="经查，退回依据不足。"
        )
    assert found(agreed, row).state is RereviewState.OVERTURNED
    assert exam_state(agreed) is ExamState.SUBMITTED
    assert compare(agreed.here).differences == ()


def test_an_authority_that_lets_it_lie_is_told_of(agreed, clock):
    row = ask(agreed)  # there is nobody in the pool
    assert (row.state, row.failure) == (RereviewState.FAILED, Failure.NO_PANEL)
    refer(agreed, row)
    clock.move_to(found(agreed, row).due_at)
    jobs.sweep(agreed.here)
    assert found(agreed, row).overdue
    with agreed.work() as work:
        assert [one.number for one in queries.late(work)] == [row.number]
    with agreed.work(agreed.owner) as work, pytest.raises(OwnOpinionError):
        judging.decide_as_authority(
            work, queries.by_number(work, row.number), overturn=False, opinion="维持本单位意见。"
        )


def test_what_nobody_takes_further_lapses(agreed, clock):
    row = ask(agreed)
    clock.move_to(found(agreed, row).due_at)
    jobs.sweep(agreed.here)
    assert found(agreed, row).state is RereviewState.LAPSED
    agreed.deliver()
    with pytest.raises(IllegalRereviewMoveError):
        refer(agreed, row)


def test_a_dispute_that_is_taken_back_wins_no_time(agreed, pool, clock):
    row = ask(agreed)
    clock.advance(timedelta(days=4))
    was = accounts_of(agreed)
    assert was[Party.REVIEWER] > 0
    withdraw(agreed, row)
    now = accounts_of(agreed)
    assert now[Party.REVIEWER] == 0
    assert now[Party.FIRM] == was[Party.FIRM] + was[Party.REVIEWER]
    agreed.deliver()
    panel_jobs.run_due(agreed.here)
    assert panel_of(agreed, row).void_ground is VoidGround.NEED_OVER
    assert compare(agreed.here).differences == ()


def test_what_is_wrong_with_a_request_is_said(agreed, pool, clock):
    with pytest.raises(NothingDisputedError):
        ask(agreed, {})
    with pytest.raises(NotBlindCopyError):
        ask(agreed, blind=False)
    with agreed.work() as work:
        firm = work.session.get_one(Firm, agreed.contract().firm_id).name
    with pytest.raises(TellingWordsError):
        ask(agreed, {1: f"{firm}已经逐项复核过表三的工程量。"})
    code = agreed.contract().number
    with pytest.raises(TellingProposalError):
        ask(agreed, copy=a_proposal(code))
    clock.advance(timedelta(days=20))
    with pytest.raises(AskedLateError):
        ask(agreed)


def test_only_returned_work_is_disputed(fast_here, clock):
    agreed = a_delivered_contract(fast_here, clock)
    with pytest.raises(NothingReturnedError):
        ask(agreed)


def test_replaying_the_events_gives_the_same_accounts(agreed, pool):
    row = ask(agreed)
    judged(agreed, row, members(agreed, drawn(agreed, row), pool), UN, UN, UN)
    with agreed.work() as work:
        clock = clock_of(work, f"contract:{agreed.contract_id}")
        segments, ruler = segments_of(clock, events_of(work, clock)), ruler_of(clock)
        used = replay.accounts(segments, work.now, ruler)
        assert sum(used.values()) == replay.elapsed(segments, work.now, ruler)
    assert COMMENT
