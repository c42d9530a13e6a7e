"""The pages on which an owner writes, approves, withdraws and repeats a need."""

import re
from dataclasses import fields, replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from market.access import Role
from market.accounts.queries import organisation
from market.clock import ManualClock
from market.db import Actor, reading_work, unit_of_work
from market.installation import Installation
from market.needs import actions, queries
from market.needs.model import Need
from market.needs.rules import NeedState
from market.web.once import fresh_key
from tests.market.factories.accounts import a_code, a_user
from tests.market.factories.checks import explain_all
from tests.market.factories.firms import some_firms
from tests.market.factories.needs import (
    ITEM,
    TENDERED_ITEM,
    Owner,
    a_need,
    a_published_need,
    a_submitted_need,
    an_approved_need,
    an_operator,
    an_owner,
    fail,
    need_facts,
)

REASON = "资金来源与批复文件不一致，请核对。"
NEW = f"/needs/new?item={ITEM}"


def typed(clock: ManualClock, **differences) -> dict[str, str]:
    """Return what a clerk types into the form."""
    facts = need_facts(clock)
    said = {f.name: getattr(facts, f.name) for f in fields(facts) if f.name != "recusals"}
    form = {name: str(value) for name, value in said.items() if value is not None}
    del form["item_code"]
    del form["projects_required"]  # the form asks for it only where a city's rules allow it
    form["ceiling_fen"] = "120,000.00"
    return {"move": "save", "request_key": fresh_key(), **form, **differences}


def as_now(here: Installation, need_id: int) -> Need:
    with reading_work(here.sessions, Actor("test"), here.clock) as work:
        return queries.by_id(work, need_id)


def needs_in(here: Installation, owner: Owner) -> list[Need]:
    with reading_work(here.sessions, owner.clerk_actor, here.clock) as work:
        return list(queries.own_list(work))


def test_the_item_is_chosen_first_and_fills_in_the_form(clerk: FlaskClient, owner: Owner):
    page = clerk.get("/needs/new")
    assert f"/needs/new?item={ITEM}" in page.text
    assert ITEM not in clerk.get("/needs/new?q=监理").text
    assert "没有找到服务事项" in clerk.get("/needs/new?q=没有这种服务").text
    form = clerk.get(NEW).text
    assert "环境影响评价信用平台" in form
    assert re.search(r'<input[^>]*id="service_working_days"[^>]*value="18"', form)
    assert owner.clerk.name in form
    for words in ("公共信标", "平台与监督方共同", "演示模式", "不具有公信力"):
        assert words in form


def test_an_unknown_item_is_not_found(clerk: FlaskClient):
    for code in ("ZJ-99-001-01", "x" * 3000, "%00"):
        assert clerk.get(f"/needs/new?item={code}").status_code == 404


@pytest.fixture
def market(fast_here: Installation, clock: ManualClock) -> None:
    """A market in which a firm qualifies; entered before anybody signs in, for it takes days."""
    some_firms(fast_here, clock, 1)
    clock.move_to(clock() + timedelta(days=1))


@pytest.mark.usefixtures("market")
def test_a_draft_is_saved_and_a_need_submitted(clerk, fast_here, clock, owner):
    code = a_code()
    answer = clerk.post(
        NEW, data=typed(clock, **{"recusals-0-code": code.lower(), "recusals-0-reason": "股权关系"})
    )
    assert answer.status_code == 303, answer.text
    (need,) = needs_in(fast_here, owner)
    assert answer.location == f"/needs/{need.id}/own"
    assert (need.state, need.ceiling_fen) == (NeedState.DRAFT, 12_000_000)
    page = clerk.get(answer.location)
    assert code in page.text
    assert "0755-86001234" in page.text
    assert clerk.post(NEW, data=typed(clock, move="submit")).status_code == 303
    assert {n.state for n in needs_in(fast_here, owner)} == {NeedState.DRAFT, NeedState.APPROVAL}


