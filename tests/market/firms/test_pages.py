"""The pages of firms: every form missing, too long, wrong, twice, by the wrong role or tenant."""

import re
from datetime import date, timedelta

import pytest

from market.access import OrgKind, Role
from market.clock import beijing
from market.firms import actions, jobs, queries
from market.firms.rules import FirmState, ServiceState, Standing
from tests.market.factories.documents import upload_required
from tests.market.factories.firms import (
    ITEM,
    a_delegate,
    a_filled_in_firm,
    a_listed_firm,
    a_person,
    a_public_firm,
    a_qualification,
    a_submitted_firm,
    an_id_number,
    an_operator,
    some_firms,
    submit,
)
from tests.market.firms.lists import a_row, csv_of

FACTS = {
    "nature": "enterprise",
    "legal_representative": "陈立",
    "registered_on": "2015-06-01",
    "address": "滨河路 8 号",
    "business_scope": "工程咨询",
    "contact_name": "李丽",
    "contact_phone": "0755-86001234",
    "email": "",
}
QUALIFICATION = {
    "title": "credit_platform|环境影响评价信用平台",
    "other_name": "",
    "major": "",
    "grade": "不分级",
    "number": "HP1",
    "issuer": "生态环境部",
    "valid_from_on": "2024-01-01",
    "valid_to_on": "",
}
SERVICE = {
    "item_code": ITEM,
    "promised_working_days": "15",
    "basis": "own",
    "basis_document": "",
    "kind": "fixed",
    "amount_fen": "30,000.00",
    "rate_ppm": "",
    "rate_base": "",
    "discount_bp": "",
    "min_fee_fen": "",
    "agreed": "y",
    "valid_from_on": "2026-03-02",
}


def member(**differences):
    usual = {
        "name": "赵工程师",
        "id_number": an_id_number(),
        "certificate": "环境影响评价工程师",
        "other_certificate": "",
        "certificate_number": "A1",
        "valid_to_on": "",
    }
    return usual | differences


@pytest.fixture
def here(fast_here):
    return fast_here


def test_a_firm_registers_in_the_browser(here, clock, working, sign_in):
    delegate, operator = a_delegate(here), an_operator(here)
    browser = sign_in(delegate)
    assert "填报入驻申请" in browser.get("/workbench").text
    assert "开始填报" in browser.get("/firm").text
    steps = [
        ("/firm/facts", FACTS),
        ("/firm/qualifications", QUALIFICATION),
        ("/firm/staff", member()),
        ("/firm/services", SERVICE),
        ("/firm/promise", {"signer_name": "陈立", "agreed": "y"}),
        ("/firm/submit", {}),
    ]
    for path, form in steps:
        assert browser.get(path).status_code == 200
        if path == "/firm/submit":
            refused = browser.post(path, data=form)
            assert "营业执照" in refused.text
            upload_required(browser)
        answer = browser.post(path, data=form)
        assert answer.status_code == 303, (path, answer.text)
    assert "运营机构正在审核" in browser.get("/firm").text

    checker = sign_in(operator)
    assert "审核入驻申请" in checker.get("/workbench").text
    link = re.search(r"/firm-checks/\d+", checker.get("/firm-checks").text)[0]
    assert "赵工程师" in checker.get(link).text
    assert checker.post(f"{link}/pass", data={"comment": ""}).status_code == 303
    with working(here, delegate) as work:
        firm = queries.own(work)
    assert firm.name in checker.get("/firms/publicity").text
    assert "正在入驻公示" in browser.get("/firm").text
    clock.move_to(firm.publicity_ends_at)
    jobs.sweep(here)
    assert firm.name in browser.get("/firms").text
    page = browser.get(f"/firms/{firm.code}").text
    for words in ("¥30,000.00", "15 个工作日", "环境影响评价信用平台", "赵*", "已入驻", "正常"):
        assert words in page
    assert "赵工程师" not in page
    assert "¥30,000.00" in browser.get(f"/fees?item={ITEM}").text
    assert firm.name in browser.get(f"/items/{ITEM}").text


