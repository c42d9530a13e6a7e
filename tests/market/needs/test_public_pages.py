"""The operator's check, and the public page of a notice."""

import hashlib
import json
import re
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient

from market.clock import ManualClock, beijing
from market.db import Actor, reading_work, unit_of_work
from market.needs import actions, queries
from market.needs.rules import Move, NeedState
from tests.market.factories.accounts import a_code
from tests.market.factories.needs import (
    a_need,
    a_published_need,
    a_submitted_need,
    an_approved_need,
    an_operator,
    an_owner,
    fail,
    need_facts,
    publish,
)

REASON = "资金来源与批复文件不一致，请核对。"


def test_the_operator_lists_what_waits_with_its_term(operator: FlaskClient, fast_here, clock):
    assert "没有待审核的需求" in operator.get("/needs/checks").text
    first = an_approved_need(fast_here, clock)
    clock.advance(timedelta(minutes=10))
    second = an_approved_need(fast_here, clock)
    page = operator.get("/needs/checks").text
    assert page.index(first.title) < page.index(second.title)
    assert "2026-03-04 24:00" in page
    assert "2 个工作日内审核（依据：平台默认值）" in page
    workbench = operator.get("/workbench").text
    assert "审核采购需求" in workbench
    assert first.title in workbench


def test_the_check_shows_the_whole_need_and_the_timetable_it_would_have(operator, fast_here, clock):
    need = an_approved_need(fast_here, clock, mode="A", recusals=((a_code(), "股权关系"),))
    page = operator.get(f"/needs/{need.id}/check").text
    for words in (need.title, need.number, "¥120,000.00", "股权关系", "公共信标", "李经办"):
        assert words in page
    assert "2026-03-06 10:00" in page
    assert ">不符合" not in page


def test_a_checked_need_is_published_from_its_check_and_its_page_leads_to_the_draw(
    *, operator, clerk, client, owner, fast_here, clock
):
    need = an_approved_need(fast_here, clock, owner=owner)
    page = operator.get(f"/needs/{need.id}/check").text
    address = re.search(r'action="([^"]*publish[^"]*)"', page)[1]
    assert "disabled" not in page[page.index("如现在发布") :]
    assert operator.post(address, data={}).status_code == 303
    notice = client.get(f"/needs/{need.number}").text
    assert 'href="/draws/GG-2026-000001"' in notice
    assert "撤回公告" in clerk.get(f"/needs/{need.id}/own").text
    assert "不在审核环节" in operator.get(f"/needs/{need.id}/check").text


def test_a_year_without_a_calendar_is_said_before_anyone_presses_the_button(
    browser, owner, fast_here, clock: ManualClock
):
    clock.move_to(beijing(date(2026, 12, 29), 9))
    operator, clerk = browser(an_operator(fast_here)[0]), browser(owner.clerk)
    need = an_approved_need(fast_here, clock, owner=owner)
    page = operator.get(f"/needs/{need.id}/check").text
    assert "日历中没有2027年的放假安排" in page
    assert re.search(r"<button[^>]*disabled[^>]*>通过并发布公告", page)
    assert "日历中没有2027年的放假安排" in clerk.get(f"/needs/{need.id}/own").text
    assert operator.get("/needs/checks").status_code == 200


def test_a_need_is_returned_with_its_reason_once(operator, clerk, owner, fast_here, clock):
    need = an_approved_need(fast_here, clock, owner=owner)
    for wrong in ("", "不行", "长" * 1001):
        answer = operator.post(f"/needs/{need.id}/return", data={"reason": wrong})
        assert answer.status_code in {409, 422}
        assert wrong in answer.text
    answer = operator.post(f"/needs/{need.id}/return", data={"reason": REASON})
    assert answer.status_code == 303
    assert REASON in clerk.get(f"/needs/{need.id}/own").text
    assert operator.post(f"/needs/{need.id}/return", data={"reason": REASON}).status_code == 404


