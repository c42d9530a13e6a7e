"""The pages of declarations: who declares, who answers, who decides, and what everybody reads."""

from datetime import date

from market.clock import beijing
from market.clocks import jobs
from tests.market.factories.accounts import sign_in
from tests.market.factories.clocks import a_clock

WHY = "场地已于当日移交，见移交单第 3 号。"
AGREED = {"decision": "agree", "answer": "移交单有双方签字。"}


def as_(app, user):
    browser = app.test_client()
    sign_in(browser, user)
    return browser


def beside(page, field):
    """Return what the page complains about a field, beside it."""
    return page.split(f'id="{field}-error"')[1].split("</p>")[0]


def stood(here, clock):
    timed = a_clock(here)
    clock.move_to(beijing(date(2026, 3, 3), 9))
    timed.answer(timed.request())
    clock.move_to(beijing(date(2026, 3, 5), 9))
    return timed


def test_the_owner_declares_the_firm_agrees_and_everybody_reads_it(app, client, fast_here, clock):
    timed = stood(fast_here, clock)
    firm, owner = as_(app, timed.firm_user), as_(app, timed.owner_user)
    page = f"/clocks/{timed.clock_id}"
    declare, answer = f"{page}/suspensions/1/over", f"{page}/over/1/answer"
    assert declare in owner.get(page).text
    assert declare not in firm.get(page).text
    assert firm.get(declare).status_code == firm.post(declare, data={}).status_code == 404
    assert "2026-03-03 至 2026-03-05" in owner.get(declare).text
    for day in ("2026-03-02", "2026-03-06"):
        late = owner.post(declare, data={"since_on": day, "why": WHY})
        assert late.status_code == 409
        assert "只能是 2026-03-03 至 2026-03-05" in beside(late.text, "since_on")
    done = owner.post(declare, data={"since_on": "2026-03-04", "why": WHY})
    assert (done.status_code, done.location) == (303, page)
    assert "现在不能声明" in owner.get(declare).text
    assert answer not in owner.get(page).text
    assert owner.get(answer).status_code == 404
    assert "答复条件已具备的声明" in firm.get("/workbench").text
    assert answer in firm.get(page).text
    assert WHY in firm.get(answer).text
    refused = firm.post(answer, data={"decision": "refuse", "answer": "不"})
    assert (refused.status_code, "至少 5 个字" in refused.text) == (409, True)
    assert firm.post(answer, data={"decision": "agree"}).status_code == 303
    read = client.get(page).text
    for words in (WHY, "条件已具备", "2026-03-04", "更正账目", "声明条件已具备"):
        assert words in read, words
    assert "现在不需要您答复" in firm.get(answer).text


def test_the_operator_decides_after_silence_and_is_told_from_when(app, fast_here, clock):
    timed = stood(fast_here, clock)
    owner, operator = as_(app, timed.owner_user), as_(app, timed.operator_user)
    page = f"/clocks/{timed.clock_id}"
    decide = f"{page}/over/1/decide"
    owner.post(f"{page}/suspensions/1/over", data={"since_on": "2026-03-04", "why": WHY})
    early = operator.get(decide).text
    assert "现在还不由您决定" in early
    assert "2026-03-09" in early
    answer = operator.post(decide, data=AGREED)
    assert (answer.status_code, "自 2026-03-10 00:00 起" in answer.text) == (409, True)
    clock.move_to(beijing(date(2026, 3, 10), 9))
    jobs.sweep(fast_here)
    operator = as_(app, timed.operator_user)
    assert "决定挂起的条件是否已具备" in operator.get("/workbench").text
    assert decide in operator.get(page).text
    assert operator.post(decide, data=AGREED).status_code == 303
    assert "条件已具备" in operator.get(page).text


def test_nobody_declares_on_behalf_of_others(app, fast_here, clock):
    timed, other = stood(fast_here, clock), a_clock(fast_here)
    stranger = as_(app, other.owner_user)
    declare = f"/clocks/{timed.clock_id}/suspensions/1/over"
    assert stranger.get(declare).status_code == 404
    assert stranger.post(declare, data={"since_on": "2026-03-04", "why": WHY}).status_code == 404
    own = as_(app, timed.owner_user)
    elsewhere = f"/clocks/{other.clock_id}/suspensions/1/over"
    assert own.get(elsewhere).status_code == 404
