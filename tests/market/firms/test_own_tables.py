"""A firm's own tables: brought in, put out, brought in again and nothing changes."""

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from audit import store
from market.access import OrgKind, Role
from market.db import Actor, unit_of_work
from market.firms import actions, import_jobs, importing, queries
from market.firms.errors import NotEditableError
from market.firms.fee_brackets import BracketShape, read_brackets
from market.firms.fee_charges import Charge, ExtraCharge
from market.firms.fees import FeeBasis, FeeKind
from market.firms.identity import identity_key
from market.firms.model import FirmFee, FirmStaff
from market.firms.rules import Move
from market.firms.tables import Subject
from market.firms.tables.exporting import own
from market.sheets.model import SheetImport, SheetImportRow
from market.sheets.rules import IllegalImportMoveError, ImportState
from market.sheets.writing import Format, written
from market.worker import Worker
from tests.market.factories.firms import (
    ITEM,
    a_delegate,
    a_fee,
    a_filled_in_firm,
    a_listed_firm,
    a_member,
    a_person,
    a_qualification,
    a_submitted_firm,
    an_id_number,
    an_operator,
)
from tests.market.firms.lists import KEY, a_row, csv_of, judged, table_of, taken_over
from tests.market.firms.test_pages import upload

PERSON = {
    "name": "钱工程师",
    "certificate": "环境影响评价工程师",
    "certificate_number": "EIA1",
    "valid_to_on": "",
}
LICENCE = {
    "kind": "备案或登记",
    "name": "工程咨询单位备案",
    "major": "市政",
    "grade": "甲",
    "number": "ZX1",
    "issuer": "发展改革委",
    "valid_from_on": "2024-01-01",
    "valid_to_on": "2028/12/31",
}
FEE = {
    "item_code": ITEM,
    "basis": "自主定价",
    "kind": "固定金额",
    "amount_fen": "30,000.00",
    "valid_from_on": "2026-03-02",
}


@pytest.fixture
def delegate(fast_here):
    return a_filled_in_firm(fast_here)[1]


def texts(report):
    return [(p.row, p.column, str(p.error)) for p in report.problems]


def test_certificates_are_taken_over_and_wait_for_the_operator(fast_here, working, delegate):
    content = table_of(Subject.QUALIFICATIONS, LICENCE, LICENCE | {"number": "ZX2", "grade": ""})
    with working(fast_here, delegate) as work:
        assert taken_over(work, content, Subject.QUALIFICATIONS).taken == 2
        first, second = queries.qualifications(work, queries.own(work).id)[-2:]
        assert (first.grade, second.grade) == ("甲级", "不分级")
        assert (first.valid_to_on, first.state) == (date(2028, 12, 31), "pending")
        assert judged(work, content, Subject.QUALIFICATIONS).fresh == 0


def test_people_are_taken_over_without_their_numbers(fast_here, working, delegate):
    number = an_id_number()
    content = table_of(Subject.STAFF, PERSON | {"id_number": number})
    with working(fast_here, delegate) as work:
        row = importing.preview(work, Subject.STAFF, content, KEY)
        (waiting,) = work.session.scalars(select(SheetImportRow))
        assert number not in waiting.payload + row.problems
        assert number[:4] + "*" * 10 + number[-4:] in waiting.payload
        importing.confirm(work, row)
        assert not importing.take_some(work, row.id, KEY)
        member = queries.staff(work, queries.own(work).id)[-1]
        assert (member.name, member.state) == ("钱工程师", "pending")
        assert judged(work, content, Subject.STAFF).fresh == 0
        (problem,) = judged(
            work,
            table_of(Subject.STAFF, PERSON | {"id_number": number, "name": "钱工"}),
            Subject.STAFF,
        ).problems
        assert "“姓名”与本行不同" in str(problem.error)
        assert problem.value == ""


