"""Whether the copy is what was handed in is asked of who has read it, before any expert reads."""

from datetime import timedelta

import pytest

from market.access import OrgKind, Role
from market.clocks.queries import clock_of, statement
from market.clocks.rules import Party
from market.errors import MissingError
from market.panels import jobs as panel_jobs
from market.panels.queries import seats_of
from market.rereview import queries
from market.rereview.actions import copying
from market.rereview.errors import (
    AskedBeforeError,
    CopyAnsweredError,
    CopyCheckedError,
    CopyWordsShortError,
)
from market.rereview.rules import RereviewState, calls_from
from market.selfaudit.compare import compare
from tests.market.draws.test_pages import site_of
from tests.market.factories.contracts import a_delivered_contract
from tests.market.factories.firms import a_person
from tests.market.factories.rereview import a_pool, ask, drawn, found, withdraw
from tests.market.rereview.test_sides import BOTH, a_failed_one

DIFFERS = "副本第三章是另一份报告，提交的成果里没有这一章。"
FOUND = "逐页对照两份文件，第三章在提交的成果中不存在。"
SAME = "逐页对照两份文件，只隐去了单位名称，内容一致。"
SECOND = timedelta(seconds=1)


def a_returned_contract(here, clock):
    made = a_delivered_contract(here, clock)
    clock.advance(timedelta(days=3))
    made.return_work()
    return made


@pytest.fixture
def returned(fast_here, clock):
    """A contract whose owner returned an empty page, and the firm's dispute with another file."""
    agreed = a_returned_contract(fast_here, clock)
    a_pool(agreed)
    return agreed, ask(agreed, checked=False)


def doubt(agreed, row, words=DIFFERS, person=None):
    with agreed.work(person or agreed.owner) as work:
        copying.doubt(work, queries.for_side(work, row.number), words)
    return found(agreed, row)


def answer(agreed, row, *, is_same, words=FOUND):
    with agreed.work(agreed.operator) as work:
        copying.answer(work, queries.by_number(work, row.number), is_same=is_same, words=words)
    return found(agreed, row)


def called(agreed, row, at):
    agreed.here.clock.move_to(at)
    panel_jobs.run_due(agreed.here)
    with agreed.work() as work:
        return len(seats_of(work, queries.panel_of(work, row)))


def due_at(agreed, row):
    with agreed.work() as work:
        return queries.check_of(work, row).due_at


def test_the_experts_wait_for_whoever_may_speak_before_them(clock):
    now = clock()
    assert calls_from(now) == now
    assert calls_from(now, None, now - SECOND) == now
    assert calls_from(now, now + SECOND, None, now + 2 * SECOND) == now + 2 * SECOND


def test_nobody_reads_the_copy_before_the_owner_had_its_time_and_silence_goes_on(returned):
    agreed, row = returned
    panel = drawn(agreed, row)
    assert row.copy_by_at > panel.phi_at
    assert called(agreed, row, row.copy_by_at - SECOND) == 0
    assert called(agreed, row, row.copy_by_at) == 3
    with pytest.raises(CopyCheckedError):
        doubt(agreed, row)


def test_who_finds_it_right_lets_the_experts_begin(returned):
    agreed, row = returned
    panel = drawn(agreed, row)
    with agreed.work(agreed.owner) as work:
        copying.agree(work, queries.for_side(work, row.number))
    assert called(agreed, row, panel.phi_at) == 3
    with pytest.raises(CopyCheckedError):
        doubt(agreed, row)


def test_only_the_other_side_doubts_it_and_says_why(returned):
    agreed, row = returned
    with pytest.raises(CopyCheckedError):
        doubt(agreed, row, person=agreed.firm)
    with pytest.raises(MissingError):
        doubt(agreed, row, person=a_person(agreed.here, OrgKind.OWNER, Role.OWNER_CLERK))
    with pytest.raises(CopyWordsShortError):
        doubt(agreed, row, "不一致")
    with pytest.raises(CopyAnsweredError):
        answer(agreed, row, is_same=True)


def test_a_copy_that_is_another_file_ends_the_dispute_at_the_cost_of_who_made_it(here, clock):
    agreed = a_returned_contract(here, clock)
    a_pool(agreed)
    row = ask(agreed, checked=False)
    doubt(agreed, row)
    drawn(agreed, row)
    assert called(agreed, row, due_at(agreed, row) - SECOND) == 0
    done = answer(agreed, row, is_same=False)
    assert done.state is RereviewState.REFUSED
    panel_jobs.run_due(agreed.here)
    with agreed.work() as work:
        assert not seats_of(work, queries.panel_of(work, row))
        assert queries.result_of(work, row) is not None
        said = statement(work, clock_of(work, f"contract:{agreed.contract_id}"))
        assert said.accounts.get(Party.REVIEWER, 0) == 0
    with pytest.raises(CopyAnsweredError):
        answer(agreed, row, is_same=True)
    assert compare(agreed.here).differences == ()


