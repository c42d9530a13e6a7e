"""Amounts in sentences: exact to the fen, both signs, thousands apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.money import short_yuan, yuan


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
