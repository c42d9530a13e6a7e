"""An authority decides once the other side was heard, and sees what was really delivered."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from market.accounts.model import Organisation
from market.clocks.queries import clock_of, events_of, statement
from market.clocks.rules import Party
from market.files import StoredFile
from market.messages.model import Message
from market.panels import jobs as panel_jobs
from market.rereview import jobs, queries, recounting
from market.rereview.actions import commenting, copying, ending, judging
from market.rereview.errors import CommentClosedError, CopyCheckedError, UnheardError
from market.rereview.rules import Failure, Finding, RereviewState
from market.selfaudit.compare import compare
from tests.market.draws.test_pages import site_of
from tests.market.factories.contracts import a_delivered_contract
from tests.market.factories.credit import a_decider, working_days_later
from tests.market.factories.rereview import (
    a_pool,
    ask,
    drawn,
    found,
    judged,
    members,
    refer,
    withdraw,
)

COMMENT = "第三章的工程量在图纸变更以前已经核对过，与图纸不一致。"
DIFFERS = "副本第三章是另一份报告，提交的成果里没有这一章。"
FOUND = "逐页对照两份文件，第三章在提交的成果中不存在。"
OPINION = "经查实际提交的成果，退回意见有依据。"
SECOND = timedelta(seconds=1)
FOUNDED = Finding.FOUNDED


@pytest.fixture
def agreed(fast_here, clock):
    """A contract whose first round was returned; there is nobody in the pool."""
    return a_returned_one(fast_here, clock)


def a_returned_one(here, clock):
    made = a_delivered_contract(here, clock)
    clock.advance(timedelta(days=3))
    made.return_work()
    return made


def disputed(agreed):
    """Return a dispute that no experts can judge, before an authority."""
    row = ask(agreed)
    assert (row.state, row.failure) == (RereviewState.FAILED, Failure.NO_PANEL)
    refer(agreed, row)
    return found(agreed, row)


def comment(agreed, row, words=COMMENT):
    with agreed.work(agreed.owner) as work:
        commenting.comment(work, queries.for_side(work, row.number), words)


def agree(agreed, row):
    with agreed.work(agreed.owner) as work:
        copying.agree(work, queries.for_side(work, row.number))


def doubt(agreed, row):
    with agreed.work(agreed.owner) as work:
        copying.doubt(work, queries.for_side(work, row.number), DIFFERS)


def answer(agreed, row, *, is_same):
    with agreed.work(agreed.operator) as work:
        copying.answer(work, queries.by_number(work, row.number), is_same=is_same, words=FOUND)
    return found(agreed, row)


def decide(agreed, row, *, overturn=False):
    with agreed.work(agreed.city.supervisor) as work:
        judging.decide_as_authority(
            work, queries.by_number(work, row.number), overturn=overturn, opinion=OPINION
        )
    return found(agreed, row)


def unheard_until(agreed, row):
    with agreed.work() as work:
        return queries.unheard_until(work, queries.by_number(work, row.number))


def accounts_of(agreed):
    with agreed.work() as work:
        said = statement(work, clock_of(work, f"contract:{agreed.contract_id}"))
        assert sum(said.accounts.values()) == said.elapsed
        return said.accounts


def told(agreed, person, kind):
    with agreed.work() as work:
        name = work.session.get_one(Organisation, person.actor.org_id).id
        chosen = (Message.kind == kind) & (Message.org_id == name)
        return len(work.session.scalars(select(Message).where(chosen)).all())


def test_the_authority_decides_only_once_the_other_side_spoke_and_compared(here, clock):
    agreed = a_returned_one(here, clock)
    row = disputed(agreed)
    with pytest.raises(UnheardError):
        decide(agreed, row)
    agree(agreed, row)
    with pytest.raises(UnheardError):
        decide(agreed, row)
    comment(agreed, row)
    assert decide(agreed, row, overturn=True).state is RereviewState.OVERTURNED
    with agreed.work() as work:
        assert COMMENT in queries.result_of(work, row).body.decode()
    assert compare(agreed.here).differences == ()


def test_silence_is_waited_for_to_its_second_and_then_decides_nothing(agreed, clock):
    row = disputed(agreed)
    until_at = unheard_until(agreed, row)
    assert until_at == max(row.comment_by_at, row.copy_by_at)
    clock.move_to(until_at - SECOND)
    with pytest.raises(UnheardError):
        decide(agreed, row)
    clock.move_to(until_at)
    with pytest.raises(CommentClosedError):
        comment(agreed, row)
    with pytest.raises(CopyCheckedError):
        agree(agreed, row)
    assert decide(agreed, row).state is RereviewState.UPHELD


def test_the_time_to_speak_is_whole_again_when_the_authority_is_asked(agreed, clock):
    row = ask(agreed)
    first_by = row.comment_by_at
    assert first_by == row.copy_by_at
    clock.move_to(first_by)
    with pytest.raises(CommentClosedError):
        comment(agreed, row)
    refer(agreed, row)
    again_by = found(agreed, row).comment_by_at
    assert again_by > first_by
    assert unheard_until(agreed, row) == again_by
    comment(agreed, row)
    assert unheard_until(agreed, row) is None


def test_who_spoke_before_the_authority_was_asked_is_not_waited_for(agreed):
    row = ask(agreed)
    comment(agreed, row)
    agree(agreed, row)
    refer(agreed, row)
    assert decide(agreed, row).state is RereviewState.UPHELD


@pytest.mark.parametrize("is_referred", [False, True])
def test_a_copy_that_is_another_file_ends_it_there_too(here, clock, *, is_referred):
    agreed = a_returned_one(here, clock)
    row = disputed(agreed) if is_referred else ask(agreed)
    doubt(agreed, row)
    working_days_later(clock, 1)
    if is_referred:
        with pytest.raises(UnheardError):
            decide(agreed, row)
    was = accounts_of(agreed)
    assert answer(agreed, row, is_same=False).state is RereviewState.REFUSED
    now = accounts_of(agreed)
    assert (now[Party.REVIEWER], now[Party.THIRD_PARTY]) == (0, 0)
    assert now[Party.FIRM] == was[Party.FIRM] + was[Party.REVIEWER]
    assert compare(agreed.here).differences == ()


def test_what_failed_experts_took_is_the_forger_s_as_well(agreed, clock):
    """The copy is found to be another file only after a draw that came to nothing."""
    a_pool(agreed, 6)
    row = ask(agreed, checked=False)
    drawn(agreed, row)
    doubt(agreed, row)
    with agreed.work() as work:
        until_at = queries.check_of(work, row).due_at
    clock.move_to(until_at - SECOND)
    with agreed.work() as work:
        ending.fail(work, queries.locked(work, row.id), Failure.NO_PANEL)
    assert accounts_of(agreed)[Party.THIRD_PARTY] > 0
    assert answer(agreed, row, is_same=False).state is RereviewState.REFUSED
    now = accounts_of(agreed)
    assert (now[Party.THIRD_PARTY], now[Party.REVIEWER]) == (0, 0)


def test_both_are_asked_on_their_pages_and_the_authority_is_not_blind(agreed, clock):
    row = disputed(agreed)
    site, url = site_of(agreed.city), f"/rereviews/{row.number}"
    owner, decider, operator = (
        site.as_(one) for one in (agreed.owner, a_decider(agreed.here), agreed.operator)
    )
    todo = owner.get("/workbench").text
    assert "对方的异议可由主管部门裁定" in todo
    assert "核对复评用的成果副本" in todo
    assert (
        told(agreed, agreed.owner, "rereview.hearing"),
        told(agreed, agreed.owner, "rereview.copy"),
    ) == (2, 0)
    page = decider.get(f"{url}/decide").text
    assert "现在还不能裁定" in page
    assert "作出裁定</button>" not in page
    with agreed.work() as work:
        deliverable = agreed.rounds()[0].deliverable
        stored = work.session.get_one(StoredFile, deliverable.file_id)
    for words in (stored.digest, stored.media_type, "申请人自己制作", "还没有核对。"):
        assert words in page, words
    assert decider.get(f"{url}/delivered").status_code == 200
    assert owner.get(f"{url}/delivered").status_code == 403
    assert operator.get(f"{url}/original").status_code == 404
    assert owner.post(f"{url}/comment", data={"words": COMMENT}).status_code == 303
    assert owner.post(f"{url}/copy/agree").status_code == 303
    page = decider.get(f"{url}/decide").text
    for words in (COMMENT, "认为与提交的成果一致。", "作出裁定"):
        assert words in page, words
    assert "现在还不能裁定" not in page


def test_where_no_expert_is_kept_blind_the_contract_is_named_and_the_dispute_is_not(agreed):
    row, public = disputed(agreed), site_of(agreed.city).as_()
    page = public.get(f"/rereviews/{row.number}").text
    assert agreed.contract().number in page
    assert "本页不公开是哪份合同" not in page
    comment(agreed, row)
    page = public.get(f"/rereviews/{row.number}").text
    assert COMMENT not in page
    with agreed.work() as work:
        assert queries.points_of(work, row)[0].words not in page


def test_while_experts_may_read_nobody_is_told_which_contract_it_is(agreed):
    a_pool(agreed)
    row = ask(agreed)
    page = site_of(agreed.city).as_().get(f"/rereviews/{row.number}").text
    assert agreed.contract().number not in page
    assert "本页不公开是哪份合同" in page


def returned_again(agreed, clock):
    agreed.deliver()
    working_days_later(clock, 1)
    agreed.return_work()


def lose(agreed, clock, *, days=0):
    """Let the firm lose a dispute before an authority; return what the accounts were before it."""
    row = disputed(agreed)
    agree(agreed, row)
    comment(agreed, row)
    working_days_later(clock, days)
    was = accounts_of(agreed)
    assert decide(agreed, row).state is RereviewState.UPHELD
    return row, was


def test_the_first_dispute_that_is_lost_leaves_its_days_and_the_next_pays(here, clock):
    agreed = a_returned_one(here, clock)
    _, was = lose(agreed, clock, days=3)
    first = accounts_of(agreed)
    # The day that is running is the firm's already; those before stay the judges'.
    assert first[Party.REVIEWER] == was[Party.REVIEWER] - 1 > 0
    returned_again(agreed, clock)
    row, was = lose(agreed, clock, days=3)
    now = accounts_of(agreed)
    assert was[Party.REVIEWER] > first[Party.REVIEWER]
    assert now[Party.REVIEWER] == first[Party.REVIEWER]
    assert sum(now.values()) == sum(was.values())
    assert now[Party.FIRM] == was[Party.FIRM] + was[Party.REVIEWER] - now[Party.REVIEWER]
    page = site_of(agreed.city).as_().get(f"/rereviews/{row.number}").text
    assert "复评占用的时间计申请人" in page
    assert "专家评审的时间仍计评审审批" not in page
    returned_again(agreed, clock)
    page = site_of(agreed.city).as_(agreed.firm).get(f"/rereviews/of/{agreed.contract_id}/ask").text
    assert "已有 2 次申请的争议全部没有成立" in page
    assert compare(agreed.here).differences == ()


def test_an_authority_that_is_late_has_its_own_days(agreed, clock):
    lose(agreed, clock)
    returned_again(agreed, clock)
    row = disputed(agreed)
    clock.move_to(row.due_at)
    was = accounts_of(agreed)
    assert decide(agreed, row).state is RereviewState.UPHELD
    assert accounts_of(agreed)[Party.REVIEWER] >= was[Party.REVIEWER] - 1
    returned_again(agreed, clock)
    row = disputed(agreed)
    clock.move_to(row.due_at)
    jobs.sweep(agreed.here)
    was = accounts_of(agreed)
    withdraw(agreed, row)
    assert accounts_of(agreed)[Party.REVIEWER] >= was[Party.REVIEWER] - 1


def test_who_loses_before_experts_again_pays_for_their_time_too(agreed, clock):
    lose(agreed, clock)
    returned_again(agreed, clock)
    pool = a_pool(agreed)
    row = ask(agreed)
    people = members(agreed, drawn(agreed, row), pool)
    clock.advance(timedelta(days=2))
    before = accounts_of(agreed)
    done = judged(agreed, row, people, FOUNDED, FOUNDED, FOUNDED)
    assert done.state is RereviewState.UPHELD
    now = accounts_of(agreed)
    assert now[Party.REVIEWER] < before[Party.REVIEWER]
    panel_jobs.run_due(agreed.here)


def test_a_clock_s_row_says_what_became_of_the_time(agreed):
    row = disputed(agreed)
    with agreed.work() as work:
        words = [
            one.why for one in events_of(work, clock_of(work, f"contract:{agreed.contract_id}"))
        ]
    assert not any("第三方" in one for one in words)
    assert "没有组成复评小组，恢复计中介机构的时间" in words
    assert row.state is RereviewState.REFERRED


def test_the_terms_of_the_hearing_are_counted_again_from_their_own_days(agreed, clock):
    row = ask(agreed)
    working_days_later(clock, 1)
    refer(agreed, row)
    stored = found(agreed, row)
    with agreed.work() as work:
        one = queries.by_number(work, row.number)
        for term, at in (
            (recounting.COMMENT, stored.comment_by_at),
            (recounting.COPY, stored.copy_by_at),
        ):
            assert term.move(work, one.id) == (at, at)
            [read] = [each for each in term.read(work, 0, 9) if each.id == one.id]
            assert read.due() == at
