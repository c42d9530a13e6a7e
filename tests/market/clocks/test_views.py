"""The pages of clocks: what they say, to whom, and what their forms do."""

from datetime import date, timedelta

import pytest

from market.access import OrgKind, Role
from market.clock import beijing
from market.clocks import jobs, queries
from market.clocks.kinds import COMPLAINT
from market.clocks.rules import ClockState, SuspensionState
from tests.market.factories.accounts import a_person, sign_in
from tests.market.factories.clocks import EVIDENCE, a_clock

KEY = "0123456789abcdefghijklmnopqrstuv"
AGREED = {"decision": "agree", "answer": "照片与现场核对一致。"}
ASK = {"reason": "season", "evidence": EVIDENCE, "working_days": "3"}


def as_(app, user):
    browser = app.test_client()
    sign_in(browser, user)
    return browser


def test_anyone_may_read_who_used_which_days(client, fast_here, clock):
    timed = a_clock(fast_here)
    timed.answer(timed.request())
    clock.move_to(beijing(date(2026, 3, 20), 10))
    jobs.sweep(fast_here)
    answer = client.get(f"/clocks/{timed.clock_id}")
    assert answer.status_code == 200
    for words in (
        "开始当日不计", "4 个工作日", EVIDENCE, "现场不具备条件", "黄牌", "挂起期满，自动恢复",
        "2026-03-20", "情况属实", "国办发明电", "补登",
    ):  # fmt: skip
        assert words in answer.text, words
    assert "申请挂起" not in answer.text
    assert timed.firm_user.name not in answer.text


@pytest.mark.parametrize("path", ["/clocks/999", "/clocks/99999999999999999999", "/clocks/x"])
def test_no_such_clock(client, path):
    assert client.get(path).status_code == 404


def test_a_request_an_answer_and_an_early_end_in_the_browser(app, fast_here):
    timed = a_clock(fast_here)
    firm, owner = as_(app, timed.firm_user), as_(app, timed.owner_user)
    page = f"/clocks/{timed.clock_id}"
    assert "申请挂起" in firm.get(page).text
    assert firm.get(f"{page}/suspend").status_code == 200
    asked = firm.post(f"{page}/suspend", data=ASK)
    assert (asked.status_code, asked.location) == (303, page)
    assert "现在不能申请挂起" in firm.get(f"{page}/suspend").text
    answer = f"{page}/suspensions/1/answer"
    assert "答复挂起申请" in owner.get("/workbench").text
    assert answer in owner.get(page).text
    assert answer not in firm.get(page).text
    assert firm.get(answer).status_code == 404
    assert owner.get(answer).status_code == 200
    refused = owner.post(answer, data={"decision": "refuse", "answer": "不"})
    assert (refused.status_code, "至少 5 个字" in refused.text) == (409, True)
    assert owner.post(answer, data={}).status_code == 422
    assert owner.post(answer, data={"decision": "agree"}).status_code == 303
    assert timed.clock().state is ClockState.SUSPENDED
    resume = f"{page}/suspensions/1/resume"
    assert owner.get(resume).status_code == 404
    assert owner.post(resume, data={}).status_code == 404
    assert resume in firm.get(page).text
    assert firm.post(resume, data={"why": "枯水期提前结束"}).status_code == 303
    assert timed.clock().state is ClockState.RUNNING
    assert "枯水期提前结束" in firm.get(page).text
    assert "已经结束" in firm.get(resume).text


