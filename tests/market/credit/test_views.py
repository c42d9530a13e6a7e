import re
from datetime import timedelta

import pytest

from market.access import OrgKind, Role
from market.credit import jobs
from market.credit.cases import queries as case_queries
from market.db import reading_work
from tests.market.factories import accounts
from tests.market.factories.accounts import sign_in
from tests.market.factories.credit import (
    DECISION,
    GROUNDS,
    REPLY,
    SYSTEM,
    a_blacklisted_firm,
    a_case,
    a_decider,
    a_late_firm,
    a_replied_case,
    an_officer,
    breaches_of,
    decide,
    working_days_later,
)
from tests.market.factories.firms import PASSWORD, REMEDIES, a_delegate, a_listed_firm


def enter(client, person):
    """Sign a person of the firms' factory in."""
    sign_in(client, person.user, PASSWORD)


def cases_of(here, firm):
    with reading_work(here.sessions, SYSTEM, here.clock) as work:
        return list(case_queries.cases_of_firm(work, firm.id))


def typed(firm_breaches, **differences):
    facts = {
        "breaches": [str(breach.id) for breach in firm_breaches],
        "measure": "blacklist",
        "months": "6",
        "scope": ["all"],
        "grounds": GROUNDS,
    }
    return facts | differences


def test_a_firm_reads_its_own_ledger_entry_by_entry(client, fast_here, clock):
    _, delegate = a_late_firm(fast_here, clock, judged=False)
    enter(client, delegate)
    page = client.get("/credit/ledger").text
    for words in (
        "逾期红牌",
        "逾期被督办",
        "逾期达到移送天数",
        "platform-credit-2024",
        "平台默认值",
    ):
        assert words in page
    assert re.search(r"z-figure__value\">80<", page)
    assert page.count("计入</span>") == 3
    assert page.count("亮牌尚未认定</span>") == 3  # Time alone gave them: nobody judged them yet.
    assert not re.search(r"\d\d:\d\d:\d\d</time> <span[^>]*>(<[^>]*>)*计入", page)
    clock.advance(timedelta(days=400))
    later = client.get("/credit/ledger")
    if later.status_code == 303:  # The session is over after so long a time.
        enter(client, delegate)
        later = client.get("/credit/ledger")
    assert later.text.count("已过期</span>") == 3


def test_a_firm_without_a_registration_has_no_ledger_yet(client, fast_here):
    enter(client, a_delegate(fast_here))
    assert "还没有信用记录" in client.get("/credit/ledger").text


def line_of(page):
    """Return where a case stands, as its page says."""
    return re.search(r'<ol class="z-steps".*?</ol>', page, re.DOTALL)[0]


def test_the_whole_case_on_pages(client, fast_here, clock):
    firm, delegate = a_late_firm(fast_here, clock)
    enter(client, an_officer(fast_here))
    assert firm.name in client.get("/workbench").text
    assert firm.name in client.get("/credit/cases/new").text
    form = client.get(f"/credit/cases/new?firm={firm.code}").text
    assert "3 至 12 个月" in form
    answer = client.post(
        f"/credit/cases/new?firm={firm.code}", data=typed(breaches_of(fast_here, firm))
    )
    assert answer.status_code == 303
    address = answer.location
    assert "认定建议" in client.get(address).text
    assert client.get(f"{address}/decide").status_code == 403

    enter(client, delegate)
    assert client.get(address).status_code == 404  # Nobody is exposed by a mere proposal.
    decider = a_decider(fast_here)
    enter(client, decider)
    assert "审核认定建议" in client.get("/workbench").text
    assert client.post(f"{address}/confirm", data={"outcome": "notify"}).location == address
    assert "WGZ-2026-000001" in client.get(address).text

    told = client.get(f"{address}/decide").text
    assert "现在不能办理此步骤" in told
    assert "陈述申辩期届满后" in told
    assert "最早可以办理的时间" in told
    assert 'name="decision"' not in told
    assert "听证" in line_of(client.get(address).text)  # The firm may still ask for it.

    enter(client, delegate)
    assert "提出陈述申辩" in client.get("/workbench").text
    assert GROUNDS in client.get(address).text
    said = {"reply": REPLY, "is_last": "y"}
    assert client.post(f"{address}/reply", data=said).location == address
    assert REPLY in client.get(address).text

    enter(client, decider)
    assert "听证" not in line_of(client.get(address).text)
    assert 'name="decision"' in client.get(f"{address}/decide").text
    assert "决定信用案件" in client.get("/workbench").text
    assert REPLY in client.get(f"{address}/decide").text
    decision = {"outcome": "uphold", "decision": DECISION}
    assert client.post(f"{address}/decide", data=decision).location == address
    assert client.post(f"{address}/sign", data={"outcome": "sign"}).status_code == 409
    enter(client, a_decider(fast_here))
    assert "确认信用案件决定" in client.get("/workbench").text
    assert client.post(f"{address}/sign", data={"outcome": "sign"}).location == address
    letter = client.get(address).text
    for words in ("决定书", "行政复议", "行政诉讼", REMEDIES.review_body, DECISION):
        assert words in letter
    assert "现在不能办理此步骤" in client.get(f"{address}/decide").text


