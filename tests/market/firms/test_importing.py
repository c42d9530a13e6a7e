"""A list of firms: every row judged, all of them taken over or none."""

import hashlib
import io
import time
from datetime import datetime, timedelta

import pytest
import xlsxwriter
from click.testing import CliRunner
from sqlalchemy import func, select

from market.accounts.model import Organisation
from market.cli import main
from market.clock import beijing_day
from market.db import Actor, unit_of_work
from market.firms import actions, importing, jobs, queries
from market.firms.model import Firm
from market.firms.rules import FirmNature, FirmState
from market.firms.tables import Subject
from market.sheets.errors import SheetError
from market.sheets.model import SheetImportRow
from market.sheets.rules import ImportFaultyError, ImportState
from tests.market.factories.firms import a_code, a_firm, an_operator
from tests.market.firms.lists import HEAD, KEY, a_row, csv_of, judged, taken_over


def counts(work):
    organisations = work.session.scalar(
        select(func.count(Organisation.id)).where(Organisation.kind == "firm")
    )
    return organisations, work.session.scalar(select(func.count(Firm.id)))


@pytest.fixture
def operator(fast_here):
    return an_operator(fast_here)


def problems_of(report):
    return [(p.row, p.column, str(p.error)) for p in report.problems]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_good_list_is_taken_over_and_waits_for_the_check(here, working, encoding):
    operator = an_operator(here)
    rows = [a_row(), a_row(name="乙事务所", nature="社会组织", physically_present="是")]
    content = csv_of(*rows, encoding=encoding)
    with working(here, operator) as work:
        done = taken_over(work, content)
        assert (done.state, done.rows, done.taken) == (ImportState.DONE, 2, 2)
        assert (done.problem_count, done.refused) == (0, 0)
        assert done.file_sha256 == hashlib.sha256(content).hexdigest()
        assert work.session.scalars(select(SheetImportRow)).all() == []
    with working(here, operator) as work:
        firm = work.session.scalars(select(Firm).where(Firm.code == rows[1][1])).one()
        assert (firm.state, firm.imported) == (FirmState.SUBMITTED, True)
        assert (firm.nature, firm.physically_present) == (FirmNature.SOCIAL, True)
        assert firm.check_due_at is not None
        assert firm.imported_by_id == operator.actor.user_id


def test_an_imported_firm_is_checked_by_another_and_listed_with_nothing_to_offer(
    here, clock, working
):
    with working(here, an_operator(here)) as work:
        taken_over(work, csv_of(a_row()))
    with working(here, an_operator(here)) as work:
        firm = work.session.scalars(select(Firm)).one()
        actions.check_pass(work, firm)
    clock.move_to(firm.publicity_ends_at)
    jobs.sweep(here)
    with working(here, an_operator(here)) as work:
        firm = queries.firm_by_code(work, firm.code)
        assert firm.state is FirmState.LISTED
        assert queries.services(work, firm.id) == []


def test_a_preview_changes_nothing(fast_here, working, operator):
    with working(fast_here, operator) as work:
        row = importing.preview(work, Subject.FIRMS, csv_of(a_row()), KEY)
        assert (row.state, row.fresh, row.taken) == (ImportState.PREVIEWED, 1, 0)
        assert counts(work) == (0, 0)


@pytest.mark.parametrize(
    "case",
    [
        ({"name": ""}, "机构名称", "未填写"),
        ({"name": "字" * 201}, "机构名称", "超过 200 个字"),
        ({"name": "=HYPERLINK(1)"}, "机构名称", "当作公式"),
        ({"address": "@SUM(1)"}, "办公地址", "当作公式"),
        ({"address": "-1+2"}, "办公地址", "当作公式"),
        ({"name": "坏\x07字"}, "机构名称", "控制字符"),
        ({"name": "坏\ufffd字"}, "机构名称", "乱码"),
        ({"name": "坏\ue5e5字"}, "机构名称", "乱码"),
        ({"code": "91440300MA5EXAMP0"}, "统一社会信用代码", "18位"),
        ({"code": "914403007109310120"}, "统一社会信用代码", "校验码"),
        ({"code": "9.1440300710931E+17"}, "统一社会信用代码", "末几位可能已丢失"),
        ({"code": "914403007109310000"}, "统一社会信用代码", "末几位可能已丢失"),
        ({"nature": "个体户"}, "机构性质", "“个体户”不在可填的范围内"),
        ({"registered_on": "2015-02-30"}, "成立日期", "不是有效的日期"),
        ({"registered_on": "2026-03-03"}, "成立日期", "晚于今天"),
        ({"registered_on": "42156"}, "成立日期", "不是有效的日期"),
        ({"contact_phone": "12"}, "联系电话", "不是有效的电话号码"),
        ({"email": "a@b"}, "电子邮箱", "不是有效的电子邮箱"),
        ({"physically_present": "也许"}, "实体进驻", "是、否"),
    ],
)
def test_a_half_bad_list_imports_nothing_and_names_the_cell(fast_here, working, operator, case):
    differences, column, words = case
    content = csv_of(a_row(), a_row(**differences), a_row())
    with working(fast_here, operator) as work:
        ((row, heading, why),) = problems_of(judged(work, content))
        assert (row, heading) == (3, column)
        assert words in why
        kept = importing.preview(work, Subject.FIRMS, content, KEY)
        with pytest.raises(ImportFaultyError):
            importing.confirm(work, kept)
        assert work.session.scalars(select(SheetImportRow)).all() == []
        assert counts(work) == (0, 0)


