"""What the operator enters for a firm is nothing until the firm itself takes it over."""

import json
import re
from datetime import timedelta
from io import BytesIO

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from market.cli import main
from market.errors import MissingError
from market.firms import entered_for, import_jobs, importing, queries
from market.firms.errors import NotEditableError
from market.firms.importing import NotYoursToConfirmError
from market.firms.tables import Subject
from market.sheets.model import SheetImport
from market.sheets.rules import (
    IllegalImportMoveError,
    ImportFaultyError,
    ImportState,
    TableOfferedError,
)
from tests.market.factories.firms import (
    ITEM,
    a_code,
    a_filled_in_firm,
    a_listed_firm,
    a_submitted_firm,
    an_id_number,
    an_operator,
)
from tests.market.firms.lists import KEY, table_of
from tests.market.firms.test_own_tables import FEE, LICENCE, PERSON


@pytest.fixture
def operator(fast_here):
    return an_operator(fast_here)


def people(*numbers):
    return table_of(Subject.STAFF, *(PERSON | {"id_number": number} for number in numbers))


def offered(here, working, operator, firm, table):
    subject, content = table
    with working(here, operator) as work:
        found = entered_for.firm_for(work, firm.code)
        row = entered_for.preview_for(work, found, subject, content, KEY)
        entered_for.offer(work, row)
        return row.id


def entries(here, kind):
    with here.engine.connect() as connection:
        bodies = [
            bytes(row[0])
            for row in connection.execute(text("SELECT body FROM log_submission ORDER BY id"))
        ]
    found = [json.loads(body) for body in bodies if body.startswith(b"{")]
    return [entry for entry in found if entry.get("t") == f"zjcs/{kind}"]


def state_of(here, working, person, import_id):
    with working(here, person) as work:
        return work.session.get_one(SheetImport, import_id).state


def test_only_the_firm_s_own_person_makes_it_count(fast_here, working, operator):
    firm, delegate = a_filled_in_firm(fast_here)
    with working(fast_here, operator) as work:
        before = len(queries.staff(work, firm.id))
    import_id = offered(fast_here, working, operator, firm, (Subject.STAFF, people(an_id_number())))
    with working(fast_here, operator) as work:
        assert len(queries.staff(work, firm.id)) == before
        with pytest.raises(NotYoursToConfirmError):
            importing.confirm(work, importing.find(work, import_id))
    with working(fast_here, delegate) as work:
        [waiting] = entered_for.waiting_for(work)
        importing.confirm(work, waiting)
    while import_jobs.step(fast_here, import_id):
        pass
    with working(fast_here, delegate) as work:
        row = importing.find(work, import_id)
        assert (row.state, row.taken) == (ImportState.DONE, 1)
        assert row.user_id == work.user_id
        assert row.entered_by_id == operator.user.id
        assert len(queries.staff(work, firm.id)) == before + 1
    told = entries(fast_here, "firm.table-offered.v1")
    assert [entry["state"] for entry in told] == ["offered", "running"]
    assert {entry["firm"] for entry in told} == {firm.code}


def test_a_preview_of_the_operator_cannot_be_carried_out_by_it(fast_here, working, operator):
    firm, _ = a_filled_in_firm(fast_here)
    with working(fast_here, operator) as work:
        row = entered_for.preview_for(work, firm, Subject.STAFF, people(an_id_number()), KEY)
        assert row.state is ImportState.PREVIEWED
        with pytest.raises(NotYoursToConfirmError):
            importing.confirm(work, row)


def test_a_fee_is_signed_by_the_firm_and_by_nobody_else(fast_here, clock, working, operator):
    firm, delegate = a_listed_firm(fast_here, clock)
    with working(fast_here, operator) as work:
        before = queries.fee_history(work, firm.id)
        day = (work.today + timedelta(days=30)).isoformat()
    content = table_of(Subject.FEES, FEE | {"item_code": ITEM, "valid_from_on": day})
    import_id = offered(fast_here, working, operator, firm, (Subject.FEES, content))
    with working(fast_here, operator) as work:
        assert len(queries.fee_history(work, firm.id)) == len(before)
    with working(fast_here, delegate) as work:
        importing.confirm(work, importing.find(work, import_id))
    while import_jobs.step(fast_here, import_id):
        pass
    with working(fast_here, delegate) as work:
        after = queries.fee_history(work, firm.id)
        assert len(after) == len(before) + 1
        assert max(after, key=lambda fee: fee.version_no).published_by_id == work.user_id


