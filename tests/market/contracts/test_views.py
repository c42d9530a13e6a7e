"""The pages of contracts: for the two sides, for those who oversee, and for everyone."""

from io import BytesIO

import pytest

from market.access import OrgKind, Role
from market.clocks import actions as clocks
from market.clocks.queries import clock_of
from market.clocks.rules import SuspensionReason
from market.contracts.actions import subject_of
from market.contracts.rules import ContractState
from tests.market.factories.accounts import sign_in
from tests.market.factories.contracts import (
    COMMENT,
    MATERIALS,
    Agreed,
    a_contract,
    a_delivered_contract,
    a_filed_contract,
    a_pdf,
    a_running_contract,
    an_accepted_contract,
)
from tests.market.factories.draws import a_confirmed_award
from tests.market.factories.firms import PASSWORD, a_person

KEY = "0123456789abcdefghijklmnopqrstuv"


def as_(app, person):
    browser = app.test_client()
    sign_in(browser, person.user, PASSWORD)
    return browser


def filing(**differences):
    usual = {
        "price_fen": "98000",
        "signed_on": "2026-03-20",
        "service_working_days": "15",
        "payer": "owner",
        "for_own_review": "own",
        "file": (BytesIO(a_pdf()), "合同.pdf"),
    }
    return usual | differences


def own(agreed, tail=""):
    return f"/contracts/mine/{agreed.contract_id}{tail}"


def seen(agreed, **data):
    return {"version": str(agreed.contract().version)} | data


def test_a_contract_in_the_browser_from_filing_to_acceptance(app, fast_here, clock):
    drawn = a_confirmed_award(fast_here, clock)
    firm, owner = as_(app, drawn.delegate), as_(app, drawn.city.clerk)
    path = f"/awards/{drawn.award.id}/contract"
    assert "签订并提交合同" in firm.get("/workbench").text
    assert path in firm.get("/contracts/mine").text
    shown = firm.get(path).text
    assert ('value="98000.00"' in shown, 'value="15"' in shown) == (True, True)
    filed = firm.post(path, data=filing())
    assert (filed.status_code, filed.location) == (303, "/contracts/mine/1")
    assert firm.get(path).location == owner.get(path).location == "/contracts/mine/1"
    assert "等待对方确认" in firm.get("/contracts/mine/1").text
    assert "确认对方提交的合同" in owner.get("/workbench").text
    assert "/contracts/mine/1/confirm" in owner.get("/contracts/mine/1").text
    agreed = Agreed(drawn.city, 1, drawn.city.clerk, drawn.delegate)
    assert owner.post(own(agreed, "/confirm"), data=seen(agreed)).status_code == 303
    assert "向中介机构移交资料" in owner.get("/workbench").text
    assert owner.get(own(agreed, "/materials")).status_code == 200
    data = seen(agreed, materials=MATERIALS)
    assert owner.post(own(agreed, "/materials"), data=data).status_code == 303
    assert "提交服务成果" in firm.get("/workbench").text
    assert "第 1 轮" in firm.get(own(agreed, "/deliver")).text
    data = seen(agreed, file=(BytesIO(a_pdf()), "成果.pdf"), note="第一稿")
    assert firm.post(own(agreed, "/deliver"), data=data).status_code == 303
    assert "验收中介机构提交的成果" in owner.get("/workbench").text
    assert owner.get(own(agreed, "/review")).status_code == 200
    data = seen(agreed, decision="return", reason="format", clause="合同第5.2条", comment=COMMENT)
    assert owner.post(own(agreed, "/review"), data=data).status_code == 303
    assert "修改被退回的成果" in firm.get("/workbench").text
    assert COMMENT in firm.get(own(agreed, "/deliver")).text
    data = seen(agreed, file=(BytesIO(a_pdf("revised")), "成果.pdf"))
    assert firm.post(own(agreed, "/deliver"), data=data).status_code == 303
    data = seen(agreed, decision="accept")
    assert owner.post(own(agreed, "/review"), data=data).status_code == 303
    page = owner.get("/contracts/mine/1").text
    assert ("成果已验收" in page, "第 2 轮" in page, COMMENT in page) == (True, True, True)
    assert "成果已验收" in owner.get("/contracts/mine").text


