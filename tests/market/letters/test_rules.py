"""Codes that nobody can guess and everybody can type, and what a digest covers."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.letters.rules import ALPHABET, code_from, content_digest, spelled, typed_code

FACTS = {
    "number": "WXA-2026-000001",
    "kind": "test.notice",
    "title": "告知书",
    "recipient": "某机构",
    "recipient_code": "91440105MA0000001X",
    "issuer": "某中心",
    "issued_on": date(2026, 3, 2),
    "paragraphs": ["一", "二"],
    "remedies": "",
    "code": "ABCDEFGHIJKLMNOP",
}


@given(st.binary(min_size=16, max_size=40))
def test_a_code_is_read_back_however_it_is_typed(random):
    code = code_from(random)
    assert len(code) == 16
    assert set(code) <= set(ALPHABET)
    printed = spelled(code)
    assert printed.count("-") == 3
    for typed in (code, printed, printed.lower(), f" {printed} ".replace("-", " ")):
        assert typed_code(typed) == code
    assert typed_code(code.replace("O", "0").replace("I", "1").replace("B", "8")) == code
    assert typed_code(code + "A") != code


def test_every_character_can_occur():
    assert {code_from(bytes([n] * 16))[0] for n in range(32)} == set(ALPHABET)


def test_few_bytes_make_no_code():
    with pytest.raises(ValueError, match="16"):
        code_from(b"short")


@pytest.mark.parametrize("field", list(FACTS))
def test_a_digest_covers_everything_a_letter_says(field):
    value = FACTS[field]
    other = (
        date(2026, 3, 3)
        if field == "issued_on"
        else ["一二"]
        if field == "paragraphs"
        else value + "x"
    )
    assert content_digest(**(FACTS | {field: other})) != content_digest(**FACTS)