def test_a_person_practises_for_one_firm_also_in_a_table(fast_here, clock, working):
    number = an_id_number()
    content = table_of(Subject.STAFF, PERSON | {"id_number": number})
    delegate, other = (a_listed_firm(fast_here, clock)[1] for _ in range(2))
    with working(fast_here, delegate) as work:
        row = importing.preview(work, Subject.STAFF, content, KEY)
        importing.confirm(work, row)
    with working(fast_here, other) as work:
        taken_over(work, content, Subject.STAFF)
        assert "运营机构提出异议" not in str(judged(work, content, Subject.STAFF).problems)
    with working(fast_here, delegate) as work:
        importing.take_some(work, row.id, KEY)
        done = importing.find(work, row.id)
        assert (done.state, done.taken, done.refused) == (ImportState.DONE, 0, 1)
        assert "一名执业人员只能在一家机构执业" in json.loads(done.problems)[0]["sentence"]
        assert "运营机构提出异议" in str(judged(work, content, Subject.STAFF).problems[0].error)


@pytest.mark.parametrize(
    "case",
    [
        (Subject.QUALIFICATIONS, LICENCE | {"kind": "告知承诺"}, "资质类别", "应为"),
        (Subject.QUALIFICATIONS, LICENCE | {"grade": "特级"}, "等级", "应为"),
        (Subject.QUALIFICATIONS, LICENCE | {"valid_from_on": "2027-01-01"}, "有效期起", "晚于今天"),
        (Subject.QUALIFICATIONS, LICENCE | {"valid_to_on": "2025-01-01"}, "有效期止", ""),
        (Subject.STAFF, PERSON | {"id_number": "440300199001011234"}, "身份证号码", ""),
        (Subject.STAFF, PERSON | {"id_number": "4.403E+17"}, "身份证号码", "末几位"),
        (Subject.STAFF, PERSON | {"id_number": ""}, "身份证号码", "未填写"),
        (Subject.FEES, FEE | {"item_code": "ZJ-99-999-99"}, "事项编码", "ZJ-99-999-99"),
        (Subject.FEES, FEE | {"amount_fen": ""}, "固定金额（元）", "固定金额"),
        (Subject.FEES, FEE | {"amount_fen": "三万"}, "固定金额（元）", "不是可用的数字"),
        (Subject.FEES, FEE | {"valid_from_on": "2026-03-01"}, "生效日期", "早于今天"),
        (Subject.FEES, FEE | {"shape": "分档定额"}, "分档表", "同时填写"),
        (Subject.FEES, FEE | {"charges": "茶水费=5"}, "另收费用", "茶水费"),
        (Subject.FEES, FEE | {"charges": "差旅费=贵"}, "另收费用", "不是可用的数字"),
    ],
)
def test_a_faulty_row_names_its_column_and_enters_nothing(fast_here, working, delegate, case):
    subject, row, column, words = case
    with working(fast_here, delegate) as work:
        ((number, heading, why),) = texts(judged(work, table_of(subject, row), subject))
        assert (number, heading) == (2, column)
        assert words in why


def test_the_same_thing_twice_in_a_file_is_told(fast_here, working, delegate):
    person = PERSON | {"id_number": an_id_number()}
    for subject, row in (
        (Subject.QUALIFICATIONS, LICENCE),
        (Subject.STAFF, person),
        (Subject.FEES, FEE | {"amount_fen": "1"}),
    ):
        with working(fast_here, delegate) as work:
            (problem,) = judged(work, table_of(subject, row, row), subject).problems
            assert (problem.row, str(problem.error)) == (3, "与第 2 行重复。请删去其中一行")