@pytest.mark.parametrize(
    ("difference", "words"),
    [
        ({"price_fen": "98000.01"}, "不得高于中选金额 98,000.00"),
        ({"price_fen": ""}, "请填写此项"),
        ({"price_fen": "1.005"}, "两位小数"),
        ({"price_fen": "0"}, "大于 0"),
        ({"signed_on": "2099-01-01"}, "签订日期"),
        ({"signed_on": "三月"}, "签订日期：请"),
        ({"service_working_days": "16"}, "15 个工作日"),
        ({"file": (BytesIO(b""), "")}, "请选择要上传的文件"),
        ({"file": (BytesIO(b"<svg/>"), "图.svg")}, "只接受"),
        ({"file": (BytesIO(b"<html>"), "合同.pdf")}, "打不开"),
    ],
)
def test_a_bad_filing_is_refused_at_its_field_and_what_was_typed_is_kept(
    app, fast_here, clock, difference, words
):
    drawn = a_confirmed_award(fast_here, clock)
    firm = as_(app, drawn.delegate)
    path = f"/awards/{drawn.award.id}/contract"
    kept = {"service_working_days": "14"} | difference
    answer = firm.post(path, data=filing(**kept))
    assert answer.status_code in {409, 422}
    assert words in answer.text
    assert f'value="{kept["service_working_days"]}"' in answer.text
    assert "请重新选择文件" in answer.text
    assert firm.get(path).status_code == 200


def test_a_double_press_files_once(app, fast_here, clock):
    drawn = a_confirmed_award(fast_here, clock)
    firm = as_(app, drawn.delegate)
    path = f"/awards/{drawn.award.id}/contract"
    first, second = (firm.post(path, data=filing(request_key=KEY)) for _ in range(2))
    assert first.location == second.location == "/contracts/mine/1"
    third = firm.post(path, data=filing())
    assert (third.status_code, "已经提交" in third.text) == (409, True)


def test_nobody_confirms_or_accepts_what_changed_since_the_page_was_shown(app, fast_here, clock):
    agreed = a_filed_contract(fast_here, clock)
    before = seen(agreed)
    agreed.return_filing()
    agreed.refile(price_fen=9_700_000)
    owner = as_(app, agreed.owner)
    for data in (before, {}, {"version": "x"}):
        answer = owner.post(own(agreed, "/confirm"), data=data)
        assert (answer.status_code, "刷新页面" in answer.text) == (409, True)
    assert agreed.contract().state is ContractState.FILED
    assert owner.post(own(agreed, "/confirm"), data=seen(agreed)).status_code == 303


def test_returning_and_filing_again(app, fast_here, clock):
    agreed = a_filed_contract(fast_here, clock)
    firm, owner = as_(app, agreed.firm), as_(app, agreed.owner)
    assert "现在不能办理" in firm.get(own(agreed, "/return")).text
    assert owner.get(own(agreed, "/return")).status_code == 200
    short = owner.post(own(agreed, "/return"), data=seen(agreed, reason="不行"))
    assert (short.status_code, "至少 5 个字" in short.text) == (409, True)
    data = seen(agreed, reason="金额与报价单不一致")
    assert owner.post(own(agreed, "/return"), data=data).status_code == 303
    assert "修改被退回的合同" in firm.get("/workbench").text
    shown = firm.get(own(agreed, "/refile")).text
    assert ("金额与报价单不一致" in shown, 'value="98000.00"' in shown) == (True, True)
    data = filing(**seen(agreed, price_fen="97000"))
    assert firm.post(own(agreed, "/refile"), data=data).status_code == 303
    assert agreed.contract().price_fen == 9_700_000