LONG = {
    "title": 200,
    "content": 5000,
    "scale": 500,
    "project_code": 50,
    "project_name": 200,
    "funding_source": 100,
    "contact_name": 50,
    "contact_phone": 30,
}
WRONG = [
    ("ceiling_fen", "很多", "请用数字填写金额"),
    ("ceiling_fen", "1.001", "最多保留两位小数"),
    ("ceiling_fen", "0", "须大于 0 元"),
    ("ceiling_fen", "-1", "金额须在 0 到"),
    ("ceiling_fen", "1e99", "请用数字填写金额"),
    ("ceiling_fen", "NaN", "请用数字填写金额"),
    ("service_working_days", "十", "请填写整数"),
    ("service_working_days", "0", "1 到"),
    ("service_working_days", "19", "1 至 18 个工作日"),
    ("service_working_days", "9" * 30, "数字太大"),
    ("staff_required", "0", "至少须配备 1 名"),
    ("staff_required", "-1", "0 到 99"),
    ("alternates", "3", "候补家数须为 0 至 2"),
    ("alternates", "-1", "0 到"),
    ("mode", "E", "请从列表中选择"),
    ("contact_phone", "12345", "不是有效的电话号码"),
    ("title", "标题\x07", "控制字符"),
]


MISSING = [
    *((name, "", "请填写此项") for name in LONG if name != "project_code"),
    *((n, "", "请填写此项") for n in ("ceiling_fen", "service_working_days", "alternates")),
]
TOO_LONG = [(name, "长" * (most + 1), f"最多 {most} 个字") for name, most in LONG.items()]


@pytest.mark.parametrize("cases", [WRONG, MISSING, TOO_LONG], ids=["wrong", "missing", "too-long"])
def test_what_is_wrong_is_said_at_its_field_and_all_that_was_typed_is_kept(
    *, clerk, fast_here, clock, owner, cases
):
    for field, value, words in cases:
        sent = typed(clock, **{field: value})
        answer = clerk.post(NEW, data=sent)
        assert answer.status_code in {409, 422}, (field, value)
        at_the_field = rf'id="{field}[^"]*-error".*?{re.escape(words)}'
        assert re.search(at_the_field, answer.text, re.DOTALL), (field, value)
        for name, kept in sent.items():
            if name not in {"move", "request_key", "mode", "content"} and "\x07" not in kept:
                shown = f'value="{kept}"', f">\r\n{kept}</textarea>"
                assert any(words in answer.text for words in shown), (field, name)
    assert needs_in(fast_here, owner) == []
    again = typed(clock) | {"request_key": sent["request_key"]}
    assert clerk.post(NEW, data=again).status_code == 303  # a refusal does not use up the key


def test_a_form_without_any_field_says_what_is_missing(clerk, fast_here, owner):
    answer = clerk.post(NEW, data={})
    assert answer.status_code == 422
    assert answer.text.count("请填写此项") >= 10
    assert needs_in(fast_here, owner) == []


def test_a_service_that_must_be_tendered_is_refused_at_its_price(clerk, clock):
    page = f"/needs/new?item={TENDERED_ITEM}"
    at_the_threshold = typed(clock, ceiling_fen="1,000,000", service_working_days="10")
    answer = clerk.post(page, data=at_the_threshold)
    assert answer.status_code == 409
    assert "依法应当招标" in answer.text
    assert 'value="1,000,000"' in answer.text
    below = typed(clock, ceiling_fen="999,999.99", service_working_days="10")
    assert clerk.post(page, data=below).status_code == 303


RECUSALS = [
    ([("91440105MA000001XX", "股权关系")], "统一社会信用代码"),
    ([("短", "股权关系")], "应为18位"),
    ([("GOOD", "")], "请写明该机构应当回避的原因"),
    ([("", "股权关系")], "请填写应当回避的机构"),
    ([("GOOD", "甲"), ("GOOD", "乙")], "填写了不止一次"),
    ([("GOOD", "长" * 501)], "最多 500 个字"),
    ([("NEW", f"原因{n}") for n in range(11)], "最多填写 10 家"),
    ([("NEW", f"原因{n}") for n in range(40)], "最多填写 10 家"),
]