def test_fees_of_every_shape_go_out_and_come_in_and_nothing_changes(fast_here, working, delegate):
    shapes = [
        {"kind": FeeKind.FIXED, "charges": (Charge(ExtraCharge.TRAVEL, 50_000),)},
        {"kind": FeeKind.RATE, "amount_fen": None, "rate_ppm": 15_500, "rate_base": "项目总投资"},
        {
            "kind": FeeKind.BRACKETS,
            "amount_fen": None,
            "rate_base": "送审金额",
            "brackets": read_brackets(BracketShape.PROGRESSIVE, "100：15\n以上：6.25"),
            "min_fee_fen": 100_000,
            "max_fee_fen": 9_000_000,
            "charges": (Charge(ExtraCharge.EXPERTS, None), Charge(ExtraCharge.COPIES, 1)),
        },
        {
            "kind": FeeKind.UNIT,
            "amount_fen": None,
            "unit_price_fen": 1_234,
            "unit": "平方米",
            "rate_base": "建筑面积",
            "valid_to_on": date(2027, 3, 2),
        },
        {
            "kind": FeeKind.DISCOUNT,
            "amount_fen": None,
            "basis": FeeBasis.STANDARD,
            "basis_document": "计价格〔2002〕125号",
            "discount_bp": 1_550,
            "discount_to_bp": 3_000,
        },
    ]  # fmt: skip
    for form in Format:
        for shape in shapes:
            with working(fast_here, delegate) as work:
                firm = queries.own(work)
                actions.publish_fee(work, firm, ITEM, a_fee(work.today, **shape))
                sheet = own(work, Subject.FEES)
                content = written(form, sheet.header, sheet.rows)
                report = judged(work, content, Subject.FEES)
                assert (texts(report), report.rows, report.fresh) == ([], 1, 0)


def test_a_fee_brought_in_is_a_version_with_its_promise(fast_here, working, delegate):
    row = FEE | {
        "kind": "自定分档",
        "amount_fen": "",
        "rate_base": "送审金额",
        "shape": "差额定率累进",
        "brackets": "100：15；以上：6.25",
        "charges": "差旅费=500；专家评审费=据实",
    }
    with working(fast_here, delegate) as work:
        done = taken_over(work, table_of(Subject.FEES, row), Subject.FEES)
        assert done.taken == 1
        fee = queries.current_fee(work, queries.own(work).id, ITEM)
        assert (fee.version_no, fee.kind, bool(fee.promise_sha256)) == (2, FeeKind.BRACKETS, True)
        assert judged(work, table_of(Subject.FEES, row), Subject.FEES).fresh == 0


def test_yesterdays_file_is_still_the_same_today(fast_here, working, delegate, clock):
    content = table_of(Subject.FEES, FEE | {"amount_fen": "25000"})
    with working(fast_here, delegate) as work:
        taken_over(work, content, Subject.FEES)
    clock.advance(timedelta(days=5))
    with working(fast_here, delegate) as work:
        report = judged(work, content, Subject.FEES)
        assert (texts(report), report.fresh) == ([], 0)


def test_while_the_operator_checks_nothing_is_brought_in(fast_here, working):
    _, person = a_submitted_firm(fast_here)
    for subject in (Subject.QUALIFICATIONS, Subject.STAFF, Subject.FEES):
        with working(fast_here, person) as work, pytest.raises(NotEditableError):
            judged(work, table_of(subject, {}), subject)


def test_an_import_that_the_state_of_the_firm_forbids_is_stopped_with_the_reason(
    fast_here, working
):
    _, person = a_filled_in_firm(fast_here)
    with working(fast_here, person) as work:
        row = importing.preview(
            work, Subject.QUALIFICATIONS, table_of(Subject.QUALIFICATIONS, LICENCE), KEY
        )
        importing.confirm(work, row)
        actions.move(work, queries.own(work), Move.SUBMIT)
    assert import_jobs.sweep(fast_here) == 1
    with working(fast_here, person) as work:
        ended = importing.find(work, row.id)
        assert (ended.state, ended.taken) == (ImportState.STOPPED, 0)
        assert "不能" in importing.refusals(ended)[0]


def test_a_fault_of_the_system_stops_the_import_and_the_file_can_be_sent_again(
    fast_here, working, delegate
):
    content = table_of(Subject.QUALIFICATIONS, LICENCE)
    with working(fast_here, delegate) as work:
        row = importing.preview(work, Subject.QUALIFICATIONS, content, KEY)
        importing.confirm(work, row)
        work.session.get_one(SheetImportRow, (row.id, 2)).payload = '{"identity": 1}'
    assert import_jobs.step(fast_here, row.id) is False
    with working(fast_here, delegate) as work:
        assert "再次上传同一文件" in importing.refusals(importing.find(work, row.id))[0]
        assert taken_over(work, content, Subject.QUALIFICATIONS).taken == 1


