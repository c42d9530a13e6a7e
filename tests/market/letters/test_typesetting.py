"""A letter is set the same way each time, says all it says, and breaks its lines well."""

import io
import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from market.letters.model import Letter
from market.letters.typesetting import lines_of, rendered

NOT_FIRST = "，。、；：？！）》”"
NOT_LAST = "（《“"
TEXTS = st.text(
    alphabet=st.sampled_from("中介超市服务时限，。、；（）《》“”ab12 .-"), min_size=1, max_size=80
)


def a_letter(**differences):
    """Return a letter that is in no database."""
    facts = {
        "number": "WXA-2026-000001",
        "kind": "test.notice",
        "recipient": "某造价咨询有限公司",
        "recipient_code": "91440105MA0000001X",
        "issuer": "示范市政务服务中心",
        "title": "告知书",
        "paragraphs_json": json.dumps(["一、偏差达到 12.5%。", "二、依据。"]),
        "remedies": "可以陈述申辩。",
        "code": "ABCDEFGHIJKLMNOP",
        "issued_at": datetime(2026, 3, 1, 16, tzinfo=UTC),
        "issued_on": date(2026, 3, 2),
    }
    return Letter(**(facts | differences))


@pytest.fixture(scope="module")
def content():
    return rendered(a_letter(), city="示范市", site_url="https://zjcs.example")


def test_the_same_letter_gives_the_same_bytes(content):
    assert content == rendered(a_letter(), city="示范市", site_url="https://zjcs.example")
    other = a_letter(paragraphs_json=json.dumps(["一、偏差达到 12.6%。", "二、依据。"]))
    assert content != rendered(other, city="示范市", site_url="https://zjcs.example")


def test_it_says_what_the_letter_says_and_how_it_is_checked(content):
    (page,) = PdfReader(io.BytesIO(content)).pages
    words = page.extract_text().replace("\0", "")
    for wanted in (
        "示范市中介超市",
        "示范市政务服务中心",
        "WXA-2026-000001",
        "告知书",
        "91440105MA0000001X",
        "偏差达到 12.5%",
        "可以陈述申辩。",
        "2026年3月2日",
        "ABCD-EFGH-IJKL-MNOP",
        "https://zjcs.example/letters/check",
        "第 1 页，共 1 页",
    ):
        assert wanted in words, words


def test_its_fonts_are_inside_and_small(content):
    assert len(content) < 200_000
    (page,) = PdfReader(io.BytesIO(content)).pages
    for font in page["/Resources"]["/Font"].values():
        inner = font.get_object()["/DescendantFonts"][0].get_object()
        assert "/FontFile3" in inner["/FontDescriptor"].get_object()


def test_a_long_letter_goes_on_and_each_page_can_be_checked():
    long = a_letter(paragraphs_json=json.dumps(["事实和理由。" * 40] * 12))
    pages = PdfReader(io.BytesIO(rendered(long, city="示范市", site_url=""))).pages
    assert len(pages) > 2
    for number, page in enumerate(pages, 1):
        words = page.extract_text().replace("\0", "")
        assert "ABCD-EFGH-IJKL-MNOP" in words
        assert f"第 {number} 页，共 {len(pages)} 页" in words
        assert "扫描二维码" not in words
        assert "/letters/check" in words


def test_the_seal_does_not_stand_on_a_page_alone():
    # As many lines as fill a page at the usual size.
    full = a_letter(paragraphs_json=json.dumps(["事实。" * 20] * 6 + ["依据。"]))
    pages = PdfReader(io.BytesIO(rendered(full, city="示范市", site_url=""))).pages
    for page in pages:
        words = page.extract_text().replace("\0", "")
        assert ("盖章" in words) <= ("事实" in words or "依据" in words)


@given(TEXTS, st.integers(4, 20))
def test_lines_fit_lose_nothing_and_break_where_they_may(text, width):
    lines = lines_of(text, width, len)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(len(line) <= width for line in lines)


@given(st.text(alphabet="中介超市服务时限", min_size=1, max_size=20), st.integers(4, 9))
def test_no_line_begins_with_a_closing_mark(words, width):
    text = "".join(f"{c}{NOT_FIRST[n % len(NOT_FIRST)]}" for n, c in enumerate(words))
    lines = lines_of(text, width, len)
    assert not [line for line in lines if line[0] in NOT_FIRST]
    text = "".join(f"{NOT_LAST[n % len(NOT_LAST)]}{c}" for n, c in enumerate(words))
    assert not [line for line in lines_of(text, width, len) if line[-1] in NOT_LAST]


def test_a_number_is_not_broken():
    assert lines_of("偏差达到12.5%，且", 6, len) == ["偏差达到", "12.5%，", "且"]