def test_the_side_that_filed_does_not_confirm(app, fast_here, clock):
    agreed = a_filed_contract(fast_here, clock)
    answer = as_(app, agreed.firm).post(own(agreed, "/confirm"), data=seen(agreed))
    assert (answer.status_code, "须由对方单位办理" in answer.text) == (409, True)


def test_a_review_needs_a_conclusion_a_reason_and_the_facts(app, fast_here, clock):
    agreed = a_delivered_contract(fast_here, clock)
    owner = as_(app, agreed.owner)
    for data, words in [
        ({}, "请选择一项"),
        ({"decision": "return", "comment": COMMENT}, "请选择退回原因"),
        ({"decision": "return", "reason": "format", "comment": "不对"}, "至少 10 个字"),
        ({"decision": "maybe"}, "验收结论"),
    ]:
        answer = owner.post(own(agreed, "/review"), data=seen(agreed, **data))
        assert answer.status_code in {409, 422}
        assert words in answer.text
    assert agreed.contract().state is ContractState.DELIVERED


def test_every_page_of_another_tenant_is_missing(app, fast_here, clock):
    agreed = a_delivered_contract(fast_here, clock)
    city = agreed.city
    file_id = agreed.contract().file_id
    other_firm = next(p for _, p in city.firms if p is not agreed.firm)
    other_owner = a_person(fast_here, OrgKind.OWNER, Role.OWNER_CLERK)
    paths = {
        "": {"get"},
        f"/files/{file_id}": {"get"},
        "/confirm": {"post"},
        "/return": {"get", "post"},
        "/refile": {"get", "post"},
        "/materials": {"get", "post"},
        "/deliver": {"get", "post"},
        "/review": {"get", "post"},
    }
    data = seen(agreed, reason="金额与报价单不一致", materials=MATERIALS, decision="accept")
    for person in (other_firm, other_owner):
        stranger = as_(app, person)
        assert "HT-" not in stranger.get("/contracts/mine").text
        for tail, methods in paths.items():
            for method in methods:
                kwargs = {"data": filing(**data)} if method == "post" else {}
                status = getattr(stranger, method)(own(agreed, tail), **kwargs).status_code
                assert status in {403, 404}, (tail, method, status)
        path = f"/awards/{agreed.contract().award_id}/contract"
        assert stranger.get(path).status_code == 404
        assert stranger.post(path, data=filing()).status_code == 404
    assert agreed.contract().state is ContractState.DELIVERED


def test_a_side_does_not_do_the_other_s_part(app, fast_here, clock):
    agreed = a_running_contract(fast_here, clock)
    firm, owner = as_(app, agreed.firm), as_(app, agreed.owner)
    assert owner.get(own(agreed, "/deliver")).status_code == 403
    assert firm.get(own(agreed, "/materials")).status_code == 403
    assert firm.get(own(agreed, "/review")).status_code == 403
    approver = as_(app, agreed.city.approver)
    assert approver.get(own(agreed)).status_code == 200
    assert approver.get(own(agreed, "/review")).status_code == 403


def test_files_go_to_the_two_sides_and_those_who_oversee_as_attachments(app, fast_here, clock):
    agreed = a_delivered_contract(fast_here, clock)
    (round_,) = agreed.rounds()
    for person in (agreed.owner, agreed.firm, agreed.operator, agreed.city.supervisor):
        reader = as_(app, person)
        for file_id in (agreed.contract().file_id, round_.deliverable.file_id):
            answer = reader.get(own(agreed, f"/files/{file_id}"))
            assert answer.status_code == 200
            assert answer.data.startswith(b"%PDF-")
            assert answer.headers["Content-Disposition"].startswith("attachment")
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert "sandbox" in answer.headers["Content-Security-Policy"]
            assert "no-store" in answer.headers["Cache-Control"]
        assert reader.get(own(agreed, "/files/999")).status_code == 404
    path = own(agreed, f"/files/{round_.deliverable.file_id}")
    assert app.test_client().get(path).status_code == 303