def test_a_forgotten_preview_is_given_up_after_a_day(fast_here, working, delegate, clock):
    with working(fast_here, delegate) as work:
        row = importing.preview(
            work, Subject.QUALIFICATIONS, table_of(Subject.QUALIFICATIONS, LICENCE), KEY
        )
    assert import_jobs.sweep(fast_here) == 0
    clock.advance(timedelta(hours=25))
    assert import_jobs.sweep(fast_here) == 1
    with working(fast_here, delegate) as work:
        assert importing.find(work, row.id).state is ImportState.DISCARDED
        assert work.session.scalar(select(func.count()).select_from(SheetImportRow)) == 0


def test_too_many_previews_are_refused(fast_here, working, delegate):
    content = table_of(Subject.QUALIFICATIONS, LICENCE)
    with working(fast_here, delegate) as work:
        for _ in range(importing.MOST_WAITING):
            importing.preview(work, Subject.QUALIFICATIONS, content, KEY)
        with pytest.raises(importing.TooManyWaitingError):
            importing.preview(work, Subject.QUALIFICATIONS, content, KEY)


def test_two_who_confirm_or_two_workers_take_a_list_over_once(here, working):
    """On both databases: the second confirmation is refused, the second worker finds nothing."""
    operator = an_operator(here)
    with working(here, operator) as work:
        row = importing.preview(work, Subject.FIRMS, csv_of(a_row(), a_row()), KEY)
        importing.confirm(work, row)
    with working(here, operator) as work, pytest.raises(IllegalImportMoveError):
        importing.confirm(work, importing.find(work, row.id))
    assert import_jobs.step(here, row.id) is False
    assert import_jobs.step(here, row.id) is False
    assert import_jobs.sweep(here) == 0
    with working(here, operator) as work:
        assert importing.find(work, row.id).taken == 2
        assert work.session.scalar(select(func.count()).select_from(SheetImportRow)) == 0


def test_a_firm_registered_in_the_meantime_is_left_out_and_told(here, working):
    """On both databases: one bad row does not take the others of its part with it."""
    operator = an_operator(here)
    rows = [a_row(), a_row(), a_row()]
    with working(here, operator) as work:
        row = importing.preview(work, Subject.FIRMS, csv_of(*rows), KEY)
        importing.confirm(work, row)
    with working(here, operator) as work:
        taken_over(work, csv_of(rows[1]))
    with working(here, operator) as work:
        taken_over(work, csv_of(rows[2]))
        queries.locked(work, 1).contact_name = "另一人"
    import_jobs.step(here, row.id)
    with working(here, operator) as work:
        done = importing.find(work, row.id)
        assert (done.state, done.taken, done.gone_through) == (ImportState.DONE, 1, 3)


def test_the_log_tells_of_each_certificate_and_once_of_the_people(fast_here, working, delegate):
    people = [PERSON | {"id_number": an_id_number()} for _ in range(3)]
    with working(fast_here, delegate) as work:
        before = work.session.scalar(select(func.count()).select_from(store.queue))
        taken_over(work, table_of(Subject.STAFF, *people), Subject.STAFF)
        work.session.flush()
        after = work.session.scalar(select(func.count()).select_from(store.queue))
        assert after - before == 1
        assert work.session.scalar(select(func.count(FirmStaff.id))) >= 3


