"""Cells: what they may say, and how it is written again."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.sheets.columns import (
    Column,
    a_day,
    a_number,
    a_truth,
    read_rows,
    show_number,
)
from market.sheets.errors import CellError, SheetError
from market.sheets.reading import Row, Sheet

TODAY = date(2026, 3, 2)
COLUMNS = (
    Column(key="name", heading="名称", characters=5, is_name=True),
    Column(key="secret", heading="密", characters=20, required=False, private=True, read=a_day),
)


def rows_of(*rows):
    whole = [("名称*", "密"), *rows]
    return Sheet(tuple(Row(n, cells) for n, cells in enumerate(whole, start=1)), "UTF-8")


@given(st.integers(0, 10**11), st.sampled_from([(2, 100), (3, 1000), (0, 1)]))
def test_a_number_is_written_as_it_is_read(number, unit):
    places, factor = unit
    text = show_number(places, factor=factor)(number)
    text = text if places else text.partition(".")[0]
    assert a_number(places, factor=factor)(text, TODAY) == number


@pytest.mark.parametrize("text", ["-1", "1.234", "1e5", "一", "1.", "0x1", "１", "9" * 13, "inf"])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(CellError):
        a_number(2, factor=100)(text, TODAY)


@pytest.mark.parametrize(
    ("text", "fen"), [("1,234.5", 123_450), ("0", 0), ("", None), ("7.500", 750)]
)
def test_amounts_as_people_write_them(text, fen):
    assert a_number(2, factor=100)(text, TODAY) == fen


@pytest.mark.parametrize("text", ["2026-02-30", "2026", "明天", "42156", "2026-1-1-1"])
def test_what_is_no_day_is_refused(text):
    with pytest.raises(CellError):
        a_day(text, TODAY)


def test_truths():
    assert [a_truth(text, TODAY) for text in ("是", "Y", "否", "")] == [True, True, False, False]
    with pytest.raises(CellError):
        a_truth("也许", TODAY)


def test_a_private_cell_is_not_shown_in_the_report():
    (row,) = read_rows(rows_of(("很长很长的名称", "440300199001011234")), COLUMNS, TODAY)
    assert [(p.column, p.value) for p in row.problems] == [("名称", "很长很长的名称"), ("密", "")]


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x"])
def test_a_formula_is_named(text):
    (row,) = read_rows(rows_of((text, "")), COLUMNS, TODAY)
    assert f"以“{text[0]}”开头" in str(row.problems[0].error)


def test_a_short_row_has_empty_cells():
    (row,) = read_rows(rows_of(("甲",)), COLUMNS, TODAY)
    assert dict(row.values) == {"name": "甲", "secret": None}
    (row,) = read_rows(rows_of(("",)), COLUMNS, TODAY)
    assert "未填写" in str(row.problems[0].error)


def test_a_table_without_anything_is_refused():
    with pytest.raises(SheetError):
        read_rows(Sheet((), "UTF-8"), COLUMNS, TODAY)