def test_the_public_page_tells_the_facts_and_no_files(app, client, fast_here, clock):
    filed = a_filed_contract(fast_here, clock)
    number = filed.contract().number
    assert client.get(f"/contracts/{number}").status_code == 404
    filed.confirm()
    filed.hand_over()
    filed.deliver()
    page = client.get(f"/contracts/{number}")
    assert page.status_code == 200
    for words in (number, "¥98,000.00", "15 个工作日", "第 1 轮", "合计"):
        assert words in page.text, words
    for secret in ("成果.pdf", "合同.pdf", MATERIALS, "/files/", "请查收", "张三"):
        assert secret not in page.text, secret
    assert client.get("/contracts/HT-2026-999999").status_code == 404


def test_a_suspended_contract_says_what_to_do_first(app, fast_here, clock):
    agreed = a_running_contract(fast_here, clock)
    firm, owner = as_(app, agreed.firm), as_(app, agreed.owner)
    clock_page = f"/clocks/{agreed.clock().id}"
    ask = {"reason": "season", "evidence": "枯水期监测须等到四月中旬开始。", "working_days": "3"}
    assert firm.post(f"{clock_page}/suspend", data=ask).status_code == 303
    assert "尚未办结" in owner.get(own(agreed)).text
    answer = f"{clock_page}/suspensions/1/answer"
    assert owner.post(answer, data={"decision": "agree"}).status_code == 303
    for page in (own(agreed), own(agreed, "/deliver")):
        shown = firm.get(page).text
        assert ("请先恢复计时" in shown, clock_page in shown) == (True, True)
    data = seen(agreed, file=(BytesIO(a_pdf()), "成果.pdf"))
    refused = firm.post(own(agreed, "/deliver"), data=data)
    assert (refused.status_code, "请先在时限页面恢复计时" in refused.text) == (409, True)
    assert "提交服务成果" not in firm.get("/workbench").text


def test_the_operator_sees_what_an_owner_holds_up(app, fast_here, clock):
    agreed = a_filed_contract(fast_here, clock)
    clock.move_to(agreed.contract().act_by_at)
    operator = as_(app, agreed.operator)
    assert "业主逾期未确认合同" in operator.get("/workbench").text
    shown = operator.get(own(agreed)).text
    assert not [deed for deed in ("/confirm", "/return") if own(agreed, deed) in shown]


@pytest.mark.parametrize("stage", [a_contract, an_accepted_contract])
def test_forms_whose_time_has_not_come_or_passed_say_so(app, fast_here, clock, stage):
    agreed = stage(fast_here, clock)
    firm, owner = as_(app, agreed.firm), as_(app, agreed.owner)
    assert "现在不能办理" in firm.get(own(agreed, "/deliver")).text
    assert "现在不能办理" in firm.get(own(agreed, "/refile")).text
    assert "现在不能办理" in owner.get(own(agreed, "/review")).text
    data = seen(agreed, file=(BytesIO(a_pdf()), "成果.pdf"))
    assert firm.post(own(agreed, "/deliver"), data=data).status_code == 409


def test_whoever_delivers_is_told_that_an_open_request_to_suspend_lapses(app, fast_here, clock):
    agreed = a_running_contract(fast_here, clock)
    firm, warning = as_(app, agreed.firm), "您的挂起申请还没有答复"
    assert warning not in firm.get(own(agreed, "/deliver")).text

    def ask(work, contract):
        reason, facts = SuspensionReason.SITE_NOT_READY, "现场尚未腾空，进场记录已经拍照存档。"
        clocks.request_suspension(work, clock_of(work, subject_of(contract)), reason, facts, 2)

    agreed.do(agreed.firm, ask)
    assert warning in firm.get(own(agreed, "/deliver")).text