def test_recusals_are_judged_row_by_row(clerk, fast_here, clock, owner):
    for rows, words in RECUSALS:
        good, more = a_code(), {}
        for number, (code, reason) in enumerate(rows):
            written = {"GOOD": good, "NEW": a_code() if code == "NEW" else ""}.get(code, code)
            more |= {f"recusals-{number}-code": written, f"recusals-{number}-reason": reason}
        answer = clerk.post(NEW, data=typed(clock, **more))
        assert answer.status_code == 422, rows
        assert words in answer.text, rows
    assert needs_in(fast_here, owner) == []


def test_ten_recusals_are_taken_and_blank_rows_count_for_nothing(clerk, fast_here, clock, owner):
    more = {}
    for number in range(10):
        more |= {f"recusals-{number}-code": a_code(), f"recusals-{number}-reason": "股权关系"}
    assert clerk.post(NEW, data=typed(clock, **more)).status_code == 303
    blank = {"recusals-0-code": " ", "recusals-0-reason": ""}
    assert clerk.post(NEW, data=typed(clock, **blank)).status_code == 303
    counts = []
    with reading_work(fast_here.sessions, owner.clerk_actor, fast_here.clock) as work:
        counts += [len(queries.recusals_of(work, need)) for need in queries.own_list(work)]
    assert sorted(counts) == [0, 10]


def test_another_row_for_a_recusal_keeps_what_was_typed(clerk, fast_here, clock, owner):
    sent = typed(clock, move="row", **{"recusals-0-code": "9144", "recusals-0-reason": ""})
    answer = clerk.post(NEW, data=sent)
    assert answer.status_code == 200
    assert 'name="recusals-1-code"' in answer.text
    assert 'value="9144"' in answer.text
    assert sent["title"] in answer.text
    assert needs_in(fast_here, owner) == []


def test_a_double_click_writes_one_need(clerk, fast_here, clock, owner):
    sent = typed(clock)
    first, second = clerk.post(NEW, data=sent), clerk.post(NEW, data=sent)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert len(needs_in(fast_here, owner)) == 1


def test_a_draft_is_changed_and_its_item_too(clerk, fast_here, clock, owner):
    need = a_need(fast_here, clock, owner=owner, recusals=((a_code(), "股权关系"),))
    page = clerk.get(f"/needs/{need.id}/edit").text
    assert need.title in page
    assert "股权关系" in page
    assert f"/needs/{need.id}/edit?item=ZJ-01-001-02" in clerk.get(f"/needs/{need.id}/item").text
    sent = typed(clock, title="改过的名称", service_working_days="5", version=str(need.version))
    answer = clerk.post(f"/needs/{need.id}/edit?item=ZJ-01-001-02", data=sent)
    assert answer.status_code == 303, answer.text
    changed = as_now(fast_here, need.id)
    assert (changed.title, changed.item_code) == ("改过的名称", "ZJ-01-001-02")


def test_of_two_clerks_who_edit_at_once_the_second_is_told_and_loses_nothing(
    clerk, fast_here, clock, owner
):
    need = a_need(fast_here, clock, owner=owner)
    one = typed(clock, title="第一人改的", version=str(need.version))
    other = typed(clock, title="第二人改的", version=str(need.version))
    assert clerk.post(f"/needs/{need.id}/edit", data=one).status_code == 303
    answer = clerk.post(f"/needs/{need.id}/edit", data=other)
    assert answer.status_code == 409
    assert "已被他人更新" in answer.text
    assert "第二人改的" in answer.text
    assert f'name="version" value="{need.version}"' in answer.text
    assert as_now(fast_here, need.id).title == "第一人改的"


def test_an_edit_that_comes_after_submission_is_refused_and_the_text_kept(
    clerk, fast_here, clock, owner
):
    need = a_submitted_need(fast_here, clock, owner=owner)
    answer = clerk.post(f"/needs/{need.id}/edit", data=typed(clock, title="迟到的修改"))
    assert answer.status_code == 409
    assert "迟到的修改" in answer.text
    assert as_now(fast_here, need.id).title == need.title
    assert clerk.get(f"/needs/{need.id}/edit").status_code == 409


