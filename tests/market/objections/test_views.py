"""The pages of objections: anybody reads where each stands, and only the sides what they wrote."""

import re

import pytest

from market import log
from market.access import OrgKind, Role
from market.draws.rules import AwardState
from market.objections import queries
from market.objections.rules import Ground, ObjectionState
from tests.market.draws.test_pages import site_of
from tests.market.factories.draws import a_drawn_need
from tests.market.factories.firms import a_person
from tests.market.factories.objections import (
    ANSWER,
    CLAUSE,
    COMPLAINT,
    DECISION,
    SAID,
    TEXT,
    again,
    another_firm,
    answered,
    officers,
    raised,
)


@pytest.fixture
def site(city):
    return site_of(city)


def version_on(page):
    return re.search(r'name="version" value="(\d+)"', page).group(1)


def send(client, url, deed, **data):
    page = client.get(url).text
    return client.post(
        f"{url}/{deed}", data={"version": version_on(page)} | data, follow_redirects=True
    )


def hears_the_winner(site, drawn, url, decider, objector):
    early = send(site.as_(decider), url, "decide", agree="yes", text=DECISION).text
    assert "没有表示不再补充的，即使已有陈述，也不能决定成立" in early
    assert DECISION in early, "what was written is kept"
    winner = site.as_(drawn.delegate)
    assert "决定之前，对异议的处理意见陈述意见" in winner.get("/workbench").text
    asked = winner.get(url).text
    assert "决定之前，请陈述意见" in asked
    assert ANSWER in asked
    assert TEXT not in asked
    assert "至少 20 个字" in send(winner, url, "state", said="不服").text
    assert "陈述已提交" in send(winner, url, "state", said=SAID, is_last="y").text
    assert SAID in winner.get(url).text
    assert SAID in site.as_(decider).get(url).text
    clerk = site.as_(site.city.clerk)
    for stranger in (objector, site.as_(), clerk, site.as_(another_firm(drawn, 1))):
        assert SAID not in stranger.get(url).text


def test_the_way_from_the_result_to_the_decision(site, clock):
    city = site.city
    drawn = a_drawn_need(city.here, clock, city=city)
    log.sequence(city.here)
    new = f"/objections/new/{drawn.award.number}"
    result = site.as_().get(f"/draws/{site.number(drawn.draw)}").text
    assert new in result
    assert "请先登录" in site.as_().get(new).text
    assert "不能对自己中选提出异议" in site.as_(drawn.delegate).get(new).text
    objector = site.as_(another_firm(drawn))
    page = objector.get(new).text
    assert "对摇号有疑问的" in page
    assert "结果暂停" in page
    empty = objector.post(new, data={"ground": "", "text": TEXT})
    assert empty.status_code == 422
    assert TEXT in empty.text
    done = objector.post(new, data={"ground": "lacks_condition", "text": TEXT})
    assert done.status_code == 303
    url = done.location
    public = site.as_().get(url).text
    assert "待运营机构答复" in public
    assert "期限的暂停" in public
    assert TEXT not in public
    assert TEXT in objector.get(url).text
    assert TEXT not in site.as_(another_firm(drawn, 1)).get(url).text
    operator = site.as_(city.operator)
    assert "答复中选结果异议" in operator.get("/workbench").text
    assert ANSWER in send(operator, url, "answer", outcome="dismiss", text=ANSWER).text
    assert "接受答复，或者投诉" in objector.get(url).text
    send(objector, url, "complain", text=COMPLAINT)
    officer, decider = officers(city)
    page = send(site.as_(officer), url, "take-up").text
    assert "提出处理意见" in page
    send(site.as_(officer), url, "propose", outcome="annul", clause=CLAUSE, text=ANSWER)
    hears_the_winner(site, drawn, url, decider, objector)
    page = send(site.as_(decider), url, "decide", agree="yes", text=DECISION).text
    assert DECISION in page
    public = site.as_().get(url).text
    assert DECISION in public
    assert COMPLAINT not in public
    assert "成立，取消中选" in public
    assert city.awards(drawn.draw.id)[0].state is AwardState.DISQUALIFIED
    assert "异议成立，取消中选" in site.as_().get(f"/draws/{site.number(drawn.draw)}").text
    assert (
        "异议成立，中选已取消"
        in site.as_(drawn.delegate).get(f"/draws/award/{drawn.award.number}").text
    )
    assert url.rpartition("/")[2] in site.as_().get("/objections").text