def test_a_return_of_what_was_published_meanwhile_is_refused(operator, fast_here, clock):
    need, _ = a_published_need(fast_here, clock)
    answer = operator.post(f"/needs/{need.id}/return", data={"reason": REASON})
    assert answer.status_code == 409
    assert "可能他人已经办理" in answer.text


def test_the_operator_sees_only_what_has_come_to_it(operator, clerk, fast_here, clock):
    for made in (a_need, a_submitted_need):
        need = made(fast_here, clock)
        assert operator.get(f"/needs/{need.id}/check").status_code == 404
        answer = operator.post(f"/needs/{need.id}/return", data={"reason": REASON})
        assert answer.status_code == 404
    assert operator.get(f"/needs/{'9' * 40}/check").status_code == 404
    assert clerk.get("/needs/checks").status_code == 403


def test_before_its_notice_a_need_is_known_to_its_own_people_only(
    *, client, clerk, operator, browser, owner, fast_here, clock
):
    stranger = browser(an_owner(fast_here).clerk)
    for made in (a_need, a_submitted_need, an_approved_need):
        need = made(fast_here, clock, owner=owner)
        for other in (client, stranger):
            assert other.get(f"/needs/{need.number}").status_code == 404
            assert other.get(f"/needs/{need.number}/notice-1.json").status_code == 404
        assert clerk.get(f"/needs/{need.number}").location == f"/needs/{need.id}/own"
        seen = operator.get(f"/needs/{need.number}")
        assert seen.status_code == (302 if need.state is NeedState.CHECK else 404)


@pytest.mark.parametrize(
    "number", ["XQ-2026-999999", "XQ-", "nothing", "XQ-%00", "GG-2026-000001", "XQ-" + "9" * 3000]
)
def test_a_number_nobody_has_is_not_found(client, fast_here, clock, number):
    a_published_need(fast_here, clock)
    assert client.get(f"/needs/{number}").status_code == 404
    assert client.get(f"/needs/{number}/notice-1.json").status_code == 404


def test_the_public_reads_every_field_of_the_notice(client, fast_here, clock):
    code = a_code()
    need, notice = a_published_need(fast_here, clock, recusals=((code, "与业主存在股权关系"),))
    page = client.get(f"/needs/{need.number}").text
    body = json.loads(notice.document)
    expected = [
        notice.number,
        need.title,
        body["owner"]["name"],
        body["owner"]["code"],
        body["item"]["name"],
        body["project"]["name"],
        body["project"]["code"],
        body["requirements"][0],
        body["staff_certificate"],
        need.scale,
        need.funding_source,
        "¥120,000.00",
        "18 个工作日",
        need.contact_name,
        "0755-86001234",
        code,
        "与业主存在股权关系",
        "演示模式",
        "2026-03-06 10:00",
        "2026-03-06 10:05",
        "2026-03-06 10:35",
        "2026-03-06 10:45",
        notice.digest,
        body["regulation"]["id"],
        body["regulation"]["digest"],
        "平台默认值",
    ]
    assert [words for words in expected if words not in page] == []
    assert all(line in page for line in need.content.splitlines())


def test_the_document_is_served_byte_for_byte(client, fast_here, clock):
    need, notice = a_published_need(fast_here, clock)
    answer = client.get(f"/needs/{need.number}/notice-1.json")
    assert answer.status_code == 200
    assert answer.data == notice.document
    assert hashlib.sha256(answer.data).hexdigest() == notice.digest
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{notice.number}.json"'
    assert client.get(f"/needs/{need.number}/notice-2.json").status_code == 404
    assert client.get(f"/needs/{need.number}/notice-{'9' * 30}.json").status_code == 404


