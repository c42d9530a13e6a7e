"""Add-on contracts on the web: proposed, agreed, approved, and public at every step."""

import re

from tests.market.factories.accounts import sign_in
from tests.market.factories.contracts import a_contract, file_it
from tests.market.factories.credit import a_decider
from tests.market.factories.direct import a_small_city, an_emergency
from tests.market.factories.draws import Drawn
from tests.market.factories.firms import PASSWORD
from tests.market.factories.payments import WHY, agreed_to, decided, proposed
from tests.market.supplements.test_actions import state_of


def as_(app, person):
    browser = app.test_client()
    sign_in(browser, person.user, PASSWORD)
    return browser


def test_an_add_on_in_the_browser_from_the_proposal_to_its_effect(app, fast_here, clock):
    agreed = a_contract(fast_here, clock)
    firm, owner = as_(app, agreed.firm), as_(app, agreed.owner)
    new = f"/supplements/new/{agreed.contract_id}"
    assert new in firm.get(f"/contracts/mine/{agreed.contract_id}").text
    assert "第四十九条" in firm.get(new).text
    data = {"amount_fen": "9800.01", "ground": "unforeseen", "reason": WHY}
    refused = firm.post(new, data=data)
    assert (refused.status_code, "本次最多 9,800.00 元" in refused.text) == (409, True)
    made = firm.post(new, data=data | {"amount_fen": "9800"})
    assert made.status_code == 303
    path = made.location
    public = app.test_client()
    assert "待对方同意" in public.get(path).text
    assert path in public.get(f"/contracts/{agreed.contract().number}").text
    assert new not in owner.get(f"/contracts/mine/{agreed.contract_id}").text
    assert "答复对方提出的补充合同" in owner.get("/workbench").text
    assert f"{path}/answer" in owner.get(path).text
    assert f"{path}/withdraw" in firm.get(path).text
    assert firm.post(f"{path}/answer", data={"version": "1", "answer": "agree"}).status_code == 409
    sent = owner.post(f"{path}/answer", data={"version": "9", "answer": "agree"})
    assert (sent.status_code, "他人更新" in sent.text) == (409, True)
    assert owner.post(f"{path}/answer", data={"version": "1", "answer": "agree"}).status_code == 303
    decider, other = as_(app, a_decider(fast_here, "01")), as_(app, a_decider(fast_here, "07"))
    assert path in decider.get("/workbench").text
    assert path not in other.get("/workbench").text
    version = re.search(r'name="version" value="(\d+)"', decider.get(path).text).group(1)
    data = {"version": version, "decision": "approve", "reason": WHY}
    assert f"{path}/decide" not in other.get(path).text
    assert other.post(f"{path}/decide", data=data).status_code == 404
    short = decider.post(f"{path}/decide", data=data | {"reason": "同意"})
    assert (short.status_code, "请写明原因" in short.text) == (409, True)
    assert decider.post(f"{path}/decide", data=data).status_code == 303
    assert "已生效" in public.get(path).text


def words(page: str) -> str:
    return "".join(re.sub(r"<[^>]*>", "", page).split())


def test_the_page_of_an_emergency_says_what_was_added_to_its_contract(app, fast_here, clock):
    city = a_small_city(fast_here, clock)
    chosen = an_emergency(city)
    answer = f"/direct/received/{chosen.choice().number}/confirm"
    assert as_(app, chosen.delegate).post(answer).status_code == 303
    drawn = Drawn(city=city, need=chosen.need(), draw=None, award=chosen.award())
    agreed = file_it(drawn, chosen.delegate, price_fen=2_000_000)
    agreed.confirm()
    public, at = app.test_client(), f"/direct/{chosen.choice().number}"
    assert "补充合同" not in public.get(at).text
    row = proposed(agreed, 100_000)
    page = public.get(at).text
    assert f"/supplements/{row.number}" in page
    assert "已生效的补充合同¥0.00" in words(page)
    agreed_to(agreed, row)
    decided(agreed, row, a_decider(fast_here, "01"), approved=True)
    assert "合计¥21,000.00" in words(public.get(at).text)
    own = as_(app, city.clerk).get(f"/direct/own/{chosen.choice_id}")
    assert (own.status_code, row.number in own.text) == (200, True)


def test_a_proposal_is_declined_or_withdrawn(app, fast_here, clock):
    agreed = a_contract(fast_here, clock)
    firm, owner = as_(app, agreed.firm), as_(app, agreed.owner)
    row = proposed(agreed, 100)
    data = {"version": "1", "answer": "decline", "reason": WHY}
    assert owner.post(f"/supplements/{row.number}/answer", data=data).status_code == 303
    assert state_of(agreed, row) == "declined"
    row = proposed(agreed, 100)
    assert (
        firm.post(f"/supplements/{row.number}/withdraw", data={"version": "1"}).status_code == 303
    )
    assert state_of(agreed, row) == "withdrawn"
    assert app.test_client().get("/supplements/BC-2026-999999").status_code == 404
