"""The pages of those who did not sign, and of the people of a contract."""

import re

import pytest

from market.contracts import jobs
from market.contracts.signing.rules import Fault, SigningState
from market.draws.rules import AwardState
from market.messages import jobs as message_jobs
from tests.market.contracts.staffing.test_staffing import REASON, name, named, people
from tests.market.draws.test_pages import site_of
from tests.market.factories.contracts import Agreed, file_it
from tests.market.factories.draws import a_confirmed_award
from tests.market.factories.objections import another_firm, officers
from tests.market.factories.signing import (
    FIRM_SAYS,
    OWNER_SAYS,
    REASONS,
    an_unsigned_award,
    case_of,
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


def test_both_say_why_and_two_persons_find_the_fault(site, clock):
    city = site.city
    drawn = a_confirmed_award(city.here, clock, city=city)
    url = f"/contracts/unsigned/{drawn.award.number}"
    assert "签约期限还没有过" in site.as_(drawn.delegate).get(url).text
    an_unsigned_award(drawn)
    officer, decider = officers(city)
    firm, owner, operator, authority = map(
        site.as_, (drawn.delegate, city.clerk, city.operator, decider)
    )
    assert url in firm.get("/workbench").text
    assert url in firm.get(f"/draws/award/{drawn.award.number}").text
    assert FIRM_SAYS in send(firm, url, "state", fault="owner", text=FIRM_SAYS).text
    assert "每方只能说明一次" not in firm.get(url).text
    send(owner, url, "state", fault="firm", text=OWNER_SAYS)
    assert "提出未签约责任的认定意见" in operator.get("/workbench").text
    send(operator, url, "propose", fault="owner", text=REASONS)
    assert "认定未按期签约的责任" in authority.get("/workbench").text
    page = send(authority, url, "find", agree="yes", text=REASONS).text
    assert "业主的责任" in page
    assert case_of(city, drawn.award.id).fault is Fault.OWNER
    record = site.as_().get(f"/needs/owners/{city.clerk.actor.org_code}")
    assert "无正当理由不签约" in record.text
    page = firm.get(url).text
    assert "不计违约" in page
    send(firm, url, "leave")
    assert city.awards(drawn.draw.id)[0].state is AwardState.RELEASED
    assert "已退出" in firm.get(f"/draws/award/{drawn.award.number}").text
    assert site.as_(another_firm(drawn)).get(url).status_code == 404
    assert site.as_(officer).get(url).status_code == 200


def test_what_silence_settled_is_said_to_be_no_finding_and_is_found_from_every_page(site, clock):
    city = site.city
    drawn = a_confirmed_award(city.here, clock, city=city)
    number = drawn.award.number
    url = f"/contracts/unsigned/{number}"
    case = an_unsigned_award(drawn)
    message_jobs.sweep(city.here)
    firm, owner = site.as_(drawn.delegate), site.as_(city.clerk)
    for client in (firm, owner):
        assert "说明没有按期签约的原因" in client.get("/workbench").text
        assert case.number in client.get("/messages").text
    send(owner, url, "state", fault="firm", text=OWNER_SAYS)
    clock.move_to(case.due_at)
    jobs.sweep(city.here)
    firm = site.as_(drawn.delegate)
    for path in (f"/draws/award/{number}", f"/awards/{number}"):
        page = firm.get(path).text
        assert url in page
        assert "到期没有签订合同" in page
    page = firm.get(url).text
    assert "没有人另作认定" in page
    card = re.search(r'href="(/cards/[^"]+)"', page).group(1)
    assert "经认定由该单位负责" not in firm.get(card).text
    assert "按规则推定由该单位负责" in firm.get(card).text
    line = site.as_().get(f"/timelines/{city.need(drawn.draw.id).number}?award={number}").text
    assert "按规则推定由机构负责" in line
    assert "逾期未签约" in line
    for words in ("责任已认定", "认定理由的原文", "机构逾期未确认"):
        assert words not in line


def test_a_firm_asks_on_the_page_of_its_contract(site, clock):
    city = site.city
    drawn = a_confirmed_award(city.here, clock, city=city)
    agreed = file_it(drawn, drawn.delegate)
    clock.move_to(agreed.contract().act_by_at)
    firm = site.as_(drawn.delegate)
    url = f"/contracts/unsigned/{drawn.award.number}"
    assert url in firm.get(f"/contracts/mine/{agreed.contract_id}").text
    assert url in firm.get("/workbench").text
    send(firm, url, "ask", text=FIRM_SAYS)
    assert case_of(city, drawn.award.id).state is SigningState.HEARING


def test_people_are_named_and_replaced_on_a_page(site, clock):
    city = site.city
    drawn = a_confirmed_award(city.here, clock, city=city)
    filed = file_it(drawn, drawn.delegate)
    agreed = Agreed(city, filed.contract_id, city.clerk, drawn.delegate)
    firm, owner = site.as_(drawn.delegate), site.as_(city.clerk)
    url = f"/contracts/mine/{agreed.contract_id}/staff"
    assert "没有可以指定的人员" in firm.get(url).text
    first, second = people(agreed)
    assert url in firm.get(f"/contracts/mine/{agreed.contract_id}").text
    empty = firm.post(f"{url}/name", data={})
    assert empty.status_code == 422
    firm.post(f"{url}/name", data={"people": [str(first)]})
    assert named(agreed) == [first]
    agreed.confirm()
    held = firm.post(f"/firm/staff/{first}/remove")
    assert held.status_code == 409
    assert "不能登记离职" in held.text
    wish = {"leaving": str(first), "coming": str(second), "reason": REASON}
    assert "待业主同意" in firm.post(f"{url}/replace", data=wish, follow_redirects=True).text
    assert "答复更换服务人员的申请" in owner.get("/workbench").text
    page = owner.get(url).text
    answer = re.search(rf"{url}/\d+/answer", page).group(0)
    refused = owner.post(answer, data={"agree": "no", "reason": ""})
    assert refused.status_code == 409
    owner.post(answer, data={"agree": "yes", "reason": ""})
    assert named(agreed) == [second]
    assert site.as_(another_firm(drawn)).get(url).status_code == 404


def test_both_sides_ask_for_the_end_on_one_page(site, clock):
    city = site.city
    drawn = a_confirmed_award(city.here, clock, city=city)
    agreed = file_it(drawn, drawn.delegate)
    agreed.confirm()
    firm, owner = site.as_(drawn.delegate), site.as_(city.clerk)
    url = f"/contracts/mine/{agreed.contract_id}/ending"
    asked = {"settled_fen": "30000", "text": REASONS}
    assert "正在办理" in send(owner, url, "ask", **asked).text
    page = firm.get(url).text
    assert ("对方申请协商解除，请答复" in page, "与对方协商解除" in page) == (True, True)
    seen = str(agreed.contract().version)
    page = send(firm, url, "apply", version=seen, cause="not-paying", text=REASONS).text
    assert ("对方申请协商解除，请答复" in page, "撤回解除申请" in page) == (True, True)
    page = owner.get(url).text
    assert ("请提交意见" in page, "撤回解除申请" in page) == (True, True)
    page = firm.get(url).text
    number = re.search(r'name="ending" value="([^"]+)"', page).group(1)
    reply = {"ending": number, "agree": "yes", "text": ""}
    done = send(firm, url, "answer", **reply).text
    assert "双方同意，已解除" in done
    assert "现在不需要您办理" not in done
    assert site.as_(another_firm(drawn)).get(url).status_code == 404


def test_evidence_goes_from_the_firms_page_to_the_operators(site, clock):
    city = site.city
    drawn = a_confirmed_award(city.here, clock, city=city)
    agreed = file_it(drawn, drawn.delegate)
    [person] = people(agreed, 1)
    name(agreed, person)
    firm, operator = site.as_(drawn.delegate), site.as_(city.operator)
    url = f"/firm/staff/{person}/insurance"
    assert url in firm.get("/firm/staff").text
    sent = {
        "from_on": "2025-12-01",
        "to_on": "2026-02-28",
        "agency": "青川市社会保险中心",
        "account": "440300199001011234",
        "code": "SB-2026-77",
    }
    assert firm.post(url, data=sent | {"to_on": "2026-12-01"}).status_code == 409
    page = firm.post(url, data=sent, follow_redirects=True).text
    assert "44**************34" in page
    assert "440300199001011234" not in page
    assert "核对社会保险证明" in operator.get("/workbench").text
    check = re.search(r"/firm-checks/insurance/\d+", operator.get("/firm-checks/insurance").text)
    page = operator.get(check.group(0)).text
    assert "SB-2026-77" in page
    operator.post(check.group(0), data={"outcome": "yes", "comment": ""})
    assert "已经核对" in firm.get(url).text
    assert "已经核对" in operator.get(check.group(0)).text