def test_later_steps_lead_back_to_the_first_until_it_is_done(here, sign_in):
    browser = sign_in(a_delegate(here))
    for step in ("qualifications", "staff", "services", "promise", "materials", "submit"):
        answer = browser.get(f"/firm/{step}")
        assert (answer.status_code, answer.location) == (303, "/firm/facts")
    assert browser.post("/firm/qualifications", data=QUALIFICATION).status_code == 404
    assert browser.post("/firm/submit").status_code == 404


@pytest.mark.parametrize(
    ("path", "form", "field"),
    [
        *(("/firm/facts", FACTS, f) for f in FACTS if f != "email"),
        *(
            ("/firm/qualifications", QUALIFICATION, f)
            for f in ("title", "grade", "number", "issuer", "valid_from_on")
        ),
        *(("/firm/staff", member(), f) for f in ("name", "id_number", "certificate")),
        *(
            ("/firm/services", SERVICE, f)
            for f in ("item_code", "promised_working_days", "basis", "kind", "valid_from_on")
        ),
        ("/firm/promise", {"signer_name": "陈立", "agreed": "y"}, "signer_name"),
        ("/firm/promise", {"signer_name": "陈立", "agreed": "y"}, "agreed"),
        ("/firm/contacts", FACTS, "contact_phone"),
    ],
)
def test_a_missing_field_is_asked_for_and_the_rest_is_kept(here, sign_in, path, form, field):
    _, delegate = a_filled_in_firm(here, item_codes=())
    browser = sign_in(delegate)
    blank = {} if field == "agreed" else {field: "   "}  # Any value ticks a box.
    for empty in ({field: ""}, blank, None):
        sent = form | empty if empty else {k: v for k, v in form.items() if k != field}
        answer = browser.post(path, data=sent)
        assert answer.status_code == 422, (path, field, empty)
        assert f'id="{field}-error"' in answer.text
        kept = [v for k, v in form.items() if k != field and v][-1]
        assert kept in answer.text


@pytest.mark.parametrize(
    ("path", "form", "field", "value"),
    [
        ("/firm/facts", FACTS, "nature", "shop"),
        ("/firm/facts", FACTS, "legal_representative", "长" * 51),
        ("/firm/facts", FACTS, "registered_on", "yesterday"),
        ("/firm/facts", FACTS, "business_scope", "长" * 2001),
        ("/firm/facts", FACTS, "business_scope", "坏\x00字"),
        ("/firm/facts", FACTS, "email", "nobody"),
        ("/firm/facts", FACTS, "email", "a" * 200 + "@b.cn"),
        ("/firm/qualifications", QUALIFICATION, "title", "licence"),
        ("/firm/qualifications", QUALIFICATION, "title", "promise|服务承诺书"),
        ("/firm/qualifications", QUALIFICATION, "grade", "特级"),
        ("/firm/qualifications", QUALIFICATION, "valid_to_on", "2026-02-30"),
        ("/firm/staff", member(), "certificate", "厨师"),
        ("/firm/staff", member(), "name", "长" * 51),
        ("/firm/services", SERVICE, "item_code", "ZJ-99-999-99"),
        ("/firm/services", SERVICE, "promised_working_days", "ten"),
        ("/firm/services", SERVICE, "promised_working_days", "1e3"),
        ("/firm/services", SERVICE, "promised_working_days", "0"),
        ("/firm/services", SERVICE, "promised_working_days", "9" * 30),
        ("/firm/services", SERVICE, "amount_fen", "much"),
        ("/firm/services", SERVICE, "amount_fen", "0.001"),
        ("/firm/services", SERVICE, "rate_ppm", "-1"),
        ("/firm/services", SERVICE, "rate_ppm", "1.0001"),
        ("/firm/services", SERVICE, "rate_ppm", "1e999999"),
        ("/firm/services", SERVICE, "rate_ppm", "NaN"),
        ("/firm/services", SERVICE, "rate_ppm", "1001"),
        ("/firm/services", SERVICE, "discount_bp", "100"),
        ("/firm/services", SERVICE, "discount_bp", "１２a"),
        ("/firm/services", SERVICE, "brackets", "长" * 1001),
    ],
)
def test_a_wrong_value_is_refused_at_its_field(here, sign_in, path, form, field, value):  # noqa: PLR0917 - the case and two fixtures
    _, delegate = a_filled_in_firm(here, item_codes=())
    answer = sign_in(delegate).post(path, data=form | {field: value})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text