def test_the_winner_and_the_owner_are_told_that_nothing_runs(site, clock):
    city = site.city
    drawn = a_drawn_need(city.here, clock, city=city)
    one = raised(drawn)
    award = site.as_(drawn.delegate).get(f"/draws/award/{drawn.award.number}").text
    assert "中选结果因异议或者投诉暂停" in award
    assert one.number in site.as_(city.clerk).get("/workbench").text
    assert one.number in site.as_(drawn.delegate).get("/workbench").text


def test_an_owner_reads_that_it_cannot_refuse_by_itself(site, clock):
    city = site.city
    drawn = a_drawn_need(city.here, clock, city=city)
    page = site.as_(city.clerk).get(f"/objections/new/{drawn.award.number}").text
    assert "业主不能自行拒绝中选机构" in page
    assert "不可抗力" in page
    assert "程序不合规定" not in page
    own = site.as_(city.clerk).get(f"/needs/{drawn.need.id}/own").text
    assert f"/objections/new/{drawn.award.number}" in own


def test_a_lottery_objection_shows_what_the_verifier_found(site, clock):
    city = site.city
    drawn = a_drawn_need(city.here, clock, city=city)
    log.sequence(city.here)
    one = raised(drawn, ground=Ground.LOTTERY)
    page = site.as_().get(f"/objections/{one.number}").text
    assert "验证程序重新计算，全部通过" in page
    operator = site.as_(city.operator).get(f"/objections/{one.number}").text
    assert "不能以摇号有误为由取消结果" in operator
    assert 'value="annul_result"' not in operator


def test_a_page_that_is_not_fresh_changes_nothing(site, clock):
    city = site.city
    drawn = a_drawn_need(city.here, clock, city=city)
    one = raised(drawn)
    url = f"/objections/{one.number}"
    operator = site.as_(city.operator)
    stale = version_on(operator.get(url).text)
    answered(city, one)
    refused = operator.post(
        f"{url}/answer", data={"version": stale, "outcome": "dismiss", "text": ANSWER}
    )
    assert refused.status_code == 409
    assert again(city, one).state is ObjectionState.ANSWERED


def test_what_is_not_there_and_who_may_not(site, clock):
    city = site.city
    drawn = a_drawn_need(city.here, clock, city=city)
    assert site.as_().get("/objections/YY-2026-999999").status_code == 404
    assert site.as_().get("/objections/new/ZX-2026-999999").status_code == 404
    one = raised(drawn)
    url = f"/objections/{one.number}"
    assert site.as_(city.clerk).post(f"{url}/answer").status_code == 403
    assert site.as_(another_firm(drawn, 1)).post(f"{url}/withdraw").status_code == 404
    reporter = a_person(city.here, OrgKind.SUPERVISOR, Role.SUPERVISOR_OFFICER)
    assert "作为举报办理" in site.as_(reporter).get(f"/objections/new/{drawn.award.number}").text
    with city.reading() as work:
        assert queries.by_number(work, one.number).proposed is None


def test_an_answer_with_a_number_of_a_person_is_not_published(site, clock):
    city = site.city
    one = raised(a_drawn_need(city.here, clock, city=city))
    data = {"version": str(one.version), "outcome": "dismiss", "clause": CLAUSE}
    words = "经核对，经办人张三（手机 13900012345）说明属实，异议不成立。"
    page = site.as_(city.operator).post(
        f"/objections/{one.number}/answer", data=data | {"text": words}
    )
    assert page.status_code == 422
    assert "其中含有手机号码" in page.text
    assert words in page.text, "what was written is kept"
    assert "13900012345" not in site.as_().get(f"/objections/{one.number}").text