def test_the_firm_says_why_it_does_not_take_it(fast_here, working, operator):
    firm, delegate = a_filled_in_firm(fast_here)
    content = table_of(Subject.QUALIFICATIONS, LICENCE)
    import_id = offered(fast_here, working, operator, firm, (Subject.QUALIFICATIONS, content))
    with working(fast_here, delegate) as work:
        row = importing.find(work, import_id)
        with pytest.raises(entered_for.AnswerMissingError):
            entered_for.decline(work, row, "不")
        entered_for.decline(work, row, "证书编号抄错了，我们自己导入")
        assert importing.waiting(work, row, 5) == []
    with working(fast_here, operator) as work:
        [(row, name)] = entered_for.entered(work)
        assert (row.state, row.answer) == (ImportState.DISCARDED, "证书编号抄错了，我们自己导入")
        assert name
        with pytest.raises(IllegalImportMoveError):
            entered_for.offer(work, row)


def test_what_lies_with_a_firm_is_not_given_up_without_a_word(fast_here, working, operator):
    firm, delegate = a_filled_in_firm(fast_here)
    import_id = offered(fast_here, working, operator, firm, (Subject.STAFF, people(an_id_number())))
    for person in (operator, delegate):
        with working(fast_here, person) as work, pytest.raises(TableOfferedError):
            importing.discard(work, importing.find(work, import_id))
    assert state_of(fast_here, working, delegate, import_id) is ImportState.OFFERED


def test_the_operator_takes_a_table_back_with_a_reason_that_the_firm_reads(
    fast_here, clock, working, operator, sign_in
):
    firm, delegate = a_filled_in_firm(fast_here)
    import_id = offered(fast_here, working, operator, firm, (Subject.STAFF, people(an_id_number())))
    desk, browser = sign_in(operator), sign_in(delegate)
    address = f"/imports/{import_id}"
    assert desk.post(f"{address}/discard", follow_redirects=True).text.count("不能直接放弃") == 1
    assert browser.post(f"{address}/withdraw", data={"reason": "录错了机构"}).status_code == 403
    short = desk.post(f"{address}/withdraw", data={"reason": "错"}, follow_redirects=True).text
    assert "至少 5 个字" in short
    said = {"reason": "录入时选错了机构"}
    assert desk.post(f"{address}/withdraw", data=said).status_code == 303
    for reader in (desk, browser):
        page = reader.get(address).text
        assert "运营机构已撤回" in page
        assert "录入时选错了机构" in page
    assert "录入时选错了机构" in desk.get("/firm-import/for-firm").text
    assert "撤回了代为录入的表格" in browser.get("/workbench").text
    with working(fast_here, delegate) as work:
        row = importing.find(work, import_id)
        assert importing.waiting(work, row, 5) == []
        with pytest.raises(IllegalImportMoveError):
            importing.confirm(work, row)
    told = entries(fast_here, "firm.table-offered.v1")
    assert [entry["state"] for entry in told] == ["offered", "withdrawn"]
    clock.advance(entered_for.TOLD)
    assert "撤回了代为录入的表格" not in browser.get("/workbench").text


def test_another_operator_takes_nothing_back(fast_here, working, operator):
    firm, delegate = a_filled_in_firm(fast_here)
    import_id = offered(fast_here, working, operator, firm, (Subject.STAFF, people(an_id_number())))
    with working(fast_here, delegate) as work, pytest.raises(MissingError):
        entered_for.withdraw(work, importing.find(work, import_id), "不想让它在这里")


def test_what_nobody_answers_is_forgotten(fast_here, clock, working, operator):
    firm, delegate = a_filled_in_firm(fast_here)
    import_id = offered(fast_here, working, operator, firm, (Subject.STAFF, people(an_id_number())))
    clock.advance(entered_for.KEPT - timedelta(hours=1))
    import_jobs.sweep(fast_here)
    assert state_of(fast_here, working, delegate, import_id) is ImportState.OFFERED
    clock.advance(timedelta(hours=2))
    import_jobs.sweep(fast_here)
    assert state_of(fast_here, working, delegate, import_id) is ImportState.DISCARDED


def test_a_faulty_file_is_not_offered(fast_here, working, operator):
    firm, _ = a_filled_in_firm(fast_here)
    with working(fast_here, operator) as work:
        row = entered_for.preview_for(work, firm, Subject.STAFF, people("123"), KEY)
        with pytest.raises(ImportFaultyError):
            entered_for.offer(work, row)


def test_nothing_is_entered_while_the_registration_is_checked(fast_here, working, operator):
    firm, _ = a_submitted_firm(fast_here)
    with working(fast_here, operator) as work, pytest.raises(NotEditableError):
        entered_for.preview_for(work, firm, Subject.STAFF, people(an_id_number()), KEY)


