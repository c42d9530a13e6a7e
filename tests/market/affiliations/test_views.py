"""The pages of affiliations: declared by a firm, put to the firms, decided, objected to, public."""

import re

from market.affiliations import queries
from market.affiliations.rules import ObjectionState
from market.db import unit_of_work
from tests.market.factories.accounts import sign_in
from tests.market.factories.affiliations import (
    ANSWER,
    DECISION,
    FACTS,
    JOB,
    OBJECTION,
    STATEMENT,
    a_case,
    a_declaration,
    a_group,
    decide,
    speak,
)
from tests.market.factories.firms import (
    PASSWORD,
    a_code,
    a_delegate,
    a_listed_firm,
    an_id_number,
    an_operator,
    some_firms,
)

DECLARE = "/affiliations/own/declare"


def enter(client, person):
    sign_in(client, person.user, PASSWORD)


def typed(**differences):
    """Return what a browser sends: every row of the form, blank or not."""
    rows = {
        f"parties-{n}-{name}": value
        for n in range(4)
        for name, value in (
            ("role", "controller"),
            ("kind", "person"),
            ("number", ""),
            ("name", ""),
            ("share", ""),
        )
    }
    facts = {
        "legal_id": an_id_number(),
        "account": "6222020012345678",
        "phone": "0755-86001234",
        "offices": "滨河路9号\n滨河路10号",
        "parties-0-number": an_id_number(),
        "signer_name": "陈立",
        "promised": "y",
    }
    return rows | facts | differences


def last_of(here, firm):
    with unit_of_work(here.sessions, JOB, here.clock) as work:
        return queries.declaration_of(work, firm.id)


def test_a_firm_declares_and_reads_what_it_declared(client, fast_here, clock):
    firm, delegate = a_listed_firm(fast_here, clock)
    enter(client, delegate)
    assert "申报关联关系" in client.get("/workbench").text
    assert "还没有申报" in client.get("/affiliations/own").text
    person, code = an_id_number(), a_code()
    organisation = {
        "parties-1-role": "shareholder",
        "parties-1-kind": "organisation",
        "parties-1-number": code,
        "parties-1-name": "示范集团",
        "parties-1-share": "12.5",
    }
    tie = {
        "ties-0-code": a_code("12"),
        "ties-0-name": "示范局",
        "ties-0-kind": "funded",
        "ties-0-note": "",
    }
    data = typed(**{"parties-0-number": person}, **organisation, **tie)
    assert client.post(DECLARE, data=data).location == "/affiliations/own"
    page = client.get("/affiliations/own").text
    for words in ("第 1 版", "示范集团", "12.50%", "示范局", "出资或举办", "*5678", person[:4]):
        assert words in page
    assert person not in page
    again = client.get(DECLARE).text
    assert "示范集团" in again
    kept = re.findall(r'name="kept"[^>]*value="(\d+)"', again)
    assert len(kept) == 2
    changed = typed(legal_id="", account="", kept=kept, phone="0755-86009999")
    changed["parties-0-number"] = ""
    assert client.post(DECLARE, data=changed).status_code == 303
    assert last_of(fast_here, firm).version_no == 2
    assert "以前的版本" in client.get("/affiliations/own").text


WRONG = [
    ({"promised": ""}, 422, "请阅读承诺并勾选"),
    ({"parties-0-number": "123"}, 422, "身份证号码不正确"),
    ({"parties-0-kind": "organisation"}, 422, "统一社会信用代码第"),
    ({"parties-0-role": "king"}, 422, "请从列表中选择"),
    ({"parties-0-share": "101"}, 422, "之间的数"),
    ({"parties-0-number": "", "no_controller": ""}, 409, "请至少申报一名实际控制人"),
    ({"no_controller": "y"}, 409, "不能同时勾选"),
    ({"ties-0-code": "1", "ties-0-name": "x", "ties-0-kind": "funded"}, 422, "应为18位"),
    ({"legal_id": ""}, 409, "法定代表人的身份证号码"),
    ({"legal_id": "1"}, 409, "身份证号码不正确"),
    ({"account": ""}, 409, "基本存款账户"),
]


def test_a_wrong_declaration_is_refused_beside_its_field(client, fast_here, clock):
    firm, delegate = a_listed_firm(fast_here, clock)
    enter(client, delegate)
    for differences, status, words in WRONG:
        answer = client.post(DECLARE, data=typed(**differences))
        assert (differences, answer.status_code) == (differences, status)
        assert words in answer.text
    assert last_of(fast_here, firm) is None


def test_a_firm_without_a_registration_is_told_where_to_begin(client, fast_here):
    enter(client, a_delegate(fast_here))
    for address in ("/affiliations/own", DECLARE):
        assert "还没有办理入驻" in client.get(address).text