@pytest.mark.parametrize(
    ("path", "form", "field"),
    [
        ("/firm/facts", FACTS | {"contact_phone": "12"}, "contact_phone"),
        ("/firm/facts", FACTS | {"registered_on": "2030-01-01"}, "registered_on"),
        ("/firm/contacts", FACTS | {"contact_phone": "12"}, "contact_phone"),
        ("/firm/qualifications", QUALIFICATION | {"valid_to_on": "2023-01-01"}, "valid_to_on"),
        ("/firm/qualifications", QUALIFICATION | {"valid_to_on": "2025-01-01"}, "valid_to_on"),
        ("/firm/staff", member(id_number="440300197001010000"), "id_number"),
        ("/firm/services", SERVICE, "item_code"),
        ("/firm/services", SERVICE | {"promised_working_days": "19"}, "promised_working_days"),
    ],
)
def test_a_refusal_of_the_rules_stands_at_its_field(here, sign_in, path, form, field):
    _, delegate = a_filled_in_firm(here, item_codes=())
    answer = sign_in(delegate).post(path, data=form)
    assert answer.status_code == 409
    assert f'id="{field}-error"' in answer.text


def test_other_qualifications_and_certificates_are_named_in_words(here, working, sign_in):
    _, delegate = a_filled_in_firm(here, item_codes=())
    browser = sign_in(delegate)
    other = QUALIFICATION | {"title": "licence|"}
    assert browser.post("/firm/qualifications", data=other).status_code == 422
    other |= {"other_name": "自有证书"}
    assert browser.post("/firm/qualifications", data=other).status_code == 303
    person = member(certificate="other")
    assert browser.post("/firm/staff", data=person).status_code == 422
    person |= {"other_certificate": "注册某某师"}
    assert browser.post("/firm/staff", data=person).status_code == 303
    with working(here, delegate) as work:
        firm = queries.own(work)
        assert queries.qualifications(work, firm.id)[0].name == "自有证书"
        assert queries.staff(work, firm.id)[0].certificate == "注册某某师"


def test_the_facts_come_back_into_the_form(here, sign_in):
    _, delegate = a_filled_in_firm(here, address="记得住的路 5 号", physically_present=True)
    page = sign_in(delegate).get("/firm/facts").text
    assert "记得住的路 5 号" in page
    assert re.search(r'<option selected value="enterprise">', page)
    assert re.search(r'<input checked[^>]*id="physically_present"', page)
    assert 'value="2015-06-01"' in page


def test_a_form_sent_twice_takes_effect_once(here, working, sign_in):
    _, delegate = a_filled_in_firm(here, item_codes=())
    browser = sign_in(delegate)
    key = re.search(r'name="request_key" value="([^"]+)"', browser.get("/firm/staff").text)[1]
    form = member(request_key=key)
    first, second = (browser.post("/firm/staff", data=form) for _ in range(2))
    assert first.status_code == second.status_code == 303
    assert second.location == first.location
    with working(here, delegate) as work:
        assert len(queries.staff(work, queries.own(work).id)) == 1


def test_a_refused_form_may_be_sent_again_with_its_key(here, sign_in):
    _, delegate = a_filled_in_firm(here, item_codes=())
    browser = sign_in(delegate)
    key = re.search(r'name="request_key" value="([^"]+)"', browser.get("/firm/staff").text)[1]
    wrong = member(request_key=key, id_number="1")
    assert browser.post("/firm/staff", data=wrong).status_code == 409
    assert browser.post("/firm/staff", data=member(request_key=key)).status_code == 303