def test_the_pages_of_a_firm(fast_here, sign_in, delegate):
    browser = sign_in(delegate)
    assert "从表格导入执业人员" in browser.get("/firm/staff").text
    assert "怎样填写" in browser.get("/firm/import/staff").text
    assert browser.get("/firm/import/staff/template.xlsx").data.startswith(b"PK")
    number = an_id_number()
    content = table_of(Subject.STAFF, PERSON | {"id_number": number})
    shown = upload(browser, content, page="/firm/import/staff").location
    page = browser.get(shown).text
    assert "钱工程师" in page
    assert number not in page
    assert "钱工程师" not in browser.get("/firm/staff").text
    assert browser.post(f"{shown}/confirm").status_code == 303
    assert "钱工程师" in browser.get("/firm/staff").text
    assert "新增 1 行" in browser.get(shown).text
    browser.post(f"{shown}/discard")
    assert "已经处理过" in browser.get(shown).text
    bad = upload(
        browser, table_of(Subject.STAFF, PERSON | {"id_number": "1"}), page="/firm/import/staff"
    ).location
    assert "下载问题清单" in browser.get(bad).text
    problems = browser.get(f"{bad}/problems.csv").data.decode("utf-8-sig")
    assert problems.startswith("行,列,内容,问题和办法")
    assert "2,身份证号码,," in problems
    browser.post(f"{bad}/confirm")
    assert "一行也不会导入" in browser.get(bad).text
    fees = upload(
        browser, table_of(Subject.FEES, FEE | {"amount_fen": "28000"}), page="/firm/import/fees"
    ).location
    assert "签署承诺并公开 1 项收费" in browser.get(fees).text
    browser.post(f"{fees}/discard")
    assert "读取的内容已经清除" in browser.get(fees).text
    assert browser.get("/firm/import/firms").status_code == 404
    assert browser.get("/firm/import/staff/template.doc").status_code == 404


def test_an_import_is_its_organisations_and_its_roles_alone(fast_here, sign_in, delegate, working):
    with working(fast_here, delegate) as work:
        row = importing.preview(
            work, Subject.QUALIFICATIONS, table_of(Subject.QUALIFICATIONS, LICENCE), KEY
        )
        code = queries.own(work).code
    agent = a_person(fast_here, OrgKind.FIRM, Role.FIRM_AGENT, code=code)
    for stranger in (a_delegate(fast_here), an_operator(fast_here), agent):
        browser = sign_in(stranger)
        for path in ("", "/problems.csv"):
            assert browser.get(f"/imports/{row.id}{path}").status_code == 404
        for deed in ("confirm", "discard"):
            assert browser.post(f"/imports/{row.id}/{deed}").status_code == 404
    with unit_of_work(fast_here.sessions, Actor("test"), fast_here.clock) as work:
        assert work.session.get_one(SheetImport, row.id).state is ImportState.PREVIEWED


def test_a_long_list_goes_on_by_itself_and_the_page_tells_how_far(fast_here, sign_in):
    browser = sign_in(an_operator(fast_here))
    rows = [a_row() for _ in range(importing.CHUNK + 1)]
    shown = upload(browser, csv_of(*rows)).location
    browser.post(f"{shown}/confirm")
    page = browser.get(shown).text
    assert 'http-equiv="refresh"' in page
    assert f"已处理 0 行，共 {len(rows)} 行" in page
    import_jobs.step(fast_here, int(shown.rpartition("/")[2]))
    assert f"已处理 {importing.CHUNK} 行" in browser.get(shown).text
    Worker(fast_here).bring_in()
    page = browser.get(shown).text
    assert f"新增 {len(rows)} 行" in page
    assert "refresh" not in page


def test_what_a_listed_firm_has_goes_out_and_comes_in_unchanged(fast_here, clock, working):
    _, person = a_listed_firm(fast_here, clock)
    key = identity_key(fast_here.keys)
    with working(fast_here, person) as work:
        actions.add_qualification(work, queries.own(work), a_qualification(work.today))
        actions.add_staff(work, queries.own(work), a_member(), key)
        sheet = own(work, Subject.QUALIFICATIONS)
        report = judged(
            work, written(Format.XLSX, sheet.header, sheet.rows), Subject.QUALIFICATIONS
        )
        assert (texts(report), report.fresh) == ([], 0)
        assert work.session.scalar(select(func.count(FirmFee.id))) == 1