def test_the_second_person_approves(clerk, approver, fast_here, clock, owner):
    need = a_need(fast_here, clock, owner=owner)
    with unit_of_work(fast_here.sessions, owner.clerk_actor, fast_here.clock) as work:
        explain_all(work, queries.own(work, need.id))
    assert clerk.post(f"/needs/{need.id}/submit", data={}).status_code == 303
    page = approver.get(f"/needs/{need.id}/own").text
    assert "审批通过" in page
    assert "2026-03-04 24:00" in page  # two working days after Monday are over
    assert "2026-03-05 00:00" not in page
    seen = re.search(r'name="version" value="(\d+)"', page)[1]
    assert approver.post(f"/needs/{need.id}/approve", data={"version": seen}).status_code == 303
    assert as_now(fast_here, need.id).state is NeedState.CHECK
    again = approver.post(f"/needs/{need.id}/approve", data={})
    assert again.status_code == 409
    assert "可能他人已经办理" in again.text


@pytest.mark.usefixtures("market")
def test_who_wrote_it_sees_why_the_button_is_not_for_them(browser, fast_here, clock, owner):
    with unit_of_work(fast_here.sessions, Actor("test"), fast_here.clock) as work:
        home = organisation(work, owner.org_id)
        both = a_user(work, home, Role.OWNER_CLERK, Role.OWNER_APPROVER)
    client = browser(both)
    assert client.post(NEW, data=typed(clock, move="submit")).status_code == 303
    (need,) = needs_in(fast_here, owner)
    page = client.get(f"/needs/{need.id}/own").text
    assert re.search(r"<button[^>]*disabled[^>]*>审批通过", page)
    assert "您是本需求的填报人" in page
    answer = client.post(f"/needs/{need.id}/approve", data={})
    assert answer.status_code == 409
    assert "不能是同一人" in answer.text
    assert as_now(fast_here, need.id).state is NeedState.APPROVAL
    assert "审批采购需求" not in client.get("/workbench").text


def test_what_must_be_explained_is_kept_and_its_boxes_are_on_the_next_page(
    clerk, fast_here, clock, owner
):
    """No firm qualifies: the form is not lost, and the clerk lands where the box is."""
    answer = clerk.post(NEW, data=typed(clock, move="submit"))
    assert answer.status_code == 303
    (need,) = needs_in(fast_here, owner)
    assert need.state is NeedState.DRAFT
    assert answer.location == f"/needs/{need.id}/own#checks"
    page = clerk.get(answer.location).text
    assert "没有机构符合条件" in page
    assert "已提交内部审批" not in page
    assert re.search(r'<textarea[^>]*name="k\w{12}-text"', page)
    assert clerk.post(f"/needs/{need.id}/submit", data={}).status_code == 409
    again = clerk.post(f"/needs/{need.id}/edit", data=typed(clock, move="submit"))
    assert again.location == f"/needs/{need.id}/own#checks"


def test_sisters_and_the_amount_in_capitals_are_on_the_pages_of_all_who_decide(
    browser, fast_here, clock, owner
):
    clerk, approver = browser(owner.clerk), browser(owner.approver)
    operator = browser(an_operator(fast_here)[0])
    first = an_approved_need(fast_here, clock, owner=owner, project_code="", title="评估一")
    second = a_need(fast_here, clock, owner=owner, project_code="", title="评估二")
    pages = [
        (clerk, f"/needs/{second.id}/own", first),
        (clerk, f"/needs/{first.id}/own", second),
        (approver, f"/needs/{first.id}/own", second),
        (operator, f"/needs/{first.id}/check", second),
    ]
    for reader, path, other in pages:
        text = reader.get(path).text
        assert "同一项目、同类服务的其他需求" in text
        assert other.number in text
        assert other.title in text
        assert "¥240,000.00" in text
        assert "壹拾贰万元整" in text