def test_another_firm_finds_nothing_of_ours(here, clock, working, sign_in):
    firm, delegate = a_listed_firm(here, clock)
    _, stranger = a_listed_firm(here, clock, item_codes=("ZJ-01-004-01",))
    with working(here, delegate) as work:
        row = queries.qualifications(work, firm.id)[0]
        person = queries.staff(work, firm.id)[0]
    browser = sign_in(stranger)
    for path in (
        f"/firm/qualifications/{row.id}/remove",
        f"/firm/staff/{person.id}/remove",
        f"/firm/services/{ITEM}/days",
        f"/firm/services/{ITEM}/fees",
        f"/firm/services/{ITEM}/withdraw",
    ):
        answer = browser.post(path, data=SERVICE)
        assert answer.status_code == 404, path
    assert browser.get(f"/firm/services/{ITEM}").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/firm-checks",
        "/firm-checks/1",
        "/firm-import",
        "/firm-import/template.csv",
        "/firm-checks/1/qualifications/1/refuse",
    ],
)
def test_only_the_operator_checks_and_imports(here, sign_in, path):
    browser = sign_in(a_delegate(here))
    assert browser.get(path).status_code == 403
    owner = a_person(here, OrgKind.OWNER, Role.OWNER_CLERK)
    assert sign_in(owner).get(path).status_code == 403


@pytest.mark.parametrize("path", ["/firm", "/firm/facts", "/firm/services", "/firm/submit"])
def test_only_a_firm_has_a_registration(app, here, sign_in, path):
    assert sign_in(an_operator(here)).get(path).status_code == 403
    answer = app.test_client().get(path)
    assert (answer.status_code, "/sign-in" in answer.location) == (303, True)


def test_a_return_is_shown_to_the_firm_with_its_reasons(here, sign_in):
    firm, delegate = a_submitted_firm(here)
    checker = sign_in(an_operator(here))
    path = f"/firm-checks/{firm.id}/return"
    assert checker.post(path, data={"comment": "x"}).status_code == 422
    assert checker.post(path, data={"reasons": "other"}).status_code == 422
    assert checker.post(path, data={"reasons": "nonsense", "comment": "x"}).status_code == 422
    form = {"reasons": ["facts-wrong", "fee-unclear"], "comment": "请补正地址与收费说明"}
    assert checker.post(path, data=form).status_code == 303
    browser = sign_in(delegate)
    page = browser.get("/firm").text
    for words in (
        "入驻申请被退回",
        "请补正地址与收费说明",
        "基本信息与登记不一致",
        "收费标准不明确",
    ):
        assert words in page
    assert "入驻申请被退回，请补正" in browser.get("/workbench").text
    assert checker.post(path, data=form).status_code == 409
    assert checker.post(f"/firm-checks/{firm.id}/pass").status_code == 409


def test_an_objection_in_publicity_can_be_upheld_on_the_page(here, sign_in):
    firm, _ = a_public_firm(here)
    checker = sign_in(an_operator(here))
    assert "公示期间异议成立" in checker.get(f"/firm-checks/{firm.id}").text
    form = {"reasons": "objection-upheld", "comment": "证书不实"}
    assert checker.post(f"/firm-checks/{firm.id}/return", data=form).status_code == 303
    assert firm.name not in checker.get("/firms/publicity").text
    assert checker.get(f"/firms/{firm.code}").status_code == 404


