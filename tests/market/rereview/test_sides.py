"""What an authority failed may be disputed by either side, and the other one is heard first."""

from datetime import timedelta

import pytest

from market.clocks.queries import clock_of, events_of, statement
from market.clocks.rules import Party
from market.contracts.examining import actions as examining
from market.contracts.examining import queries as exams
from market.contracts.examining.rules import ExamState
from market.contracts.rules import ReturnReason
from market.errors import MissingError
from market.panels import jobs as panel_jobs
from market.panels.queries import seats_of
from market.rereview import jobs, queries
from market.rereview.actions import commenting
from market.rereview.errors import (
    AskedBeforeError,
    CommentClosedError,
    CommentShortError,
    DisputedError,
    EveryPointError,
    OwnReturnError,
    TellingCommentError,
)
from market.rereview.rules import Finding, RereviewState
from market.selfaudit.compare import compare
from tests.market.draws.test_pages import site_of
from tests.market.factories.contracts import a_delivered_contract
from tests.market.factories.credit import an_officer, working_days_later
from tests.market.factories.rereview import (
    WORDS,
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

UN = Finding.UNFOUNDED
OPINION = "表三工程量与图纸不一致，请逐项复核。\n缺少材料调差的依据。"
BOTH = {1: WORDS, 2: WORDS}
COMMENT = "成果第三章已按审查意见逐条对照，附对照表。"


@pytest.fixture
def failed(fast_here, clock, monkeypatch):
    """A contract whose work the owner found good and an authority failed, on two points."""
    return a_failed_one(fast_here, clock, monkeypatch)


def a_failed_one(here, clock, monkeypatch):
    monkeypatch.setattr("market.contracts.actions.service.review_days", lambda _work, _one: 10)
    agreed = a_delivered_contract(here, clock)
    agreed.accept()
    with agreed.work(an_officer(here)) as work:
        one = exams.for_reviewer(work, agreed.contract_id)
        examining.fail(work, one, ReturnReason.WRONG_BASIS, "规程第4.1条", OPINION)
    return agreed


def comment(agreed, row, person, words=COMMENT):
    with agreed.work(person) as work:
        commenting.comment(work, queries.for_side(work, row.number), words)


def running(agreed):
    with agreed.work() as work:
        return events_of(work, clock_of(work, f"contract:{agreed.contract_id}"))[-1].party


def accounts_of(agreed):
    with agreed.work() as work:
        said = statement(work, clock_of(work, f"contract:{agreed.contract_id}"))
        assert sum(said.accounts.values()) == said.elapsed
        return said.accounts


def exam_state(agreed):
    with agreed.work() as work:
        return exams.last_of(work, agreed.contract()).state


def called(agreed, row):
    with agreed.work() as work:
        return len(seats_of(work, queries.panel_of(work, row)))


def judged_after_the_comment(agreed, row, pool, *findings):
    """Let both points be judged alike by each expert."""
    people = members(agreed, drawn(agreed, row), pool)
    for person, one in zip(people, findings, strict=True):
        hand_in(agreed, row, person, one, one)
    return judged(agreed, row, [])


def test_the_owner_disputes_what_an_authority_failed_and_it_goes_back_there(
    here, clock, monkeypatch
):
    agreed = a_failed_one(here, clock, monkeypatch)
    pool = a_pool(agreed)
    row = ask(agreed, BOTH, person=agreed.owner)
    assert (row.asked_by_org_id, running(agreed)) == (agreed.owner.actor.org_id, Party.REVIEWER)
    with pytest.raises(DisputedError):
        agreed.deliver()
    comment(agreed, row, agreed.firm)
    done = judged_after_the_comment(agreed, row, pool, UN, UN, UN)
    assert (done.state, exam_state(agreed)) == (RereviewState.OVERTURNED, ExamState.UNDER_REVIEW)
    with agreed.work() as work:
        body = queries.result_of(work, row).body.decode()
    assert '"asked_by":"owner"' in body
    assert COMMENT in body
    assert compare(agreed.here).differences == ()


def test_nobody_is_called_before_the_other_side_was_heard_or_its_time_is_over(failed, clock):
    pool = a_pool(failed)
    row = ask(failed, BOTH)  # the firm asks: the owner, who found it good, may say something
    panel = drawn(failed, row)
    assert (called(failed, row), found(failed, row).state) == (0, RereviewState.DRAWING)
    by_at = found(failed, row).comment_by_at
    assert by_at > panel.phi_at
    clock.move_to(by_at - timedelta(seconds=1))
    panel_jobs.run_due(failed.here)
    assert called(failed, row) == 0
    clock.move_to(by_at)
    panel_jobs.run_due(failed.here)
    assert (called(failed, row), found(failed, row).state) == (3, RereviewState.REVIEWING)
    with pytest.raises(CommentClosedError):
        comment(failed, row, failed.owner)
    people = members(failed, panel_of(failed, row), pool)
    assert "合同另一方的意见" not in sheet_page(failed, row, people[0])


def sheet_page(agreed, row, person):
    return site_of(agreed.city).as_(person).get(f"/rereviews/{row.number}/sheet").text


def test_what_is_said_in_time_is_read_by_the_experts_and_lets_them_begin(failed):
    pool = a_pool(failed)
    row = ask(failed, BOTH, person=failed.owner)
    panel = drawn(failed, row)
    assert called(failed, row) == 0
    comment(failed, row, failed.firm)
    panel_jobs.run_due(failed.here)
    assert called(failed, row) == 3
    people = members(failed, panel, pool)
    assert COMMENT in sheet_page(failed, row, people[0])
    assert COMMENT not in site_of(failed.city).as_().get(f"/rereviews/{row.number}").text


def test_a_comment_is_blind_said_once_and_the_other_side_s(failed):
    a_pool(failed)
    row = ask(failed, BOTH, person=failed.owner)
    with pytest.raises(CommentShortError):
        comment(failed, row, failed.firm, "同意")
    with pytest.raises(TellingCommentError):
        comment(failed, row, failed.firm, f"合同{failed.contract().number}的成果没有问题。")
    with pytest.raises(CommentClosedError):
        comment(failed, row, failed.owner)
    rival = next(
        one for _, one in failed.city.firms if one.actor.org_id != failed.firm.actor.org_id
    )
    with pytest.raises(MissingError):
        comment(failed, row, rival)
    comment(failed, row, failed.firm)
    with pytest.raises(CommentClosedError):
        comment(failed, row, failed.firm)


def test_an_owner_disputes_every_point_and_never_its_own_return(failed, fast_here):
    with pytest.raises(EveryPointError):
        ask(failed, {1: WORDS}, person=failed.owner)
    failed.deliver()
    failed.return_work()
    with pytest.raises(OwnReturnError):
        ask(failed, {1: WORDS}, person=failed.owner)
    page = site_of(failed.city).as_(failed.owner)
    assert "申请复评</a>" not in page.get(f"/contracts/mine/{failed.contract_id}").text


def test_an_owner_who_takes_it_back_pays_and_leaves_the_firm_its_whole_right(failed, clock):
    a_pool(failed)
    row = ask(failed, BOTH, person=failed.owner)
    with pytest.raises(AskedBeforeError):
        ask(failed, BOTH)
    working_days_later(clock, 6)
    was = accounts_of(failed)
    with failed.work(failed.firm) as work, pytest.raises(MissingError):
        queries.for_asker(work, row.number)
    withdraw(failed, row, failed.owner)
    now = accounts_of(failed)
    assert (now[Party.OWNER] - was[Party.OWNER], now[Party.REVIEWER]) == (6, 0)
    assert running(failed) is Party.FIRM
    with pytest.raises(AskedBeforeError):
        ask(failed, BOTH, person=failed.owner)
    again = ask(failed, {1: WORDS})  # six days after the return: it has its own term
    assert again.state is RereviewState.DRAWING
    assert again.asked_by_org_id == failed.firm.actor.org_id


def test_without_experts_the_firm_goes_on_to_an_authority_for_what_the_owner_asked(failed, clock):
    path = f"/rereviews/of/{failed.contract_id}/ask"
    assert "专家库人数不足" in site_of(failed.city).as_(failed.owner).get(path).text
    row = ask(failed, BOTH, person=failed.owner)
    assert row.state is RereviewState.FAILED
    refer(failed, row)
    assert found(failed, row).state is RereviewState.REFERRED
    clock.move_to(found(failed, row).due_at)
    jobs.sweep(failed.here)
    assert found(failed, row).overdue


def test_both_sides_find_it_on_their_workbench_and_their_pages(failed):
    a_pool(failed)
    site = site_of(failed.city)
    owner, firm = site.as_(failed.owner), site.as_(failed.firm)
    assert "对退回有争议的，可以申请复评" in owner.get("/workbench").text
    asking_page = owner.get(f"/rereviews/of/{failed.contract_id}/ask").text
    assert "业主申请复评，须争议全部评审意见" in asking_page
    row = ask(failed, BOTH, person=failed.owner)
    assert "可以提出意见，供专家一并阅读" in firm.get("/workbench").text
    page = firm.get(f"/rereviews/{row.number}/comment").text
    assert WORDS in page
    assert "提交意见（不能更改）" in page
    assert "申请以来的时间计业主" in owner.get(f"/rereviews/{row.number}").text
    assert "撤回复评申请" not in firm.get(f"/rereviews/{row.number}").text
