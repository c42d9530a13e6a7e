"""The pages of the pool: the public count, the operators' desk, the expert's own page."""

import re
from io import BytesIO

from market.access import OrgKind, Role
from market.db import unit_of_work
from market.experts import queries
from market.experts.rules import ExpertState
from tests.market.factories.accounts import sign_in
from tests.market.factories.documents import a_pdf
from tests.market.factories.experts import (
    EVIDENCE,
    a_clerk,
    a_pending_expert,
    an_expert,
    expert_and_person,
)
from tests.market.factories.firms import (
    ITEM,
    PASSWORD,
    SYSTEM,
    a_code,
    a_delegate,
    a_person,
    an_id_number,
)


def enter(client, person):
    sign_in(client, person.user, PASSWORD)


def entry(**differences):
    """Return what a browser sends for a new expert."""
    sent = {
        "name": "吴评审",
        "id_number": an_id_number(),
        "title": "高级工程师",
        "employer_name": "示范大学",
        "employer_code": a_code("12"),
        "evidence": EVIDENCE,
        "items": [ITEM],
    }
    return sent | differences


def the_expert(here, code):
    with unit_of_work(here.sessions, SYSTEM, here.clock) as work:
        return queries.expert_at(work, code)


def version(client, address):
    found = re.search(r'name="version" value="(\d+)"', client.get(address).text)
    return found[1]


def test_two_operators_bring_an_expert_into_the_pool(client, fast_here):
    first, second = a_clerk(fast_here), a_clerk(fast_here)
    enter(client, first)
    answer = client.post("/experts/new", data=entry())
    assert answer.status_code == 303, answer.text
    code = answer.location.rpartition("/")[2]
    shown = client.get(f"/experts/at/{code}").text
    assert "登记人不能自己复核" in shown
    assert "复核通过，入库" not in shown
    client.post("/sign-out")
    enter(client, second)
    assert "复核评审专家" in client.get("/workbench").text
    address = f"/experts/at/{code}"
    answer = client.post(f"{address}/confirm", data={"version": version(client, address)})
    assert answer.status_code == 303, answer.text
    assert the_expert(fast_here, code).state is ExpertState.ACTIVE
    assert "尚未开通账号" in client.get(address).text
    client.post("/sign-out")
    manager = a_person(fast_here, OrgKind.OPERATOR, Role.OPERATOR_MANAGER)
    enter(client, manager)
    assert "为评审专家开通账号" in client.get("/workbench").text


def test_a_wrong_entry_keeps_what_was_typed_and_says_what_is_wrong(client, fast_here):
    enter(client, a_clerk(fast_here))
    answer = client.post("/experts/new", data=entry(id_number="1", employer_code="2"))
    assert answer.status_code == 409
    assert "身份证号码不正确" in answer.text
    assert "吴评审" in answer.text
    assert client.post("/experts/new", data=entry(items=[])).status_code == 422


def test_a_pause_needs_a_reason_and_the_page_as_it_is(client, fast_here):
    expert = an_expert(fast_here)
    enter(client, a_clerk(fast_here))
    address = f"/experts/at/{expert.code}/pause"
    sent = {"version": version(client, address), "reason": "own-wish", "words": "本人申请暂停。"}
    assert client.post(address, data=sent | {"reason": ""}).status_code == 422
    assert client.post(address, data=sent | {"version": "0"}).status_code == 409
    assert client.post(address, data=sent).status_code == 303
    assert the_expert(fast_here, expert.code).state is ExpertState.PAUSED
    assert "现在不能办理" in client.get(address).text
    assert client.get(f"/experts/at/{expert.code}/enter").status_code == 404


def test_the_facts_are_changed_and_wait_for_confirmation(client, fast_here):
    expert = an_expert(fast_here)
    enter(client, a_clerk(fast_here))
    address = f"/experts/at/{expert.code}/change"
    shown = client.get(address).text
    assert "周评审" in shown
    sent = entry(version=version(client, address), title="教授")
    assert client.post(address, data=sent).status_code == 422  # It says no reason.
    sent |= {"reason": "new-title", "words": "聘书换发，职称已变动。"}
    assert client.post(address, data=sent).status_code == 303
    assert "高级工程师 → 教授" in client.get(f"/experts/at/{expert.code}").text
    changed = the_expert(fast_here, expert.code)
    assert (changed.title, changed.state) == ("教授", ExpertState.PENDING)
    assert "待复核" in client.get("/experts/desk").text


