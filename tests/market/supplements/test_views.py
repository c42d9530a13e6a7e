"""Add-on contracts on the web: proposed, agreed, approved, and public at every step."""

import re

from tests.market.factories.accounts import sign_in
from tests.market.factories.contracts import a_contract
from tests.market.factories.credit import a_decider
from tests.market.factories.firms import PASSWORD
from tests.market.factories.payments import WHY, proposed
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