def test_the_operator_decides_what_nobody_answered(app, fast_here, clock):
    timed = a_clock(fast_here)
    request = timed.request()
    operator = as_(app, timed.operator_user)
    decide = f"/clocks/{timed.clock_id}/suspensions/{request}/decide"
    read = operator.get(decide).text
    assert ("现在还不由您决定" in read, "2026-03-04" in read) == (True, True)
    assert "现在不需要您答复" not in read
    early = operator.post(decide, data=AGREED)
    assert (early.status_code, "自 2026-03-05 00:00 起" in early.text) == (409, True)
    clock.move_to(timed.suspension(request).answer_by_at)
    jobs.sweep(fast_here)
    operator = as_(app, timed.operator_user)
    assert "决定对方未答复的挂起申请" in operator.get("/workbench").text
    for words in ("", "是"):
        assert operator.post(decide, data=AGREED | {"answer": words}).status_code in {409, 422}
    assert operator.post(decide, data=AGREED).status_code == 303
    assert timed.suspension(request).state is SuspensionState.RUNNING
    page = app.test_client().get(f"/clocks/{timed.clock_id}").text
    assert "（运营机构）决定" in page
    assert AGREED["answer"] in page


@pytest.mark.parametrize(
    ("difference", "words"),
    [
        ({"reason": ""}, "请选择一项"),
        ({"reason": "holiday"}, "请从列表中选择"),
        ({"evidence": ""}, "请填写此项"),
        ({"evidence": "太短"}, "至少 10 个字"),
        ({"evidence": "长" * 501}, "最多 500 个字"),
        ({"evidence": f"{EVIDENCE}\x07"}, "控制字符"),
        ({"working_days": ""}, "请填写此项"),
        ({"working_days": "0"}, "1 到"),
        ({"working_days": "三"}, "请填写整数"),
        ({"working_days": "11"}, "挂起天数超过上限"),
    ],
)
def test_a_bad_request_is_refused_at_its_field_and_what_was_typed_is_kept(
    app, fast_here, difference, words
):
    timed = a_clock(fast_here)
    firm = as_(app, timed.firm_user)
    typed = ASK | difference
    answer = firm.post(f"/clocks/{timed.clock_id}/suspend", data=typed)
    assert answer.status_code in {409, 422}
    assert words in answer.text
    assert typed["evidence"][:400].strip("\x07") in answer.text
    with timed.work() as work:
        assert queries.suspensions_of(work, timed.clock()) == []


