"""Files that are tables, and the many that are not."""

import io
import os
import zipfile
import zlib

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from market.firms.tables import TAKERS, Subject
from market.sheets.columns import headings
from market.sheets.errors import SheetError
from market.sheets.reading import MAX_BYTES, MAX_COLUMNS, MAX_ROWS, read_sheet

HEADINGS = headings(TAKERS[Subject.FIRMS].columns)
HEAD = "机构名称,统一社会信用代码"


def workbook(rows, *, formula=None, **options):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, **options}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                sheet.write(number, column, value)
        if formula:
            sheet.write_formula(formula, "=1+1")
    return out.getvalue()


GOOD = workbook([HEAD.split(","), ["甲机构", "X"]])


def rezipped(content, **changes):
    """The archive with parts replaced: ``changes`` map the end of a part's name to bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.infolist():
            stem = part.filename.rpartition("/")[2].partition(".")[0]
            new.writestr(part.filename, changes.get(stem, old.read(part)))
    return out.getvalue()


def refusal(content):
    with pytest.raises(SheetError) as refused:
        read_sheet(content, HEADINGS)
    assert refused.value.field == "file"
    return str(refused.value)


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ((HEAD + "\r\n甲机构,X\r\n").encode("utf-8-sig"), "UTF-8（带 BOM）"),
        ((HEAD + "\n甲机构,X").encode(), "UTF-8"),
        ((HEAD + "\n甲机构,X\n\n").encode("gb18030"), "GB18030"),
        (HEAD.replace(",", "\t").encode() + "\n甲机构\tX".encode(), "UTF-8"),
        (HEAD.replace(",", ";").encode() + "\n甲机构;X".encode(), "UTF-8"),
        ((HEAD + '\n"甲机构"," X "').encode(), "UTF-8"),
        (GOOD, "Excel"),
    ],
)
def test_a_table_is_read_whatever_program_wrote_it(content, encoding):
    sheet = read_sheet(content, HEADINGS)
    assert sheet.encoding == encoding
    assert [row.cells for row in sheet.rows] == [tuple(HEAD.split(",")), ("甲机构", "X")]


def test_rows_keep_the_numbers_a_spreadsheet_shows():
    sheet = read_sheet(f"{HEAD}\n\n甲,X\n,\n乙,Y\n".encode(), HEADINGS)
    assert [row.number for row in sheet.rows] == [1, 3, 5]
    sheet = read_sheet(workbook([HEAD.split(","), [], ["甲", "X"]]), HEADINGS)
    assert [row.number for row in sheet.rows] == [1, 3]


def test_numbers_days_and_truths_become_text():
    from datetime import datetime  # noqa: PLC0415 - Excel has no zones

    content = workbook(
        [HEAD.split(","), [13800138000, datetime(2015, 6, 1)], [True, 1.5]],  # noqa: DTZ001 - a cell of a sheet
        default_date_format="yyyy-mm-dd",
    )
    rows = read_sheet(content, HEADINGS).rows
    assert rows[1].cells == ("13800138000", "2015-06-01")
    assert rows[2].cells == ("是", "1.5")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "文件是空的"),
        (b"  \r\n ", "文件是空的"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 99, "旧版 Excel"),
        (HEAD.encode("utf-16"), "UTF-16"),
        (b"a\x00b", "这不是 CSV 文件"),
        (b"%PDF-1.7\n1 0 obj", "这不是 CSV 文件"),
        ("機構名稱,統一社會信用代碼\n甲,乙".encode("big5"), "认不出表头"),
        (b"name,code\nx,y", "认不出表头"),
        (HEAD.encode() + "\n甲,乙\n".encode() + "丙,丁".encode("gb18030"), "第 3 行"),
        (HEAD.encode("gb18030") + b"\n\xff\xff,x", "第 2 行"),
        (f'{HEAD}\n"甲,乙\n'.encode(), "引号不成对"),
        (f'{HEAD}\n"甲"x,乙\n'.encode(), "引号不成对"),
        (f"{HEAD}\n{'字' * 5001},乙\n".encode(), "第 2 行有一格文字过长"),
        ((HEAD + "\n甲,乙" * (MAX_ROWS + 1)).encode(), "超过 10000 行"),
        ((HEAD + ",x" * MAX_COLUMNS).encode(), "50 列"),
        (b"PK\x03\x04", "已损坏"),
        (GOOD[: len(GOOD) // 2], "已损坏"),
        (b"PK\x03\x04" + b"\x00" * 10_000, "已损坏"),
        (rezipped(GOOD, sheet1=b"<worksheet>"), "已损坏"),
        (rezipped(GOOD, sheet1=b""), "已损坏"),
        (rezipped(GOOD, workbook=b"no xml"), "不是有效的 Excel"),
        (workbook([HEAD.split(",")], formula="C7"), "单元格 C7 是公式"),
        (workbook([HEAD.split(","), *[["甲"]] * (MAX_ROWS + 1)]), "超过 10000 行"),
    ],
)
def test_anything_else_is_refused_with_the_reason(content, words):
    assert words in refusal(content)


def test_megabytes_of_nonsense_are_refused():
    assert "超过 10 MB" in refusal(os.urandom(MAX_BYTES + 1))
    assert "认不出表头" in refusal(os.urandom(1024).replace(b"\x00", b"\x01") + b"\n" * 4096)


def test_a_zip_bomb_is_not_unpacked():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        new.writestr("xl/worksheets/sheet1.xml", b"<worksheet>" + b" " * 70 * 1024 * 1024)
    assert len(packed.getvalue()) < 200_000
    assert "解压后过大" in refusal(packed.getvalue())


def test_a_zip_bomb_that_lies_about_its_size_is_not_unpacked_either():
    small, large = b"<worksheet/>", b"<worksheet>" + b" " * 70 * 1024 * 1024
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        new.writestr("xl/worksheets/sheet1.xml", large)
    honest = packed.getvalue()
    size, lie = len(large).to_bytes(4, "little"), len(small).to_bytes(4, "little")
    assert "已损坏" in refusal(honest.replace(size, lie))


@pytest.mark.parametrize(
    "cell",
    ['r="XFD1048576"', "r='BZ1'", 'r="A10002"', 'r="&#88;FD1"', 'r="1A"', 'r="A99999999999"'],
)
def test_a_cell_in_the_far_corner_is_refused_before_memory_is_reserved(cell):
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        f'<row r="1"><c r="A1"><v>1</v></c></row><row><c {cell}><v>1</v></c></row>'
        "</sheetData></worksheet>"
    )
    assert "文件无法读取" in refusal(rezipped(GOOD, sheet1=sheet.encode()))
    assert "文件无法读取" in refusal(rezipped(GOOD, sheet1=sheet.encode("utf-16")))


@pytest.mark.parametrize("cells", ["<row>" + "<c/>" * 51 + "</row>", "<row/>" * 10_002])
def test_cells_that_do_not_say_where_they_stand_are_counted(cells):
    sheet = f"<worksheet><sheetData>{cells}</sheetData></worksheet>".encode()
    assert "超过 10000 行或 50 列" in refusal(rezipped(GOOD, sheet1=sheet))


def test_a_document_type_is_refused():
    laughs = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><worksheet>&b;</worksheet>'
    assert "文档类型" in refusal(rezipped(GOOD, sheet1=laughs))


def test_a_part_that_shrinks_too_much_is_a_bomb():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        new.writestr("xl/worksheets/sheet1.xml", b"<worksheet>" + b" " * 5 * 1024 * 1024)
    assert "解压后过大" in refusal(packed.getvalue())


@pytest.mark.parametrize("part", ["xl/sharedStrings.xml", "xl/styles.xml", "[Content_Types].xml"])
def test_a_document_type_is_refused_in_every_part(part):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as new:
        new.writestr(part, b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>')
    assert "文档类型" in refusal(packed.getvalue())


@pytest.mark.parametrize("part", ["xl/vbaProject.bin", "xl/externalLinks/externalLink1.xml"])
def test_macros_and_links_to_other_files_are_refused(part):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as new:
        new.writestr(part, b"x")
    assert "宏或外部链接" in refusal(packed.getvalue())


def test_a_number_that_lost_digits_says_so():
    rows = read_sheet(workbook([HEAD.split(","), ["甲", 914403007109310120]]), HEADINGS).rows
    assert rows[1].cells[1] == "9.144030E+17"
    rows = read_sheet(workbook([HEAD.split(","), ["甲", "914403007109310120"]]), HEADINGS).rows
    assert rows[1].cells[1] == "914403007109310120"


def test_an_archive_with_too_many_parts_is_refused():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as new:
        for number in range(400):
            new.writestr(f"xl/worksheets/sheet{number}.xml", "<worksheet/>")
    assert "部件过多" in refusal(packed.getvalue())


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_the_bytes_are_only_a_sheet_error_comes_out(data):
    kind = data.draw(st.sampled_from(["any", "text", "torn", "sheet"]))
    match kind:
        case "any":
            content = data.draw(st.binary(max_size=300))
        case "text":
            content = f"{HEAD}\n".encode() + data.draw(st.binary(max_size=200))
        case "torn":
            place = data.draw(st.integers(0, len(GOOD) - 1))
            noise = data.draw(st.binary(min_size=1, max_size=20))
            content = GOOD[:place] + noise + GOOD[place + len(noise) :]
        case _:
            with zipfile.ZipFile(io.BytesIO(GOOD)) as good:
                part = data.draw(st.sampled_from(["sheet1", "workbook", "sharedStrings", "styles"]))
                name = next(n for n in good.namelist() if n.endswith(f"/{part}.xml"))
                body = good.read(name)
            place = data.draw(st.integers(0, len(body) - 1))
            noise = data.draw(st.binary(min_size=1, max_size=20))
            content = rezipped(GOOD, **{part: body[:place] + noise + body[place + len(noise) :]})
    try:
        sheet = read_sheet(content, HEADINGS)
    except SheetError as error:
        assert str(error)  # noqa: PT017 - it is one of two right answers
    else:
        assert all(isinstance(cell, str) for row in sheet.rows for cell in row.cells)


def test_the_checksums_of_the_archive_are_checked():
    broken = bytearray(GOOD)
    with zipfile.ZipFile(io.BytesIO(GOOD)) as good:
        crc = good.getinfo("xl/worksheets/sheet1.xml").CRC
    assert crc != zlib.crc32(b"")
    place = bytes(broken).rfind(crc.to_bytes(4, "little"))
    broken[place] ^= 1
    assert "已损坏" in refusal(bytes(broken))