def test_an_approval_of_an_older_text_is_refused(clerk, approver, fast_here, clock, owner):
    need = a_submitted_need(fast_here, clock, owner=owner)
    seen = as_now(fast_here, need.id).version
    data = {"reason": REASON, "version": seen}
    assert approver.post(f"/needs/{need.id}/send-back", data=data).status_code == 303
    changed = typed(clock, title="退回后改过", move="submit")
    assert clerk.post(f"/needs/{need.id}/edit", data=changed).status_code == 303
    late = approver.post(f"/needs/{need.id}/approve", data={"version": seen})
    assert late.status_code == 409
    assert "已被他人更新" in late.text
    assert as_now(fast_here, need.id).state is NeedState.APPROVAL


@pytest.mark.parametrize(
    ("reason", "words"),
    [("", "请填写此项"), ("  ", "请填写此项"), ("不行", "至少 5 个字"), ("长" * 1001, "最多 1000")],
)
def test_a_refusal_or_a_withdrawal_needs_its_reason(
    *, clerk, approver, fast_here, clock, owner, reason, words
):
    need = a_submitted_need(fast_here, clock, owner=owner)
    for client, deed in ((approver, "send-back"), (clerk, "withdraw")):
        answer = client.post(f"/needs/{need.id}/{deed}", data={"reason": reason})
        assert answer.status_code in {409, 422}
        assert words in answer.text
        assert reason.strip() in answer.text
    assert as_now(fast_here, need.id).state is NeedState.APPROVAL


def test_a_refusal_is_shown_to_the_clerk_with_its_reason(clerk, approver, fast_here, clock, owner):
    need = a_submitted_need(fast_here, clock, owner=owner)
    approver.post(f"/needs/{need.id}/send-back", data={"reason": REASON})
    assert "修改被退回的需求" in clerk.get("/workbench").text
    for address in ("own", "edit"):
        page = clerk.get(f"/needs/{need.id}/{address}").text
        assert page.index("内部审批退回，请按理由修改") < page.index("服务内容和要求")
        assert REASON in page


def test_a_need_is_withdrawn_before_its_notice_and_not_after(clerk, fast_here, clock, owner):
    need = an_approved_need(fast_here, clock, owner=owner)
    assert "撤回需求" in clerk.get(f"/needs/{need.id}/withdraw").text
    assert clerk.post(f"/needs/{need.id}/withdraw", data={"reason": REASON}).status_code == 303
    assert as_now(fast_here, need.id).state is NeedState.WITHDRAWN
    twice = clerk.post(f"/needs/{need.id}/withdraw", data={"reason": REASON})
    assert twice.status_code == 409
    out, _ = a_published_need(fast_here, clock, owner=owner)
    answer = clerk.post(f"/needs/{out.id}/withdraw", data={"reason": REASON})
    assert answer.status_code == 409
    assert "公告已经发布" in answer.text
    assert REASON in answer.text
    assert "现在不能撤回" in clerk.get(f"/needs/{out.id}/withdraw").text


def test_a_failed_need_is_changed_after_its_diagnosis_and_sent_again(
    clerk, fast_here, clock, owner
):
    need, _ = a_published_need(fast_here, clock, owner=owner)
    fail(fast_here, need, "too_few_enrolled", "符合条件的机构 4 家，报名 1 家。")
    assert "查看流标原因" in clerk.get("/workbench").text
    assert clerk.get(f"/needs/{need.id}/edit").location.endswith("/renotice")
    page = clerk.get(f"/needs/{need.id}/renotice").text
    assert "符合条件的机构 4 家，报名 1 家。" in page
    assert "报名机构不足规定家数" in page
    wrong = clerk.post(f"/needs/{need.id}/renotice", data=typed(clock, staff_required="0"))
    assert wrong.status_code == 409
    assert as_now(fast_here, need.id).state is NeedState.FAILED
    answer = clerk.post(f"/needs/{need.id}/renotice", data=typed(clock, title="再次公告的名称"))
    assert answer.status_code == 303
    again = as_now(fast_here, need.id)
    assert (again.state, again.attempt, again.title) == (NeedState.APPROVAL, 2, "再次公告的名称")
    late = clerk.post(f"/needs/{need.id}/renotice", data=typed(clock))
    assert late.status_code == 409
    assert clerk.get(f"/needs/{need.id}/renotice").status_code == 409