def test_a_list_of_firms_is_nobody_s_own(fast_here, working, operator):
    firm, _ = a_filled_in_firm(fast_here)
    with working(fast_here, operator) as work, pytest.raises(MissingError):
        entered_for.preview_for(work, firm, Subject.FIRMS, b"", KEY)


def test_a_code_that_nobody_has_is_said(fast_here, working, operator):
    with working(fast_here, operator) as work, pytest.raises(entered_for.NoSuchFirmError):
        entered_for.firm_for(work, a_code())


def test_another_firm_sees_nothing_of_it(fast_here, working, operator):
    firm, _ = a_filled_in_firm(fast_here)
    _, other = a_filled_in_firm(fast_here)
    import_id = offered(fast_here, working, operator, firm, (Subject.STAFF, people(an_id_number())))
    with working(fast_here, other) as work:
        assert not entered_for.waiting_for(work)
        with pytest.raises(MissingError):
            importing.find(work, import_id)


def test_the_pages_lead_from_the_operator_to_the_firm(fast_here, sign_in, operator):
    firm, delegate = a_filled_in_firm(fast_here)
    desk, browser = sign_in(operator), sign_in(delegate)
    assert "/firm-import/for-firm" in desk.get("/firm-checks").text
    assert desk.get("/firm-import/for-firm/staff/template.csv").status_code == 200
    assert desk.get("/firm-import/for-firm/firms/template.csv").status_code == 404
    assert firm.code in desk.get(f"/firm-import/for-firm?code={firm.code}").text

    def sent(content):
        file = (BytesIO(content), "people.xlsx")
        data = {"code": firm.code, "subject": "staff", "file": file}
        return desk.post("/firm-import/for-firm", data=data)

    address = sent(people(an_id_number())).location
    page = desk.get(address).text
    assert "交机构确认" in page
    assert "确认导入" not in page
    assert browser.get(address).status_code == 404
    assert browser.post(f"{address}/offer").status_code == 403
    assert desk.post(f"{address}/offer").status_code == 303
    assert "等待机构确认" in desk.get(address).text
    assert "确认运营机构代为录入的表格" in browser.get("/workbench").text
    page = browser.get(address).text
    assert "运营机构代为录入，请核对" in page
    assert desk.post(f"{address}/confirm").status_code == 303
    assert "只能由该机构自己确认" in desk.get(address).text
    assert browser.post(f"{address}/confirm").status_code == 303
    assert "导入完成" in browser.get(address).text
    second = sent(people(an_id_number())).location
    desk.post(f"{second}/offer")
    assert (
        "至少 5 个字"
        in browser.post(f"{second}/decline", data={"answer": "否"}, follow_redirects=True).text
    )
    assert browser.post(f"{second}/decline", data={"answer": "名单不是最新的"}).status_code == 303
    page = desk.get("/firm-import/for-firm").text
    assert "名单不是最新的" in page
    assert re.search(r"已放弃", page)


def test_a_code_typed_wrong_is_said_beside_the_field(fast_here, sign_in, operator):
    data = {"code": "123", "subject": "staff", "file": (BytesIO(b"x"), "a.csv")}
    assert sign_in(operator).post("/firm-import/for-firm", data=data).status_code == 422


def test_the_command_line_offers_too(fast_here, working, tmp_path, monkeypatch):
    monkeypatch.setattr("market.cli.open_installation", lambda: fast_here)
    firm, delegate = a_filled_in_firm(fast_here)
    good, bad = tmp_path / "good.xlsx", tmp_path / "bad.xlsx"
    good.write_bytes(people(an_id_number()))
    bad.write_bytes(people("123"))

    def run(*arguments):
        return CliRunner().invoke(main, ["firm", "import", *map(str, arguments)])

    assert run(good, "--for", firm.code).exit_code == 2
    asked = ("--for", firm.code, "--table", "staff")
    assert run(bad, *asked).exit_code == 1
    assert "1 行可以交机构确认" in run(good, *asked, "--dry-run").stdout
    assert "没有这个统一社会信用代码" in run(good, "--for", a_code(), "--table", "staff").stderr
    with working(fast_here, delegate) as work:
        assert not entered_for.waiting_for(work)
    assert "机构确认之前一概不生效" in run(good, *asked).stdout
    with working(fast_here, delegate) as work:
        [row] = entered_for.waiting_for(work)
        importing.confirm(work, row)
    while import_jobs.step(fast_here, row.id):
        pass
    again = run(good, *asked)
    assert (again.exit_code, "没有改动" in again.stdout) == (0, True)
