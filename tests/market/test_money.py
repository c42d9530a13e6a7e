"""Amounts in sentences: exact to the fen, both signs, thousands apart."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.money import plain_decimal, short_yuan, yuan


@pytest.mark.parametrize(
    ("fen", "long", "short"),
    [
        (0, "0.00", "0"),
        (5, "0.05", "0.05"),
        (150, "1.50", "1.50"),
        (120_000_000, "1,200,000.00", "1,200,000"),
        (-123_456, "−1,234.56", "−1,234.56"),
        (-1, "−0.01", "−0.01"),
    ],
)
def test_an_amount_is_named_exactly(fen, long, short):
    assert (yuan(fen), short_yuan(fen)) == (long, short)


@given(st.integers(-(10**15), 10**15))
def test_the_words_say_the_number(fen):
    digits = yuan(fen).replace(",", "").replace(".", "").replace("−", "-")
    assert int(digits) == fen


@pytest.mark.parametrize("typed", ["1e4", "1,2", "", "NaN", "0x10", "1 000", "--1", "1_000", "."])
def test_what_is_no_plain_number_is_none(typed):
    assert plain_decimal(typed) is None


def test_plain_numbers_are_exact():
    assert [plain_decimal(typed) for typed in ("1,234,567.80", "98000", "-1.5")] == [
        Decimal("1234567.80"),
        Decimal(98000),
        Decimal("-1.5"),
    ]
