"""Dossiers and the timeline in the browser: who may read what, and what they are told."""

import io
import zipfile
from datetime import timedelta

from market.access import OrgKind, Role
from market.needs.model import Need
from tests.market.factories.accounts import sign_in
from tests.market.factories.contracts import a_delivered_contract, an_accepted_contract
from tests.market.factories.credit import a_decider
from tests.market.factories.firms import PASSWORD, a_person

WHY = "归档以后业主付清了合同款，补入付款记录"


def as_(app, person):
    browser = app.test_client()
    sign_in(browser, person.user, PASSWORD)
    return browser


def test_a_side_archives_downloads_and_the_authority_has_it_made_anew(app, fast_here, clock):
    agreed = an_accepted_contract(fast_here, clock)
    firm, owner = as_(app, agreed.firm), as_(app, agreed.owner)
    path = f"/dossiers/{agreed.contract_id}"
    assert "现在归档" in firm.get(path).text
    assert path in firm.get(f"/contracts/mine/{agreed.contract_id}").text
    assert firm.post(f"{path}/archive").status_code == 303
    again = owner.post(f"{path}/archive")
    assert (again.status_code, "卷宗已经归档" in again.text) == (409, True)
    answer = owner.get(f"{path}/1.zip", buffered=True)
    assert answer.headers["Cache-Control"] == "private, no-store"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archived:
        assert {"SHA256SUMS", "README.txt", "log/policy"} <= set(archived.namelist())
        assert archived.testzip() is None
    decider, other = as_(app, a_decider(fast_here, "01")), as_(app, a_decider(fast_here, "07"))
    assert "重新归档" in decider.get(path).text
    assert other.post(f"{path}/again", data={"why": WHY}).status_code == 404
    short = decider.post(f"{path}/again", data={"why": "补充"})
    assert (short.status_code, "至少 10 个字" in short.text) == (409, True)
    assert decider.post(f"{path}/again", data={"why": WHY}).status_code == 303
    assert WHY in owner.get(path).text
    assert app.test_client().get(path).status_code == 303


def test_nobody_else_reads_a_dossier_and_there_is_none_before_the_end(app, fast_here, clock):
    agreed = a_delivered_contract(fast_here, clock)
    path = f"/dossiers/{agreed.contract_id}"
    assert as_(app, agreed.firm).get(path).status_code == 404
    refused = as_(app, agreed.firm).post(f"{path}/archive")
    assert refused.status_code == 404
    agreed.accept()
    assert as_(app, agreed.firm).get(path).status_code == 200
    stranger = a_person(fast_here, OrgKind.FIRM, Role.FIRM_DELEGATE)
    assert as_(app, stranger).get(path).status_code == 404
    assert as_(app, stranger).get(f"{path}/1.zip").status_code == 404


def test_everybody_reads_the_timeline_of_a_project(app, fast_here, clock):
    agreed = an_accepted_contract(fast_here, clock)
    clock.advance(timedelta(days=2))
    with agreed.work() as work:
        number = work.session.get_one(Need, agreed.contract().need_id).number
    public = app.test_client()
    page = public.get(f"/timelines/{number}")
    assert page.status_code == 200
    for words in ("发布采购公告", "摇号，产生结果", "合同生效", "成果验收通过", "已办结"):
        assert words in page.text
    assert f"/timelines/{number}" in public.get(f"/needs/{number}").text
    assert f"/timelines/{number}" in public.get(f"/contracts/{agreed.contract().number}").text
    assert public.get("/timelines/XQ-2099-000001").status_code == 404
    assert public.get(f"/timelines/{number}?award=ZX-2099-000001").status_code == 404
