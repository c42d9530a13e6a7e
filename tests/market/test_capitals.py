"""Amounts in the capitals of Chinese documents."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.money import capitals


@pytest.mark.parametrize(
    ("fen", "said"),
    [
        (0, "零元整"),
        (5, "伍分"),
        (50, "伍角整"),
        (103, "壹元零叁分"),
        (100_000_000_000, "壹拾亿元整"),
        (140_000_000, "壹佰肆拾万元整"),
        (140_953, "壹仟肆佰零玖元伍角叁分"),
        (600_714, "陆仟零柒元壹角肆分"),
        (10_700_053, "壹拾万柒仟元伍角叁分"),
        (1_680_032, "壹万陆仟捌佰元叁角贰分"),
        (10_000_000_100, "壹亿零壹元整"),
        (10_001_000_000, "壹亿零壹万元整"),
        (-9_800_000, "负玖万捌仟元整"),
    ],
)
def test_amounts_are_said_in_capitals(fen, said):
    assert capitals(fen) == said


@given(st.integers(0, 10**17), st.integers(0, 10**17))
def test_two_amounts_are_never_said_alike(one, other):
    assert (capitals(one) == capitals(other)) is (one == other)
    assert "零零" not in capitals(one)