@pytest.mark.parametrize("day", ["2015/6/1", "2015年6月1日", "2015.06.01", "20150601"])
def test_days_are_read_as_people_write_them(fast_here, working, operator, day):
    with working(fast_here, operator) as work:
        (planned,) = judged(work, csv_of(a_row(registered_on=day))).planned
        assert planned.payload["registered_on"] == "2015-06-01"


def test_a_code_stands_once_in_the_file_and_once_in_the_database(
    fast_here, clock, working, operator
):
    known = a_firm(fast_here, clock)
    code = a_code()
    content = csv_of(
        a_row(code=code), a_row(), a_row(code=f" {code.lower()} "), a_row(code=known.code)
    )
    with working(fast_here, operator) as work:
        twice, known = judged(work, content).problems
        assert (twice.row, str(twice.error)) == (4, "与第 2 行重复。请删去其中一行")
        assert known.row == 5
        assert "机构名称" in str(known.error)
        assert "不会修改已有的内容" in str(known.error)
        assert counts(work) == (1, 1)


def test_one_row_may_have_many_faults(fast_here, working, operator):
    with working(fast_here, operator) as work:
        report = judged(work, csv_of(a_row(name="", code="X", contact_phone="")))
        assert [p.column for p in report.problems] == ["机构名称", "统一社会信用代码", "联系电话"]


def test_headings_have_aliases_any_order_and_stars(fast_here, working, operator):
    names = {"机构名称": "单位名称*", "统一社会信用代码": "信用 代码", "法定代表人": "负责人"}
    head = [names.get(heading, heading) for heading in HEAD]
    content = csv_of(a_row()[::-1], head=head[::-1])
    with working(fast_here, operator) as work:
        assert taken_over(work, content).taken == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (csv_of(a_row()[:-4], head=HEAD[:-4]), "缺少：联系人、联系电话"),
        (csv_of(a_row(), head=["机构名称", *HEAD[:-1]]), "出现了两次"),
        (csv_of(), "只有表头"),
        (b"\xff" * 10, "认不出表头"),
    ],
)
def test_a_list_without_the_right_heading_is_refused(fast_here, working, operator, content, words):
    with working(fast_here, operator) as work:
        if "缺少" in words:
            content = csv_of(a_row()[:7], head=HEAD[:7])
        with pytest.raises(SheetError, match=words):
            judged(work, content)


def test_an_excel_list_with_typed_cells(fast_here, working, operator):
    out = io.BytesIO()
    with xlsxwriter.Workbook(
        out, {"in_memory": True, "default_date_format": "yyyy-mm-dd", "strings_to_formulas": False}
    ) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEAD)
        row = a_row()
        row[HEAD.index("成立日期")] = datetime(2015, 6, 1)  # noqa: DTZ001 - a cell of a sheet
        row[HEAD.index("联系电话")] = 13800138000
        row[HEAD.index("实体进驻")] = True
        sheet.write_row(1, 0, row)
        sheet.write_row(2, 0, a_row(name="=1+1"))
    with working(fast_here, operator) as work:
        report = judged(work, out.getvalue())
        assert problems_of(report)[0][:2] == (3, "机构名称")
        payload = report.planned[0].payload
        assert (payload["contact_phone"], payload["physically_present"]) == ("13800138000", True)
        assert payload["registered_on"] == "2015-06-01"


def test_a_thousand_firms_are_taken_over_in_seconds(fast_here, working, operator):
    here = fast_here
    content = csv_of(*(a_row() for _ in range(1000)))
    began = time.monotonic()
    with working(here, operator) as work:
        assert taken_over(work, content).taken == 1000
    assert time.monotonic() - began < 30
    with working(here, operator) as work:
        assert counts(work) == (1000, 1000)


def test_the_template_opens_in_excel_and_is_a_right_heading(fast_here, working, operator):
    content = importing.template(Subject.FIRMS)
    assert content.startswith(b"\xef\xbb\xbf")
    with working(fast_here, operator) as work, pytest.raises(SheetError, match="只有表头"):
        judged(work, content)
    filled = content + ",".join(a_row()).encode()
    with working(fast_here, operator) as work:
        assert judged(work, filled).problems == ()


def test_the_command_imports_reports_and_exits(fast_here, tmp_path, monkeypatch):
    monkeypatch.setattr("market.cli.open_installation", lambda: fast_here)
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_bytes(csv_of(a_row()))
    bad.write_bytes(csv_of(a_row(), a_row(code="X")))

    def run(*arguments):
        return CliRunner().invoke(main, ["firm", "import", *map(str, arguments)])

    assert "检查通过：1 家机构可以导入" in run(good, "--dry-run").stdout
    refused = run(bad)
    assert refused.exit_code == 1
    assert "第 3 行 统一社会信用代码" in refused.stderr
    assert "没有导入任何机构" in refused.stderr
    done = run(good)
    assert (done.exit_code, "已导入 1 家机构" in done.stdout) == (0, True)
    again = run(good)
    assert (again.exit_code, "没有改动" in again.stdout) == (0, True)
    assert run(tmp_path / "none.csv").exit_code == 2
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04")
    assert run(broken).exit_code == 1
    with unit_of_work(fast_here.sessions, Actor("test"), fast_here.clock) as work:
        assert counts(work) == (1, 1)
        firm = work.session.scalars(select(Firm)).one()
        assert firm.imported_by_id is None
        assert beijing_day(firm.check_due_at) - work.today == timedelta(days=3)