WRONG = [
    ({"breaches": []}, 422, "请至少选择一项失信行为"),
    ({"breaches": ["999999"]}, 422, "请从列表中选择"),
    ({"breaches": ["x"]}, 422, "请从列表中选择"),
    ({"measure": "exile"}, 422, "请从列表中选择"),
    ({"measure": ""}, 422, "请选择一项"),
    ({"months": "0"}, 422, "之间的整数"),
    ({"months": "half"}, 422, "请填写整数"),
    ({"months": "13"}, 409, "3 至 12 个月"),
    ({"measure": "serious-blacklist", "months": "12"}, 409, "严重失信须有规定列明的行为"),
    ({"grounds": "太短"}, 409, "至少 20 个字"),
    ({"grounds": ""}, 422, "请填写此项"),
    ({"grounds": "长" * 4001}, 422, "最多 4000 个字"),
]


def test_a_wrong_proposal_is_refused_and_keeps_what_was_typed(client, fast_here, clock):
    firm, _ = a_late_firm(fast_here, clock)
    enter(client, an_officer(fast_here))
    breaches = breaches_of(fast_here, firm)
    for differences, status, words in WRONG:
        data = typed(breaches, **differences)
        answer = client.post(f"/credit/cases/new?firm={firm.code}", data=data)
        assert (differences, answer.status_code) == (differences, status)
        assert words in answer.text
        assert data["grounds"] in answer.text
    assert cases_of(fast_here, firm) == []


def test_a_proposal_sent_twice_opens_one_case(client, fast_here, clock):
    firm, _ = a_late_firm(fast_here, clock)
    enter(client, an_officer(fast_here))
    data = typed(breaches_of(fast_here, firm), request_key="k" * 32)
    address = f"/credit/cases/new?firm={firm.code}"
    first, second = client.post(address, data=data), client.post(address, data=data)
    assert first.location == second.location
    assert len(cases_of(fast_here, firm)) == 1


def test_a_late_reply_is_refused_and_kept_on_the_page(client, fast_here, clock):
    firm, delegate = a_late_firm(fast_here, clock)
    case = a_case(fast_here, firm, an_officer(fast_here))
    clock.move_to(case.reply_by_at)
    enter(client, delegate)
    answer = client.post(f"/credit/cases/{case.number}/reply", data={"reply": REPLY})
    assert answer.status_code == 409
    assert REPLY in answer.text
    assert "期已满" in answer.text


def test_a_decision_before_the_hearing_is_refused(client, fast_here, clock):
    firm, _ = a_late_firm(fast_here, clock)
    case = a_case(fast_here, firm, an_officer(fast_here))
    enter(client, a_decider(fast_here))
    address = f"/credit/cases/{case.number}"
    assert f"{address}/decide" not in client.get(address).text
    unsaid = client.post(f"{address}/decide", data={"outcome": "", "decision": DECISION})
    assert (unsaid.status_code, "请选择一项" in unsaid.text) == (422, True)
    data = {"outcome": "uphold", "decision": DECISION}
    answer = client.post(f"{address}/decide", data=data)
    assert (answer.status_code, "期满前不能作出决定" in answer.text) == (409, True)
    assert DECISION in answer.text