def test_a_renewal_is_refused_until_it_is_due(client, fast_here):
    expert = an_expert(fast_here)
    enter(client, a_clerk(fast_here))
    address = f"/experts/at/{expert.code}/renew"
    sent = {"version": version(client, address), "evidence": EVIDENCE}
    answer = client.post(address, data=sent)
    assert answer.status_code == 409
    assert "到期前 60 日内才能续聘" in answer.text


def test_the_desk_is_searched_by_item_state_and_words(client, fast_here):
    expert = an_expert(fast_here)
    waiting = a_pending_expert(fast_here, name="郑待核")
    enter(client, a_clerk(fast_here))
    assert expert.code in client.get(f"/experts/desk?item={ITEM}&state=active").text
    assert waiting.code not in client.get("/experts/desk?state=active").text
    assert waiting.code in client.get("/experts/desk?q=郑待核").text
    assert "没有符合条件的专家" in client.get("/experts/desk?item=ZJ-08-001-01").text


def test_an_expert_keeps_a_list_of_whom_to_avoid_and_declares_it(client, fast_here):
    _, person = expert_and_person(fast_here, declared=False)
    enter(client, person)
    assert "申报回避单位" in client.get("/workbench").text
    assert "没有有效申报" in client.get("/experts/mine").text
    tie = {"org_name": "示范咨询公司", "org_code": a_code(), "ground": "adviser", "note": ""}
    assert client.post("/experts/mine", data=tie | {"org_code": "1"}).status_code == 409
    assert client.post("/experts/mine", data=tie).status_code == 303
    assert client.post("/experts/mine", data=tie).status_code == 409
    assert client.post("/experts/mine/declare").status_code == 303
    shown = client.get("/experts/mine").text
    assert "示范咨询公司" in shown
    assert "2027-03-01" in shown  # the last day of the declaration
    address = re.search(r"/experts/mine/ties/\d+/end", shown)[0]
    assert client.post(address).status_code == 303
    assert "已结束" in client.get("/experts/mine").text
    assert "申报回避单位" not in client.get("/workbench").text


def test_an_expert_hands_in_a_certificate_that_only_operators_read(client, fast_here):
    expert, person = expert_and_person(fast_here)
    enter(client, person)
    assert "职称或执业资格证书" in client.get("/experts/mine").text
    place = f"/documents/new/expert/{expert.id}"
    sent = {"file": (BytesIO(a_pdf()), "证书.pdf")}
    answer = client.post(f"{place}/title", data=sent)
    assert answer.status_code == 303, answer.text
    assert client.get(f"{place}/licence").status_code == 404
    assert "待核对" in client.get("/experts/mine").text
    client.post("/sign-out")
    _, other = expert_and_person(fast_here)
    enter(client, other)
    assert client.get(answer.location).status_code == 404
    assert client.get(f"{place}/title").status_code == 404
    client.post("/sign-out")
    enter(client, a_clerk(fast_here))
    shown = client.get(f"/experts/at/{expert.code}").text
    assert answer.location in shown
    page = client.get(answer.location).text
    assert "登记并打开" in page
    assert client.get(f"{answer.location}/file").status_code == 409
    seen = re.search(r'name="version" value="(\d+)"', page)[1]
    decided = {"outcome": "clear", "reason": "", "version": seen}
    assert client.post(f"{answer.location}/decide", data=decided).status_code == 303
    assert "已核对" in client.get(f"/experts/at/{expert.code}").text


def test_nobody_else_reads_the_list_or_the_names(client, fast_here):
    expert, person = expert_and_person(fast_here)
    public = client.get("/experts").text
    assert "可供抽取" in public
    assert expert.name not in public
    assert expert.code not in public
    enter(client, person)
    assert client.get("/experts/desk").status_code == 403
    assert client.get(f"/experts/at/{expert.code}").status_code == 403
    client.post("/sign-out")
    enter(client, a_delegate(fast_here))
    assert client.get("/experts/mine").status_code == 403


def test_somebody_with_the_role_and_no_record_is_told_what_to_do(client, fast_here):
    enter(client, a_person(fast_here, OrgKind.EXPERT, Role.EXPERT))
    assert "请联系运营机构核对" in client.get("/experts/mine").text


def test_the_public_page_is_found_from_the_catalogue(client, fast_here):
    assert 'href="/experts"' in client.get("/items").text