def test_the_whole_case_on_pages(client, fast_here, clock):
    (first, one), (second, other) = some_firms(fast_here, clock, 2)
    clerk, decider = an_operator(fast_here), an_operator(fast_here)
    enter(client, clerk)
    desk = client.get("/affiliations/desk").text
    assert "同一电话" in desk
    address = f"/affiliations/cases/new?firm={first.code}&firm={second.code}"
    assert "系统提示的线索" in client.get(address).text
    data = {"ground": "phone", "facts": FACTS}
    assert client.post(address, data=data | {"facts": "太短"}).status_code == 409
    assert client.post(address, data=data | {"ground": ""}).status_code == 422
    case = client.post(address, data=data).location
    assert FACTS in client.get(case).text
    assert "须由另一人" in client.get(f"{case}/decide").text

    for delegate in (one, other):
        enter(client, delegate)
        assert "对拟认定的关联组陈述意见" in client.get("/workbench").text
        assert client.post(f"{case}/state", data={"statement": STATEMENT}).location == case
        assert "现在不能陈述意见" in client.get(f"{case}/state").text
    page = client.get(case).text
    assert page.count(STATEMENT) == 1
    enter(client, decider)
    assert "决定是否认定关联组" in client.get("/workbench").text
    assert client.get(case).text.count(STATEMENT) == 2
    decision = {"outcome": "confirm", "decision": DECISION}
    assert client.post(f"{case}/decide", data=decision).location == case
    assert "已认定" in client.get(case).text
    assert client.post(f"{case}/decide", data=decision).status_code == 409
    assert first.name not in client.get("/affiliations").text


def test_the_public_list_tells_number_names_and_ground_only(client, fast_here, clock):
    two = some_firms(fast_here, clock, 2)
    group = a_group(fast_here, clock, *two)
    page = client.get("/affiliations").text
    for words in (group.number, two[0][0].name, two[1][0].code, "同一控制人"):
        assert words in page
    for words in (FACTS, STATEMENT, DECISION):
        assert words not in page
    assert client.get(f"/affiliations/cases/{group.number}").status_code == 303


def test_a_firm_objects_and_another_person_answers(client, fast_here, clock):
    two = some_firms(fast_here, clock, 2)
    decider = an_operator(fast_here)
    group = a_group(fast_here, clock, *two, decider=decider)
    enter(client, two[0][1])
    address = f"/affiliations/cases/{group.number}"
    assert f"{address}/object" in client.get(address).text
    assert client.post(f"{address}/object", data={"text": "不服"}).status_code == 409
    sent = client.post(f"{address}/object", data={"text": OBJECTION})
    assert sent.location == "/affiliations/own"
    assert "待答复" in client.get("/affiliations/own").text
    with unit_of_work(fast_here.sessions, JOB, clock) as work:
        [(objection, _)] = queries.objections(work, ObjectionState.OPEN)
    answer = f"/affiliations/objections/{objection.number}"
    data = {"outcome": "uphold", "answer": ANSWER}
    enter(client, decider)
    assert "须由另一人答复" in client.get(answer).text
    assert client.post(answer, data=data).status_code == 409
    enter(client, an_operator(fast_here))
    assert "答复关联组或回避的异议" in client.get("/workbench").text
    assert OBJECTION in client.get(answer).text
    assert client.post(answer, data=data).location == "/affiliations/desk"
    assert ANSWER in client.get(answer).text
    assert group.number not in client.get("/affiliations").text
    enter(client, two[0][1])
    assert ANSWER in client.get("/affiliations/own").text


def test_another_firm_does_not_find_the_case(client, fast_here, clock):
    two = some_firms(fast_here, clock, 2)
    case = a_case(fast_here, *(firm for firm, _ in two))
    enter(client, a_delegate(fast_here))
    for more in ("", "/state", "/object"):
        assert client.get(f"/affiliations/cases/{case.number}{more}").status_code == 404


def test_a_code_of_nobody_is_named_and_nothing_is_opened(client, fast_here):
    enter(client, an_operator(fast_here))
    page = client.get("/affiliations/cases/new?firm=1&firm=").text
    assert "没有找到这家机构" in page
    assert (
        client.post("/affiliations/cases/new", data={"ground": "phone", "facts": FACTS}).status_code
        == 409
    )


def test_what_is_declared_is_on_no_public_page(client, fast_here, clock):
    firm, delegate = a_listed_firm(fast_here, clock)
    a_declaration(fast_here, delegate, offices="秘密路1号")
    for address in ("/affiliations", f"/firms/{firm.code}"):
        assert "秘密路" not in client.get(address).text


def test_a_rejected_case_is_no_longer_open(client, fast_here, clock):
    two = some_firms(fast_here, clock, 2)
    case = a_case(fast_here, *(firm for firm, _ in two))
    speak(fast_here, case, *(person for _, person in two))
    decide(fast_here, case, confirm=False)
    enter(client, two[0][1])
    page = client.get(f"/affiliations/cases/{case.number}").text
    assert "不予认定" in page
    assert "现在不能提出异议" in client.get(f"/affiliations/cases/{case.number}/object").text