def test_a_report_is_entered_once_and_shown_in_the_ledger(client, fast_here, clock):
    firm, _ = a_listed_firm(fast_here, clock)
    enter(client, an_officer(fast_here))
    address = f"/credit/breaches/new?firm={firm.code}"
    evidence = "市场监管部门行政处罚决定书认定其出具虚假报告，文号附后。"
    data = {"kind": "false-materials", "occurred_on": "2026-03-01", "evidence": evidence}
    assert client.post(address, data=data | {"occurred_on": "2027-01-01"}).status_code == 409
    assert client.post(address, data=data | {"kind": "red_card"}).status_code == 422
    refused = client.post(address, data=data)
    assert refused.status_code == 409
    assert "认定文书的名称和文号、证据材料的名称" in refused.text
    data |= {"document": "行政处罚决定书（2026）3号", "material": "虚假报告原件"}
    answer = client.post(address, data=data)
    assert answer.location == "/credit/reports/JB-2026-000001"
    assert evidence.rstrip("。") in client.get(answer.location).text
    page = client.get(f"/credit/firms/{firm.code}").text
    assert "已告知机构，听取陈述" in page
    assert "直接立案" not in page  # Nobody has confirmed it.


def test_a_case_is_missing_for_whoever_it_does_not_concern(client, fast_here, clock):
    firm, delegate = a_late_firm(fast_here, clock)
    case = a_replied_case(fast_here, firm, delegate, an_officer(fast_here, "03"))
    address = f"/credit/cases/{case.number}"
    _, stranger = a_listed_firm(fast_here, clock)
    for person in (stranger, a_decider(fast_here, "07")):
        enter(client, person)
        assert client.get(address).status_code == 404
    assert client.get(f"{address}/decide").status_code == 404
    enter(client, stranger)
    assert client.post(f"{address}/reply", data={"reply": REPLY}).status_code == 404
    owner = accounts.a_person(fast_here, Role.OWNER_CLERK, kind=OrgKind.OWNER)
    sign_in(client, owner)
    assert client.get(address).status_code == 404
    for path in ("/credit/ledger", f"/credit/firms/{firm.code}", "/credit/cases/new"):
        assert client.get(path).status_code == 403


def test_a_regulator_of_another_trade_is_told_whose_firm_it_is(client, fast_here, clock):
    firm, _ = a_listed_firm(fast_here, clock)
    enter(client, an_officer(fast_here, "07"))
    answer = client.get(f"/credit/cases/new?firm={firm.code}")
    assert (answer.status_code, "转交相应主管部门" in answer.text) == (409, True)
    assert client.get("/credit/cases/new?firm=NOSUCH").status_code == 404
    assert firm.name not in client.get(f"/credit/cases/new?q={firm.name}").text.split("<main")[
        1
    ].replace(f'value="{firm.name}"', "")


@pytest.mark.parametrize("path", ["/credit/cases/%00", "/credit/firms/%00", "/credit/cases/AJ-1"])
def test_nonsense_in_an_address_is_missing(client, fast_here, path):
    enter(client, an_officer(fast_here))
    assert client.get(path).status_code == 404


def test_a_decided_case_ends_in_the_ledger_and_on_the_firm(client, fast_here, clock):
    firm, case = a_blacklisted_firm(fast_here, clock)
    enter(client, an_officer(fast_here))
    page = client.get(f"/credit/firms/{firm.code}").text
    assert case.number in page
    assert "黑名单" in page


def test_a_dismissed_case_says_so_and_nothing_more(client, fast_here, clock):
    firm, delegate = a_late_firm(fast_here, clock)
    case = a_case(fast_here, firm, an_officer(fast_here))
    working_days_later(clock, 5)
    decide(fast_here, case, a_decider(fast_here), uphold=False)
    jobs.sweep(fast_here)
    enter(client, delegate)
    page = client.get(f"/credit/cases/{case.number}").text
    assert "不予处理" in page
    assert "期限内没有提出陈述申辩" in page
    assert "行政复议" not in page