def test_a_double_press_asks_once(app, fast_here):
    timed = a_clock(fast_here)
    firm = as_(app, timed.firm_user)
    path = f"/clocks/{timed.clock_id}/suspend"
    first, second = (firm.post(path, data=ASK | {"request_key": KEY}) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    again = firm.post(path, data=ASK)
    assert (again.status_code, "一次只办理一项挂起" in again.text) == (409, True)


def test_another_tenant_finds_nothing_to_answer(app, fast_here):
    timed, other = a_clock(fast_here), a_clock(fast_here)
    request, page = timed.request(), f"/clocks/{timed.clock_id}"
    for user in (other.owner_user, other.firm_user):
        stranger = as_(app, user)
        for path in (
            f"{page}/suspend", f"{page}/suspensions/{request}/answer",
            f"{page}/suspensions/{request}/resume",
            f"/clocks/{other.clock_id}/suspensions/{request}/answer",
        ):  # fmt: skip
            assert stranger.get(path).status_code == 404, path
            data = ASK | {"decision": "agree"}
            assert stranger.post(path, data=data).status_code == 404, path
    assert timed.suspension(request).state is SuspensionState.REQUESTED


@pytest.mark.parametrize(
    ("kind", "role", "status"),
    [
        (OrgKind.OPERATOR, Role.OPERATOR_CLERK, 200),
        (OrgKind.REGULATOR, Role.REGULATOR_OFFICER, 200),
        (OrgKind.SUPERVISOR, Role.SUPERVISOR_OFFICER, 200),
        (OrgKind.OWNER, Role.OWNER_CLERK, 403),
        (OrgKind.FIRM, Role.FIRM_DELEGATE, 403),
    ],
)
def test_the_board_is_for_those_who_oversee(app, fast_here, kind, role, status):
    a_clock(fast_here)
    reader = as_(app, a_person(fast_here, role, kind=kind))
    assert reader.get("/clocks/board").status_code == status


def test_the_board_filters_and_turns_pages(app, fast_here, clock):
    timed = [a_clock(fast_here, limit=3 if n < 21 else 30) for n in range(22)]
    clock.advance(timedelta(days=9))
    jobs.sweep(fast_here)
    operator = as_(app, timed[0].operator_user)
    red, second, green, odd = (
        operator.get(f"/clocks/board?{query}").text
        for query in ("light=red", "light=red&page=2", "light=green", "light=blue&page=x")
    )
    assert red.count("/clocks/") >= 20
    assert "第 2 / 2 页" in second
    assert f"/clocks/{timed[21].clock_id}" in green
    assert f"/clocks/{timed[0].clock_id}" not in green
    assert "共 22 条" in odd
    assert "约谈督办事项的责任单位" in operator.get("/workbench").text


def test_anyone_may_read_whose_time_it_was_in_the_city(client, fast_here, clock):
    assert "还没有签订的合同" in client.get("/clocks").text
    timed = a_clock(fast_here)
    timed.answer(timed.request())
    a_clock(fast_here, kind=COMPLAINT)
    clock.move_to(beijing(date(2026, 3, 9), 10))
    jobs.sweep(fast_here)
    page = client.get("/clocks").text
    for words in ("80%，4 个工作日", "20%，1 个工作日", "合计 5 个工作日", "现场不具备条件"):
        assert words in page, words


def test_anyone_may_read_who_enters_late(app, client, fast_here, clock):
    assert "还没有登记过计时事件" in client.get("/clocks/late-entries").text
    timed = a_clock(fast_here)
    timed.answer(timed.request())
    clock.move_to(beijing(date(2026, 3, 5), 10))
    firm = as_(app, timed.firm_user)
    resume = f"/clocks/{timed.clock_id}/suspensions/1/resume"
    assert "2026-03-02 至 2026-03-05" in firm.get(resume).text
    for day in ("2026-03-01", "2026-03-06"):
        other = firm.post(resume, data={"happened_on": day, "why": "枯水期提前结束"})
        assert other.status_code == 409
        beside = other.text.split('id="happened_on-error"')[1].split("</p>")[0]
        assert "只能是 2026-03-02 至 2026-03-05" in beside
    answer = firm.post(resume, data={"happened_on": "2026-03-03", "why": "枯水期提前结束"})
    assert answer.status_code == 303
    with timed.work() as work:
        found = queries.by_id(work, timed.clock_id)
        assert queries.events_of(work, found)[-1].happened_at == beijing(date(2026, 3, 4))
    page = client.get("/clocks/late-entries").text
    assert ("100%" in page, "50%" in page, "365 天" in page) == (True, False, True)
    assert "补登" in client.get(f"/clocks/{timed.clock_id}").text


def test_a_clock_that_is_not_public_is_no_page_for_strangers(app, client, fast_here):
    timed, other = a_clock(fast_here, kind=COMPLAINT), a_clock(fast_here)
    path = f"/clocks/{timed.clock_id}"
    assert client.get(path).status_code == 404
    for user, status in (
        (timed.firm_user, 200), (timed.owner_user, 200), (timed.operator_user, 200),
        (other.firm_user, 404), (other.owner_user, 404),
    ):  # fmt: skip
        assert as_(app, user).get(path).status_code == status
    page = as_(app, timed.firm_user).get(path).text
    assert "投诉办理期限" in page
    assert "申请挂起" not in page
    assert "申请延期" not in page
    assert "亮牌" not in page


def test_a_suspension_of_what_is_overdue_says_that_it_does_not_undo_it(
    app, client, fast_here, clock
):
    timed = a_clock(fast_here, limit=6)
    clock.move_to(beijing(date(2026, 3, 12), 9))
    jobs.sweep(fast_here)
    form = as_(app, timed.firm_user).get(f"/clocks/{timed.clock_id}/suspend").text
    assert "本服务已逾期 2 个工作日" in form
    assert "上限：全部事由累计 6 个工作日" in form
    timed.answer(timed.request(working_days=2))
    page = client.get(f"/clocks/{timed.clock_id}").text
    assert "已逾期 2 个工作日，挂起不改变已经逾期的天数" in page
    assert "恢复后顺延" not in page