def test_an_added_qualification_is_confirmed_or_refused_on_the_page(here, clock, working, sign_in):
    firm, delegate = a_listed_firm(here, clock)
    with working(here, delegate) as work:
        own = queries.own(work)
        good = actions.add_qualification(work, own, a_qualification(work.today, name="好证书"))
        bad = actions.add_qualification(work, own, a_qualification(work.today, name="坏证书"))
    checker = sign_in(an_operator(here))
    assert "核对新增资质" in checker.get("/workbench").text
    base = f"/firm-checks/{firm.id}/qualifications"
    assert "好证书" not in checker.get(f"/firms/{firm.code}").text
    assert checker.post(f"{base}/{good.id}/confirm").status_code == 303
    assert checker.post(f"{base}/{good.id}/confirm").status_code == 409
    assert checker.get(f"{base}/{bad.id}/refuse").status_code == 200
    assert checker.post(f"{base}/{bad.id}/refuse", data={}).status_code == 422
    form = {"reasons": "qualification-unproven", "comment": "查无此证"}
    assert checker.post(f"{base}/{bad.id}/refuse", data=form).status_code == 303
    assert checker.post(f"{base}/999999/confirm").status_code == 404
    page = checker.get(f"/firms/{firm.code}").text
    assert "好证书" in page
    assert "坏证书" not in page
    assert "查无此证" in sign_in(delegate).get("/firm").text


def test_a_listed_firm_changes_its_days_and_fee(here, clock, working, sign_in):
    firm, delegate = a_listed_firm(here, clock)
    browser = sign_in(delegate)
    path = f"/firm/services/{ITEM}"
    assert browser.post(f"{path}/days", data={"promised_working_days": "19"}).status_code == 409
    assert browser.post(f"{path}/days", data={}).status_code == 422
    assert browser.post(f"{path}/days", data={"promised_working_days": "9"}).status_code == 303
    fee = SERVICE | {"valid_from_on": "2026-03-02"}
    assert browser.post(f"{path}/fees", data=fee).status_code == 409  # It is 10 March by now.
    fee |= {"valid_from_on": "2026-03-10", "kind": "rate", "amount_fen": "", "rate_ppm": "1.5"}
    answer = browser.post(f"{path}/fees", data=fee)
    assert answer.status_code == 409
    assert 'id="rate_base-error"' in answer.text
    assert browser.post(f"{path}/fees", data=fee | {"rate_base": "总投资"}).status_code == 303
    page = browser.get(f"/firms/{firm.code}").text
    for words in ("总投资的 1.5‰", "¥30,000.00", "第 2 版", "9 个工作日"):
        assert words in page
    assert browser.post(f"{path}/withdraw").status_code == 303
    with working(here, delegate) as work:
        assert queries.own_service(work, queries.own(work), ITEM).state is ServiceState.WITHDRAWN
    assert firm.code not in browser.get(f"/fees?item={ITEM}").text


def test_a_firm_leaves_and_reapplies_on_its_page(here, clock, working, sign_in):
    firm, delegate = a_listed_firm(here, clock)
    browser = sign_in(delegate)
    assert browser.post("/firm/reapply").status_code == 409
    assert browser.post("/firm/leave").status_code == 303
    assert "已退出" in browser.get(f"/firms/{firm.code}").text
    assert firm.code not in browser.get("/firms").text
    assert browser.post("/firm/leave").status_code == 409
    assert browser.post("/firm/reapply").status_code == 303
    with working(here, delegate) as work:
        assert queries.own(work).state is FirmState.DRAFT


def test_the_workbench_warns_of_what_lapses_and_what_has(here, clock, working, sign_in):
    _, delegate = a_filled_in_firm(here)
    with working(here, delegate) as work:
        firm = queries.own(work)
        queries.qualifications(work, firm.id)[0].valid_to_on = date(2026, 5, 20)
        submit(work, firm)
    with working(here, an_operator(here)) as work:
        firm = queries.for_check(work, firm.id)
        actions.check_pass(work, firm)
    clock.move_to(firm.publicity_ends_at)
    jobs.sweep(here)
    browser = sign_in(delegate)
    assert "资质即将到期" not in browser.get("/workbench").text
    clock.move_to(beijing(date(2026, 3, 21), 9))
    browser = sign_in(delegate)
    assert "资质即将到期，请续期" in browser.get("/workbench").text
    clock.move_to(beijing(date(2026, 5, 21), 9))
    jobs.sweep(here)
    browser = sign_in(delegate)
    assert "服务已冻结，请补正" in browser.get("/workbench").text
    assert "资质已过有效期" in browser.get(f"/firm/services/{ITEM}").text
    assert "已冻结" in browser.get("/firms").text


