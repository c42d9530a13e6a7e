"""Pages, orders and files of a list, as the address asks for them."""

import csv
import io
from datetime import datetime
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from market.access import OrgKind
from market.clock import BEIJING
from market.web.lists import (
    PAGE_ROWS,
    Pages,
    Sort,
    address,
    csv_file,
    one_asked,
    wants_csv,
    words_asked,
    yuan,
)


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("", 1), ("page=2", 2), ("page=9", 3), ("page=0", 1), ("page=-1", 1), ("page=x", 1),
        ("page=²", 1), ("page=99999999999999999999", 1), ("page=1&page=2", 1),
    ],
)  # fmt: skip
def test_the_page_asked_for_is_one_there_is(app, query, number):
    with app.test_request_context(f"/notices?{query}"):
        pages = Pages.of(2 * PAGE_ROWS + 1)
        assert (pages.number, pages.pages) == (number, 3)
        assert pages.offset == (number - 1) * PAGE_ROWS


def test_an_empty_list_has_one_page(app):
    with app.test_request_context("/notices?page=3"):
        assert (Pages.of(0).number, Pages.of(0).pages, Pages.of(0).offset) == (1, 1, 0)


def test_other_pages_keep_the_filters(app):
    with app.test_request_context("/notices?q=道路&state=open&page=2"):
        assert unquote(Pages.of(100).url_for(3)) == "/notices?q=道路&state=open&page=3"
        file = address(format="csv", page=None)
        assert unquote(file) == "/notices?q=道路&state=open&format=csv"


def test_an_order_is_turned_round_by_its_own_column(app):
    keys = ("published", "price")
    with app.test_request_context("/notices?sort=price&order=asc&page=4"):
        sort = Sort.asked(keys, first="published", descending=True)
        assert (sort.key, sort.descending) == ("price", False)
        assert "order=desc" in sort.url_for("price")
        assert "order=asc" in sort.url_for("published")
        assert "page=1" in sort.url_for("price")
    with app.test_request_context("/notices?sort=password&order=desc"):
        assert Sort.asked(keys, first="published") == Sort("published", descending=False)


def test_nonsense_is_asked_for_in_vain(app):
    with app.test_request_context("/notices?q=%00 a%0Ab%20&kind=owner&other=king&format=csv"):
        assert words_asked() == "ab"
        assert one_asked(OrgKind, "kind") is OrgKind.OWNER
        assert one_asked(OrgKind, "other") is None
        assert wants_csv()
    with app.test_request_context(f"/notices?q={'长' * 99}"):
        assert words_asked() == "长" * 60


def read(app, rows):
    with app.test_request_context("/"):
        answer = csv_file("name", ["列"], rows)
    assert answer.data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))[1:]


def test_values_are_written_as_people_read_them(app):
    at = datetime(2026, 3, 2, 9, 5, 7, tzinfo=BEIJING)
    assert read(app, [[None, OrgKind.OWNER, at, -5, 'a,b"c']]) == [
        ["", "项目业主", "2026-03-02 09:05:07", "-5", 'a,b"c']
    ]
    assert (yuan(None), yuan(0), yuan(123456)) == ("", "0.00", "1234.56")


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r=1", "＝1", "　=1"]
)
def test_a_formula_is_written_as_text(app, text):
    assert read(app, [[text]])[0][0] == f"'{text}"


def test_no_text_begins_a_formula(app):
    @settings(max_examples=80)
    @given(st.lists(st.text(max_size=8), min_size=1, max_size=4))
    def holds(cells):
        for row in csv.reader(io.StringIO(written(cells), newline="")):
            assert not [cell for cell in row if cell.strip()[:1] in {"=", "+", "-", "@"}]

    def written(cells):
        with app.test_request_context("/"):
            return csv_file("name", ["列"], [cells]).data.decode("utf-8-sig")

    holds()