def test_the_page_shows_the_notice_and_not_what_is_typed_afterwards(
    client, clerk, owner, fast_here, clock
):
    need, _ = a_published_need(fast_here, clock, owner=owner, title="公告时的名称")
    fail(fast_here, need, "too_few_enrolled", "符合条件的机构 4 家，\n报名 1 家。")
    with unit_of_work(fast_here.sessions, owner.clerk_actor, fast_here.clock) as work:
        own = queries.own(work, need.id)
        actions.edit(work, own, need_facts(clock, title="后来改的名称"))
        actions.renotice(work, own)
    page = client.get(f"/needs/{need.number}").text
    assert "公告时的名称" in page
    assert "后来改的名称" not in page
    assert "流标" in page
    assert "报名机构不足规定家数" in page
    assert "符合条件的机构 4 家，<br>报名 1 家。" in page
    assert "业主正在准备再次公告" in page
    assert "待内部审批" not in page


def test_each_attempt_keeps_its_page(client, owner, fast_here, clock: ManualClock):
    need, first = a_published_need(fast_here, clock, owner=owner, title="第一次的名称")
    fail(fast_here, need, "freeze_missed", "名单未按时冻结。")
    with unit_of_work(fast_here.sessions, owner.clerk_actor, fast_here.clock) as work:
        own = queries.own(work, need.id)
        actions.edit(work, own, need_facts(clock, title="第二次的名称"))
        actions.renotice(work, own)
    with unit_of_work(fast_here.sessions, owner.approver_actor, fast_here.clock) as work:
        actions.approve(work, queries.own(work, need.id))
    with reading_work(fast_here.sessions, Actor("test"), fast_here.clock) as work:
        need = queries.by_id(work, need.id)
    _, second = publish(fast_here, need)
    page = client.get(f"/needs/{need.number}").text
    assert "第二次的名称" in page
    assert "报名中" in page
    assert first.number in page
    assert "名单未在规定时间内冻结" in page
    old = client.get(f"/needs/{need.number}?attempt=1").text
    assert "第一次的名称" in old
    assert "这是以前的公告" in old
    for attempt, notice in ((1, first), (2, second)):
        served = client.get(f"/needs/{need.number}/notice-{attempt}.json").data
        assert hashlib.sha256(served).hexdigest() == notice.digest


def test_a_withdrawn_notice_says_so_and_why(client, owner, fast_here, clock):
    need, _ = a_published_need(fast_here, clock, owner=owner)
    with unit_of_work(fast_here.sessions, owner.clerk_actor, fast_here.clock) as work:
        actions.withdraw(work, queries.own(work, need.id), "项目因规划调整暂缓实施。")
    page = client.get(f"/needs/{need.number}").text
    assert "业主已撤回本需求" in page
    assert "项目因规划调整暂缓实施。" in page
    assert owner.clerk.name not in page


def test_markup_in_a_need_is_shown_as_text(client, fast_here, clock):
    need, _ = a_published_need(
        fast_here, clock, title="<script>alert(1)</script>", content="<b>加粗</b>\n第二行"
    )
    page = client.get(f"/needs/{need.number}").text
    assert "<script>alert" not in page
    assert "&lt;b&gt;加粗&lt;/b&gt;<br>第二行" in page


@pytest.mark.parametrize(
    ("moves", "done", "current"),
    [
        ([], 1, "报名截止"),
        (["close"], 1, "报名截止"),
        (["close", "draw"], 5, "中选公示"),
        (["close", "draw", "offer"], 6, "确认并签订合同"),
        (["close", "draw", "offer", "contract"], 7, "履行合同"),
        (["close", "draw", "offer", "contract", "complete"], 9, None),
    ],
)
def test_the_course_of_a_notice_is_shown_step_by_step(
    *, client, fast_here, clock, moves, done, current
):
    need, _ = a_published_need(fast_here, clock)
    with unit_of_work(fast_here.sessions, Actor("job:draws"), fast_here.clock) as work:
        for move in moves:
            actions.step(work, queries.by_id(work, need.id), Move(move))
    page = client.get(f"/needs/{need.number}").text
    course = page[page.index('aria-label="时间表"') :]
    assert course.count("z-step--done") == done
    shown = re.search(r'z-step--current".*?z-step__label">(.*?)<', course, re.DOTALL)
    assert (shown[1].strip() if shown else None) == current
