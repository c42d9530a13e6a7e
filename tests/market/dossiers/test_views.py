"""Dossiers and the timeline in the browser: who may read what, and what they are told."""

import csv
import io
import zipfile
from datetime import date, timedelta
from itertools import pairwise

from market import log
from market.access import OrgKind, Role
from market.contracts.model import Contract
from market.dossiers import queries as dossiers
from market.dossiers.journal import DossierMade
from market.needs.model import Need
from tests.market.factories.accounts import sign_in
from tests.market.factories.contracts import a_delivered_contract, an_accepted_contract
from tests.market.factories.credit import a_decider, an_officer
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
    assert "归档以后又有" not in owner.get(path).text
    with agreed.work(agreed.owner) as work:
        bears_the_number(work, agreed.contract_id)
    log.sequence(fast_here)
    said = owner.get(path).text
    assert "归档以后又有 1 条记录" in said
    assert "请事项主管部门写明理由后重新归档" in said
    decider, other = as_(app, a_decider(fast_here, "01")), as_(app, a_decider(fast_here, "07"))
    assert "重新归档" in decider.get(path).text
    assert other.post(f"{path}/again", data={"why": WHY}).status_code == 404
    # The messages of the two sides are in it: whoever does not look after the item has none.
    assert other.get(path).status_code == 404
    assert other.get(f"{path}/1.zip").status_code == 404
    assert decider.get(f"{path}/1.zip", buffered=True).status_code == 200
    assert path not in other.get(f"/contracts/mine/{agreed.contract_id}").text
    assert path in decider.get(f"/contracts/mine/{agreed.contract_id}").text
    short = decider.post(f"{path}/again", data={"why": "补充"})
    assert (short.status_code, "至少 10 个字" in short.text) == (409, True)
    assert decider.post(f"{path}/again", data={"why": WHY}).status_code == 303
    assert WHY in owner.get(path).text
    assert app.test_client().get(path).status_code == 303


def bears_the_number(work, contract_id):
    """Let the log tell of a contract once more, as a late payment or a card does."""
    contract = work.session.get_one(Contract, contract_id)
    version = dossiers.versions_of(work, contract)[0]
    work.record(
        DossierMade(
            contract=contract.number, version=9, files=1, list_digest="0" * 64, why=version.why
        )
    )


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


def statuses(browser, thread, path):
    """Ask for the messages, the dossier and its file, and close each."""
    found = []
    for page in (thread, path, f"{path}/1.zip"):
        with browser.get(page) as answer:
            found.append(answer.status_code)
    return found


def test_a_dossier_has_the_readers_of_the_messages_in_it_and_no_others(app, fast_here, clock):
    agreed = an_accepted_contract(fast_here, clock)
    path, thread = (
        f"/dossiers/{agreed.contract_id}",
        f"/contracts/mine/{agreed.contract_id}/messages",
    )
    assert as_(app, agreed.owner).post(f"{path}/archive").status_code == 303
    mine, other = an_officer(fast_here), an_officer(fast_here, "99")
    overseer = a_person(fast_here, OrgKind.SUPERVISOR, Role.SUPERVISOR_OFFICER)
    decider = a_decider(fast_here, "99")
    readers = [agreed.owner, agreed.firm, mine, overseer]
    for person in readers:
        assert statuses(as_(app, person), thread, path) == [200, 200, 200]
    for person in (other, decider):
        assert statuses(as_(app, person), thread, path) == [404, 404, 404]
    again = as_(app, decider).post(f"{path}/again", data={"why": WHY})
    assert again.status_code == 404


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
    answer = public.get(f"/timelines/{number}?format=csv")
    assert f"/timelines/{number}?format=csv" in page.text
    assert answer.content_type.startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert rows[0]["事项"] == "发布采购公告，开始报名"
    passed = date.fromisoformat(rows[-1]["计到"]) - date.fromisoformat(rows[0]["此日之后"])
    assert sum(int(row["日历日"]) for row in rows) == passed.days
    assert all(a["计到"] == b["此日之后"] for a, b in pairwise(rows))
    assert public.get("/timelines/XQ-2099-000001").status_code == 404
    assert public.get("/timelines/XQ-2099-000001?format=csv").status_code == 404
    assert public.get(f"/timelines/{number}?award=ZX-2099-000001").status_code == 404
