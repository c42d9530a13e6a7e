"""What a clerk and a second person are told before they press, and what they may take back."""

from dataclasses import replace

import pytest

from market.app import create_app
from market.catalogue.aliases import aliases
from market.catalogue.queries import all_items, search
from market.codes import phone_shown
from market.db import reading_work, unit_of_work
from market.installation import Installation
from market.needs import actions, queries
from market.needs.errors import AnnouncedError, DemonstrationSourceError, VagueReasonError
from market.needs.methods import Method
from market.needs.record.rules import CancelGround, says_what
from market.needs.rules import IllegalMoveError, NeedState
from market.web.once import fresh_key
from tests.market.factories.accounts import sign_in
from tests.market.factories.needs import (
    ITEM,
    a_need,
    a_published_need,
    a_submitted_need,
    fail,
    need_facts,
)

NEW = f"/needs/new?item={ITEM}"


@pytest.fixture
def real(fast_here) -> Installation:
    """The same market, as one that is no demonstration."""
    return Installation.open(replace(fast_here.config, demo=False), fast_here.clock)


def test_what_the_platform_knows_beforehand_is_for_demonstrations(fast_here, real, clock, owner):
    need = a_submitted_need(fast_here, clock, owner=owner, mode="D1")
    with unit_of_work(real.sessions, owner.clerk_actor, clock) as work:
        with pytest.raises(DemonstrationSourceError):
            actions.draft(work, need_facts(clock, mode="D1"))
        assert actions.draft(work, need_facts(clock, mode="D2")).mode == "D2"
    app = create_app(real)
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    sign_in(client, owner.clerk)
    for address in (NEW, f"{NEW}&copy={need.id}"):
        page = client.get(address).text
        assert 'value="D1"' not in page
        (usual,) = [one for one in page.splitlines() if 'value="D2"' in one]
        assert "checked" in usual


def test_a_method_without_experts_enough_says_so_and_cannot_be_chosen(clerk):
    page = clerk.get(NEW).text
    (line,) = [one for one in page.splitlines() if 'value="scored"' in one]
    assert "disabled" in line
    assert "现在不能选：专家库中本事项的有效专家只有 0 名" in page
    (line,) = [one for one in page.splitlines() if 'value="lottery"' in one]
    assert "disabled" not in line


def test_a_hindered_method_that_is_chosen_is_still_sent(clerk, fast_here, clock, owner):
    scored = a_need(
        fast_here, clock, owner=owner, method=Method.SCORED, criteria="方案：60\n人员：40"
    )
    page = clerk.get(f"/needs/{scored.id}/edit").text
    (line,) = [one for one in page.splitlines() if 'value="scored"' in one]
    assert "disabled" not in line


def test_the_second_person_is_asked_with_the_amount(approver, fast_here, clock, owner):
    need = a_submitted_need(fast_here, clock, owner=owner)
    page = approver.get(f"/needs/{need.id}/own").text
    assert f'data-confirm="审批通过“{need.title}”：服务费上限 120,000 元' in page
    assert "照此再发一条" not in page
    assert "收回修改" not in page


def test_a_need_that_nobody_has_approved_is_taken_back(clerk, approver, fast_here, clock, owner):
    need = a_submitted_need(fast_here, clock, owner=owner)
    assert "收回修改" in clerk.get(f"/needs/{need.id}/own").text
    sent = {"request_key": fresh_key()}
    assert approver.post(f"/needs/{need.id}/recall", data=sent).status_code == 403
    assert clerk.post(f"/needs/{need.id}/recall", data=sent).status_code == 303
    with unit_of_work(fast_here.sessions, owner.clerk_actor, clock) as work:
        own = queries.own(work, need.id)
        assert own.state is NeedState.DRAFT
        with pytest.raises(IllegalMoveError):
            actions.recall(work, own)


def test_a_need_that_was_announced_is_no_draft_again(fast_here, clock, owner):
    need, _ = a_published_need(fast_here, clock, owner=owner)
    fail(fast_here, need, "too_few_enrolled", "报名机构只有 1 家。")
    with unit_of_work(fast_here.sessions, owner.clerk_actor, clock) as work:
        own = queries.locked(work, need.id)
        actions.renotice(work, own)
        assert not actions.may_recall(work, own)
        with pytest.raises(AnnouncedError):
            actions.recall(work, own)


def test_the_preview_leads_on(clerk, approver, fast_here, clock, owner):
    need = a_need(fast_here, clock, owner=owner)
    page = clerk.get(f"/needs/{need.id}/preview").text
    assert page.count("提交审批</button>") == page.count(f'href="/needs/{need.id}/edit"') == 2
    page = approver.get(f"/needs/{need.id}/preview").text
    assert "提交审批</button>" not in page
    assert "返回，不发布" in page


def test_another_reason_is_written_out(fast_here, clock, owner):
    need, _ = a_published_need(fast_here, clock, owner=owner)
    for words in ("就是不想要了", "其他其他其他其他其他其他"):
        with (
            pytest.raises(VagueReasonError),
            unit_of_work(fast_here.sessions, owner.clerk_actor, clock) as work,
        ):
            actions.withdraw(work, queries.locked(work, need.id), words, CancelGround.OTHER)
    assert says_what("项目方案调整，暂缓实施")
    with unit_of_work(fast_here.sessions, owner.clerk_actor, clock) as work:
        actions.withdraw(work, queries.locked(work, need.id), "资金未到位", CancelGround.FUNDING)


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("环评", "ZJ-03-001-01"),
        ("环评报告表", "ZJ-03-001-02"),
        ("可研", "ZJ-01-001-02"),
        ("稳评", "ZJ-03-005-01"),
        ("水保", "ZJ-06-002-01"),
        ("能评", "ZJ-01-004-01"),
        ("图审", "ZJ-05-002-01"),
        ("造价", "ZJ-01-003-01"),
        ("监理", "ZJ-07-001-01"),
        ("测绘", "ZJ-06-001-02"),
    ],
)
def test_short_names_find_their_items(clock, fast_here, owner, word, code):
    with reading_work(fast_here.sessions, owner.clerk_actor, clock) as work:
        found = {item.code for item in search(word, work.today)}
        known = {item.code for item in all_items(work.today)}
    assert code in found
    assert len(found) < 6
    assert set(aliases()) <= known


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("08397200045", "0839-7200045"),
        ("01065551234", "010-65551234"),
        ("02081234567", "020-81234567"),
        ("4008101234", "400-810-1234"),
        ("13800138000", "13800138000"),
        ("0839-7200045", "0839-7200045"),
    ],
)
def test_a_landline_is_shown_with_its_area_code_apart(number, shown):
    assert phone_shown(number) == shown


def test_a_how_to_has_no_progress_to_read_out(client):
    assert "未开始" not in client.get("/").text
