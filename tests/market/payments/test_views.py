"""The money of a contract on the web: both sides, those who oversee, and everyone."""

from datetime import timedelta
from io import BytesIO

from market.access import OrgKind, Role
from market.accounts.queries import organisation
from market.clock import beijing_day
from market.payments import jobs
from tests.market.factories.accounts import sign_in
from tests.market.factories.contracts import a_contract, a_pdf, an_accepted_contract
from tests.market.factories.firms import PASSWORD, a_person
from tests.market.factories.payments import WRONG, an_invoice, contract_in


def as_(app, person):
    browser = app.test_client()
    sign_in(browser, person.user, PASSWORD)
    return browser


def an_entry(**differences):
    usual = {"reference": "25512000000000000001", "dated_on": "2026-03-20", "amount_fen": "98000"}
    return usual | differences


def test_an_invoice_and_a_payment_in_the_browser(app, fast_here, clock):
    agreed = an_accepted_contract(fast_here, clock)
    today = beijing_day(clock()).isoformat()
    firm, owner = as_(app, agreed.firm), as_(app, agreed.owner)
    path = f"/payments/{agreed.contract_id}"
    for browser, own, other in ((firm, "invoice", "payment"), (owner, "payment", "invoice")):
        page = browser.get(path).text
        assert (f"{path}/{own}" in page, f"{path}/{other}" in page) == (True, False)
        assert browser.get(f"{path}/{own}").status_code == 200
        assert browser.get(f"{path}/{other}").status_code == 404
    entry = an_entry(dated_on=today)
    refused = firm.post(
        f"{path}/invoice",
        data=entry | {"amount_fen": "98000.01", "file": (BytesIO(a_pdf()), "发票.pdf")},
    )
    assert (refused.status_code, "本次最多 98,000.00 元" in refused.text) == (409, True)
    assert "合同款项规则" in refused.text
    assert firm.post(f"{path}/invoice", data=entry).status_code == 422
    data = entry | {"file": (BytesIO(a_pdf()), "发票.pdf")}
    assert firm.post(f"{path}/invoice", data=data).status_code == 303
    assert "核对对方登记的发票" in owner.get("/workbench").text
    assert "支付服务费" in owner.get("/workbench").text
    assert owner.get(f"{path}/1/answer").status_code == 200
    sent = owner.post(f"{path}/1/answer", data={"answer": "dispute", "reason": "不对"})
    assert (sent.status_code, "至少 10 个字" in sent.text) == (409, True)
    assert owner.post(f"{path}/1/answer", data={"answer": "confirm"}).status_code == 303
    assert "不需要您核对" in owner.get(f"{path}/1/answer").text
    pay = an_entry(dated_on=today, reference="FK-1", amount_fen="50000")
    assert owner.post(f"{path}/payment", data=pay).status_code == 303
    assert "核对对方登记的付款" in firm.get("/workbench").text
    assert owner.get(f"{path}/2/correct").status_code == 200
    data = {"reference": "CX-1", "reason": WRONG}
    assert owner.post(f"{path}/2/correct", data=data).status_code == 303
    assert "不能冲销" in owner.get(f"{path}/2/correct").text
    page = firm.get(path).text
    assert ("冲销第 2 号" in page, "FK-1" in page, "已冲销" in page) == (True, True, True)
    assert firm.get(f"{path}/9/answer").status_code == 404
    assert "发票.pdf" in page


def test_files_are_for_the_two_sides_and_those_who_oversee(app, fast_here, clock):
    agreed = a_contract(fast_here, clock)
    an_invoice(agreed, 100)
    page = as_(app, agreed.owner).get(f"/payments/{agreed.contract_id}").text
    path = page.split('href="/payments/1/files/')[1].split('"')[0]
    officer = a_person(fast_here, OrgKind.REGULATOR, Role.REGULATOR_OFFICER)
    stranger = a_person(fast_here, OrgKind.OWNER, Role.OWNER_CLERK)
    for person, status in (
        (agreed.owner, 200),
        (agreed.firm, 200),
        (officer, 200),
        (stranger, 404),
    ):
        browser = as_(app, person)
        assert browser.get(f"/payments/1/files/{path}").status_code == status
        assert browser.get("/payments/1").status_code == status
    assert as_(app, agreed.owner).get("/payments/1/files/999").status_code == 404


def test_an_overdue_payment_is_public_and_in_the_owners_record(app, fast_here, clock):
    agreed = an_accepted_contract(fast_here, clock)
    an_invoice(agreed, 100)
    clock.advance(timedelta(days=40))
    assert jobs.sweep(fast_here) == 1
    public = app.test_client()
    page = public.get(f"/contracts/{agreed.contract().number}").text
    assert ("付款逾期" in page, "25512000000000000001" in page) == (True, False)
    assert "保障中小企业款项支付条例" in page
    with agreed.work() as work:
        code = organisation(work, contract_in(work, agreed).owner_org_id).code
    answer = public.get(f"/needs/owners/{code}")
    assert answer.status_code == 200
    record = answer.text
    assert "服务费付款逾期" in record
    assert "支付已逾期的服务费" in as_(app, agreed.owner).get("/workbench").text