def test_a_sanction_is_public_with_its_case(here, clock, working, sign_in):
    firm, delegate = a_listed_firm(here, clock)
    with working(here, delegate) as work:
        end = work.now + timedelta(days=90)
        actions.set_standing(work, queries.own(work), Standing.BLACKLISTED, end, "AJ-2026-0003")
    page = sign_in(delegate).get(f"/firms/{firm.code}").text
    assert "黑名单" in page
    assert "AJ-2026-0003" in page


@pytest.mark.parametrize(
    "path",
    [
        "/firms",
        "/firms?q=%27%22%3Cscript%3E&item=x&group=99&standing=none&sort=none&order=x&page=-1",
        "/firms?page=99999999999999999999&q=%00%01",
        f"/firms?q={'长' * 5000}",
        "/fees",
        "/fees?item=%25&sort=rate&order=desc&page=zzz",
        "/fees?sort=amount",
        "/fees?sort=discount&order=desc",
        "/firms/publicity?page=7",
    ],
)
def test_public_lists_answer_whatever_is_asked(here, clock, client, path):
    a_listed_firm(here, clock)
    a_public_firm(here)
    answer = client.get(path)
    assert answer.status_code == 200
    assert "<script>" not in answer.text.replace("<script src", "")


def test_lists_turn_their_order_and_their_pages(here, clock, client, monkeypatch):
    monkeypatch.setattr("market.firms.listing.PAGE_ROWS", 2)
    some_firms(here, clock, 5)
    page = client.get("/firms?sort=listed&order=asc&page=2").text
    assert "共 5 条，第 2 / 3 页" in page
    assert "sort=listed&amp;order=desc&amp;page=1" in page
    assert "page=3" in page


def test_no_public_firm_of_that_code_is_missing(here, client):
    draft, _ = a_filled_in_firm(here)
    assert client.get(f"/firms/{draft.code}").status_code == 404
    assert client.get("/firms/91000000000000000X").status_code == 404


def upload(browser, content, *, name="list.csv", page="/firm-import"):
    head = f'--B\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = head.encode() + content + b"\r\n--B--\r\n"
    return browser.post(page, data=body, content_type="multipart/form-data; boundary=B")


def test_a_list_is_previewed_confirmed_and_imported_on_the_pages(here, sign_in):
    browser = sign_in(an_operator(here))
    assert "待运营审核" in browser.get("/firm-import").text
    template = browser.get("/firm-import/template.csv")
    assert template.data.startswith(b"\xef\xbb\xbf")
    assert "attachment" in template.headers["Content-Disposition"]
    good = csv_of(a_row(name="导入的机构"))
    answer = upload(browser, good)
    assert answer.status_code == 303
    page = browser.get(answer.location).text
    assert "现在还没有导入任何内容" in page
    assert "导入的机构" in page
    assert "导入的机构" not in browser.get("/firm-checks").text
    assert browser.post(f"{answer.location}/confirm").status_code == 303
    assert "新增 1 行" in browser.get(answer.location).text
    page = browser.get("/firm-checks").text
    assert "导入的机构" in page
    assert "名单导入" in page
    link = re.search(r"/firm-checks/\d+", page)[0]
    assert "审核须由同事办理" in browser.get(link).text
    assert browser.post(f"{link}/pass").status_code == 409
    assert sign_in(an_operator(here)).post(f"{link}/pass").status_code == 303
    assert "系统都已有" in browser.get(upload(browser, good).location).text


def test_a_file_that_is_none_is_refused_on_the_page(here, sign_in):
    browser = sign_in(an_operator(here))
    assert browser.post("/firm-import", data={}).status_code == 422
    for content in (b"", b"PK\x03\x04nonsense", b"\xff" * 11 * 1024 * 1024):
        answer = upload(browser, content, name="x.xlsx")
        assert answer.status_code == 422
        assert 'id="file-error"' in answer.text
    answer = upload(browser, b"x" * 23 * 1024 * 1024)
    assert answer.status_code == 413
