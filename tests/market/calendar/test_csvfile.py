"""A notice as a file: what is written reads back, and every fault is told with its line."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from market.calendar import Holiday, Notice, default_calendar
from market.calendar.csvfile import (
    MOST_DAYS,
    NotCsvError,
    NoticeFileError,
    read_notice,
    write_notice,
)

GOOD = """标题,国务院办公厅关于2027年部分节假日安排的通知
文号,国办发明电〔2026〕8号
发布日期,2026-11-04
来源,测试
年份,2027
日期,安排,节日,条款
2027-01-01,放假,元旦,一
2027-01-03,上班,元旦,一
"""


def faults(text: str) -> list[tuple[int, str]]:
    with pytest.raises(NoticeFileError) as caught:
        read_notice(text.encode())
    return [(fault.line, fault.sentence % dict(fault.facts)) for fault in caught.value.faults]


@pytest.mark.parametrize("notice", default_calendar().notices, ids=lambda notice: notice.id)
def test_the_shipped_notices_read_back_as_they_were_written(notice):
    file = read_notice(write_notice(notice).encode())
    again = file.notice(notice.id, "")
    assert (again.kinds(), again.holidays) == (notice.kinds(), notice.holidays)
    assert (again.document_number, again.issued_on) == (notice.document_number, notice.issued_on)


@given(st.lists(st.integers(0, 363), min_size=1, max_size=30, unique=True), st.data())
@settings(max_examples=50, deadline=None)
def test_any_notice_reads_back(numbers, data):
    days = [date(2027, 1, 1) + timedelta(days=n) for n in numbers]
    worked = tuple(d for d in days if d.weekday() > 4 and data.draw(st.booleans()))
    off = tuple(d for d in days if d not in worked)
    written = Notice(
        id="n", title='一,"二"', issuer="国务院办公厅", document_number="号", source="源",
        issued_on=date(2026, 11, 4), year=2027, digest="",
        holidays=(Holiday(name="节", clause="一", days_off=off, working_days=worked),),
    )  # fmt: skip
    file = read_notice(write_notice(written).encode())
    assert file.notice("n", "").kinds() == written.kinds()
    assert file.title == written.title


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_code_pages_of_spreadsheets_are_read(encoding):
    assert read_notice(GOOD.replace("\n", "\r\n").encode(encoding)).year == 2027


def test_the_days_may_be_written_as_spreadsheets_do():
    text = GOOD.replace("2027-01-01,放假", "2027/1/1,休").replace(
        "2027-01-03,上班", "2027/1/3,WORK"
    )
    file = read_notice(text.encode())
    assert file.holidays == read_notice(GOOD.encode()).holidays


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("标题,", "题目,", 1, "不认识的栏目“题目”"),
        ("标题,", "题目,", 5, "缺少“标题”"),
        ("来源,测试", "来源,", 5, "缺少“来源”"),
        ("来源,测试", "文号,测试", 4, "“文号”写了两次"),
        ("来源,测试", "来源," + "长" * 301, 4, "“来源”过长"),
        ("2026-11-04", "11月4日", 3, "“11月4日”不是日期"),
        ("年份,2027", "年份,27", 5, "“27”不是年份"),
        ("安排,节日", "节日,安排", 6, "表头须为"),
        ("日期,安排", "日子,安排", 8, "缺少表头"),
        ("2027-01-01", "2027-02-30", 7, "“2027-02-30”不是日期"),
        ("2027-01-01", "2025-01-01", 7, "2025-01-01 不在 2027 年前后"),
        ("2027-01-03", "2027-01-01", 8, "2027-01-01 在第 7 行已经列过"),
        ("2027-01-03", "2027-01-04", 8, "2027-01-04 不是周末"),
        ("放假,元旦", "放,元旦", 7, "安排“放”须为"),
        ("上班,元旦,一", "上班,元旦", 8, "节日和条款都要填写"),
        ("上班,元旦,一", "上班,,一", 8, "节日和条款都要填写"),
        ("2027-01-01,放假,元旦,一\n2027-01-03,上班,元旦,一\n", "", 6, "须有 1 至"),
        ("标题,国", '标题,"国', 8, "引号不成对"),
    ],
)
def test_a_fault_is_told_with_its_line(old, new, line, words):
    assert old in GOOD
    found = faults(GOOD.replace(old, new, 1))
    assert any(at == line and words in sentence for at, sentence in found), found


def test_every_fault_is_told_at_once_in_the_order_of_lines():
    found = faults(GOOD.replace("2026-11-04", "x").replace("2027-01-01", "y").replace("上班", "z"))
    assert [line for line, _ in found] == [3, 7, 8]


def test_an_amendment_may_make_a_weekday_a_working_day():
    amended = GOOD.replace("年份,2027", "年份,2027\n修改文号,甲").replace(
        "2027-01-03", "2027-01-04"
    )
    assert read_notice(amended.encode()).amends_number == "甲"


@pytest.mark.parametrize(
    "content", [b"", b"\n,,\n", b"\xff\xff\xff", b"x" * 200_000, b"\x00", "日期".encode()]
)
def test_what_is_no_notice_is_refused_and_nothing_else_happens(content):
    with pytest.raises(NoticeFileError):
        read_notice(content)


@given(st.binary(max_size=300))
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_a_notice_or_refused(content):
    with pytest.raises(NoticeFileError):
        read_notice(content)


def test_a_file_holds_no_more_days_than_a_notice_can_name():
    rows = "\n".join(f"2027-01-01,放假,元旦,{n}" for n in range(MOST_DAYS + 1))
    assert any("须有 1 至" in words for _, words in faults(GOOD + rows))


BINARY = [b"PK\x03\x04rest", b"\xd0\xcf\x11\xe0", b"%PDF-1.7", b"a\x00b"]


@pytest.mark.parametrize("content", BINARY)
def test_what_is_no_text_is_one_sentence(content):
    with pytest.raises(NotCsvError, match="这不是 CSV 文件") as refused:
        read_notice(content)
    assert str(refused.value) == "这不是 CSV 文件，请在表格软件里另存为 CSV 再上传。"
    assert refused.value.faults == ()