def test_a_need_that_never_failed_is_not_announced_again(clerk, fast_here, clock, owner):
    need = a_need(fast_here, clock, owner=owner)
    assert clerk.get(f"/needs/{need.id}/renotice").status_code == 409
    answer = clerk.post(f"/needs/{need.id}/renotice", data=typed(clock))
    assert answer.status_code == 409
    assert as_now(fast_here, need.id).attempt == 1


def test_the_list_filters_and_turns_its_pages(clerk, fast_here, clock, owner):
    with unit_of_work(fast_here.sessions, owner.clerk_actor, fast_here.clock) as work:
        for number in range(45):
            actions.draft(work, replace(need_facts(clock), title=f"第{number:02}号需求"))
    page = clerk.get("/needs/mine")
    assert "共 45 条，第 1 / 3 页" in page.text
    assert page.text.count('<th scope="row"') == 20
    assert "第 3 / 3 页" in clerk.get("/needs/mine?page=99").text
    assert "第 1 / 3 页" in clerk.get("/needs/mine?page=99999999999999999999").text
    assert "第 1 / 3 页" in clerk.get("/needs/mine?page=x&state=nonsense").text
    assert "共 1 条" in clerk.get("/needs/mine?q=第07号").text
    assert "没有符合条件的记录" in clerk.get("/needs/mine?state=open").text
    assert "没有符合条件的记录" in clerk.get("/needs/mine?q=%25%00").text
    assert 'href="/needs/mine?q=%E5%8F%B7&amp;page=2"' in clerk.get("/needs/mine?q=号").text


ROUTES = [
    ("get", "own"),
    ("get", "edit"),
    ("post", "edit"),
    ("get", "item"),
    ("post", "submit"),
    ("get", "withdraw"),
    ("post", "withdraw"),
    ("get", "renotice"),
    ("post", "renotice"),
]


@pytest.mark.parametrize("need_id", ["theirs", "0", "99999", "9" * 19, "9" * 40])
def test_another_owners_need_is_as_missing_as_one_that_is_not_there(
    *, browser, clerk, approver, fast_here, clock, need_id
):
    if need_id == "theirs":
        need_id = str(a_need(fast_here, clock, owner=an_owner(fast_here)).id)
    for method, page in ROUTES:
        sent = {"data": typed(clock, reason=REASON)} if method == "post" else {}
        answer = getattr(clerk, method)(f"/needs/{need_id}/{page}", **sent)
        assert answer.status_code == 404, (method, page)
    for page in ("approve", "send-back"):
        answer = approver.post(f"/needs/{need_id}/{page}", data={"reason": REASON})
        assert answer.status_code == 404, page


def test_roles_that_may_not_are_refused_and_strangers_sent_to_sign_in(
    *, client, clerk, approver, operator, fast_here, clock, owner
):
    need = a_submitted_need(fast_here, clock, owner=owner)
    assert clerk.post(f"/needs/{need.id}/approve", data={}).status_code == 403
    assert clerk.post(f"/needs/{need.id}/send-back", data={"reason": REASON}).status_code == 403
    assert approver.post(NEW, data=typed(clock)).status_code == 403
    assert approver.post(f"/needs/{need.id}/withdraw", data={"reason": REASON}).status_code == 403
    assert operator.get("/needs/new").status_code == 403
    assert operator.get(f"/needs/{need.id}/own").status_code == 404
    assert client.get("/needs/mine").status_code == 303
    assert client.post(f"/needs/{need.id}/approve").status_code == 401
    assert as_now(fast_here, need.id).state is NeedState.APPROVAL


def test_an_approver_finds_what_is_to_approve_by_when(approver, fast_here, clock, owner):
    need = a_submitted_need(fast_here, clock, owner=owner)
    page = approver.get("/workbench").text
    assert "审批采购需求" in page
    assert need.title in page
    assert "2026-03-04 24:00" in page
    assert "本单位的采购需求" in page