def test_a_refused_copy_leaves_the_other_side_its_own_dispute(fast_here, clock, monkeypatch):
    agreed = a_failed_one(fast_here, clock, monkeypatch)
    a_pool(agreed)
    row = ask(agreed, BOTH, person=agreed.owner, checked=False)
    doubt(agreed, row, person=agreed.firm)
    assert answer(agreed, row, is_same=False).state is RereviewState.REFUSED
    with pytest.raises(AskedBeforeError):
        ask(agreed, BOTH, person=agreed.owner)
    again = ask(agreed, BOTH)
    assert (again.state, again.asked_by_org_id) == (
        RereviewState.DRAWING,
        agreed.firm.actor.org_id,
    )


def test_a_copy_that_is_found_right_and_an_operator_that_is_silent_both_go_on(returned):
    agreed, row = returned
    panel = drawn(agreed, row)
    doubt(agreed, row)
    answer(agreed, row, is_same=True, words=SAME)
    assert called(agreed, row, panel.phi_at + SECOND) == 3


def test_the_operator_s_silence_goes_on(returned):
    agreed, row = returned
    drawn(agreed, row)
    doubt(agreed, row)
    last = due_at(agreed, row)
    assert called(agreed, row, last - SECOND) == 0
    assert called(agreed, row, last) == 3
    with pytest.raises(CopyAnsweredError):
        answer(agreed, row, is_same=False)


def test_on_pages_nothing_of_it_is_public_and_the_operator_reads_both_files(returned):
    agreed, row = returned
    site, url = site_of(agreed.city), f"/rereviews/{row.number}"
    owner, operator, firm = (
        site.as_(person) for person in (agreed.owner, agreed.operator, agreed.firm)
    )
    assert "核对复评用的成果副本" in owner.get("/workbench").text
    assert "check-copy" in owner.get(url).text
    assert "check-copy" not in firm.get(url).text
    assert operator.get(f"{url}/original").status_code == 404
    assert owner.post(f"{url}/copy/doubt", data={"words": DIFFERS}).status_code == 303
    assert "认定复评的成果副本是否一致" in operator.get("/workbench").text
    page = operator.get(f"{url}/copy/find").text
    assert DIFFERS in page
    assert operator.get(f"{url}/original").status_code == 200
    for reader in (site.as_(), site.as_(a_person(agreed.here, OrgKind.FIRM, Role.FIRM_DELEGATE))):
        shown = reader.get(url).text
        assert DIFFERS not in shown
        assert "副本的核对" not in shown
    assert DIFFERS in firm.get(url).text
    data = {"outcome": "other", "words": FOUND}
    assert operator.post(f"{url}/copy/find", data=data).status_code == 303
    public = site.as_().get(url).text
    assert "复评终止，退回不变" in public
    assert DIFFERS not in public
    assert FOUND not in public
    assert FOUND in owner.get(url).text


WAITS_FOR_LOOK = "合同另一方可以先核对成果副本"
WAITS_FOR_FINDING = "运营机构认定以后才通知专家"
GOES_ON = "运营机构在期限内没有认定，复评继续"


def page_of(agreed, row):
    return site_of(agreed.city).as_(agreed.owner).get(f"/rereviews/{row.number}").text


def test_the_page_waits_for_nobody_whose_term_is_over(returned, clock):
    agreed, row = returned
    assert WAITS_FOR_LOOK in page_of(agreed, row)
    clock.move_to(row.copy_by_at - SECOND)
    doubt(agreed, row)
    assert WAITS_FOR_LOOK not in page_of(agreed, row)
    assert WAITS_FOR_FINDING in page_of(agreed, row)
    clock.move_to(due_at(agreed, row))
    page = page_of(agreed, row)
    assert (WAITS_FOR_FINDING in page, GOES_ON in page) == (False, True)


def test_the_page_waits_for_no_look_that_comes_too_late(returned, clock):
    agreed, row = returned
    clock.move_to(row.copy_by_at)
    assert WAITS_FOR_LOOK not in page_of(agreed, row)


def test_nothing_goes_on_where_the_dispute_was_taken_back(returned, clock):
    agreed, row = returned
    doubt(agreed, row)
    last = due_at(agreed, row)
    withdraw(agreed, row)
    for at in (clock(), last):
        clock.move_to(at)
        page = page_of(agreed, row)
        assert GOES_ON not in page
        assert "运营机构没有认定，核对已经结束。" in page
