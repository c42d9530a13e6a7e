"""The pages of extensions: who asks, who answers, and what everybody reads."""

import pytest

from market.clocks.extension import jobs
from tests.market.factories.accounts import sign_in
from tests.market.factories.clocks import a_clock

WHY = "评审要求补做冬季监测，已完成报告初稿。"
ASK = {"reason": "more-tests", "why": WHY, "working_days": "3"}


def as_(app, user):
    browser = app.test_client()
    sign_in(browser, user)
    return browser


def test_a_firm_asks_the_owner_consents_and_everybody_reads_it(app, client, fast_here):
    timed = a_clock(fast_here)
    firm, owner = as_(app, timed.firm_user), as_(app, timed.owner_user)
    page = f"/clocks/{timed.clock_id}"
    assert f"{page}/extend" in firm.get(page).text
    assert f"{page}/extend" not in owner.get(page).text
    assert "合计最多 5 个工作日" in firm.get(f"{page}/extend").text
    asked = firm.post(f"{page}/extend", data=ASK)
    assert (asked.status_code, asked.location) == (303, page)
    assert "现在不能申请延期" in firm.get(f"{page}/extend").text
    answer = f"{page}/extensions/1/answer"
    assert answer in owner.get(page).text
    assert "答复延期申请" in owner.get("/workbench").text
    assert answer not in firm.get(page).text
    assert firm.get(answer).status_code == 404
    assert firm.post(answer, data={"decision": "agree"}).status_code == 404
    assert WHY in owner.get(answer).text
    refused = owner.post(answer, data={"decision": "refuse", "answer": "不"})
    assert (refused.status_code, "至少 5 个字" in refused.text) == (409, True)
    assert owner.post(answer, data={"decision": "agree"}).status_code == 303
    read = client.get(page).text
    for words in (WHY, "已同意", "需要补充检测、监测", "延至", "2026-03-19", "其中 3 个工作日"):
        assert words in read, words
    assert "现在不需要您答复" in owner.get(answer).text


@pytest.mark.parametrize(
    ("difference", "words"),
    [
        ({"reason": ""}, "请选择一项"),
        ({"why": "来不及"}, "至少 10 个字"),
        ({"working_days": "6"}, "延期合计最多 5 个工作日"),
        ({"working_days": "0"}, "1 到"),
    ],
)
def test_a_bad_request_is_refused_and_what_was_typed_is_kept(app, fast_here, difference, words):
    timed = a_clock(fast_here)
    firm = as_(app, timed.firm_user)
    typed = ASK | difference
    answer = firm.post(f"/clocks/{timed.clock_id}/extend", data=typed)
    assert answer.status_code in {409, 422}
    assert words in answer.text
    assert typed["why"] in answer.text


def test_silence_shows_as_no_extension(app, client, fast_here, clock):
    timed = a_clock(fast_here)
    as_(app, timed.firm_user).post(f"/clocks/{timed.clock_id}/extend", data=ASK)
    assert "待对方答复" in client.get(f"/clocks/{timed.clock_id}").text
    clock.move_to(timed.clock().due_at)
    jobs.sweep(fast_here)
    assert "逾期未答复，未延期" in client.get(f"/clocks/{timed.clock_id}").text


def test_strangers_and_the_other_side_cannot_ask(app, fast_here):
    timed, other = a_clock(fast_here), a_clock(fast_here)
    path = f"/clocks/{timed.clock_id}/extend"
    for user in (other.firm_user, other.owner_user, timed.owner_user):
        stranger = as_(app, user)
        assert stranger.get(path).status_code == 404
        assert stranger.post(path, data=ASK).status_code == 404
