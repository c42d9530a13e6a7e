"""Tables as files: read back as they were written, and executed by nothing."""

import csv
import io
import zipfile
from xml.dom import minidom

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from market.sheets.reading import read_sheet
from market.sheets.writing import Format, harmless, written

HEAD = ["机构名称", "金额（元）"]
CELLS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=30
)


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =1",
        "＝1",
        "＋1",
        "－1",
        "＠x",
        "\tx",
    ],
)
def test_a_formula_is_written_as_text(text):
    assert harmless(text) == f"'{text}"
    for form in Format:
        rows = read_sheet(written(form, HEAD, [["x", text]]), HEAD).rows
        assert rows[1].cells[1].replace("\r", "\n") == f"'{text}".replace("\r", "\n")


@pytest.mark.parametrize("text", ["", "甲=乙", "1-2", "a@b.cn", "0755-1", "'x"])
def test_other_texts_are_left_alone(text):
    assert harmless(text) == text


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5), st.sampled_from(Format))
@example([('"', ",;\n<&>]]>")], Format.CSV)
def test_what_is_written_is_read_back(rows, form):
    wanted = [tuple(harmless(cell).strip() for cell in row) for row in rows]
    found = read_sheet(written(form, HEAD, rows), HEAD).rows[1:]
    assert [row.cells for row in found] == [row for row in wanted if any(row)]


def test_an_excel_file_holds_text_cells_only_and_the_same_rows_are_the_same_bytes():
    content = written(Format.XLSX, HEAD, [["甲", 914403007109310120], [None, True]])
    assert content == written(Format.XLSX, HEAD, [["甲", 914403007109310120], [None, True]])
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        for name in packed.namelist():
            minidom.parseString(packed.read(name))
        cells = minidom.parseString(packed.read("xl/worksheets/sheet1.xml"))
    kinds = {cell.getAttribute("t") for cell in cells.getElementsByTagName("c")}
    assert kinds == {"inlineStr"}
    rows = read_sheet(content, HEAD).rows
    assert rows[1].cells == ("甲", "914403007109310120")


def test_a_csv_file_opens_in_excel():
    content = written(Format.CSV, HEAD, [["甲，乙", 'a"b']])
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows == [HEAD, ["甲，乙", 'a"b']]


def test_characters_no_file_can_hold_are_replaced():
    content = written(Format.XLSX, HEAD, [["a\x00b\x1f", "\ud800"]])
    assert read_sheet(content, HEAD).rows[1].cells == ("a\ufffdb\ufffd", "\ufffd")
