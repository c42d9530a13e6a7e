"""Amounts and times that look mistyped."""

import pytest

from market.needs.checks.usual import investment_of, is_above, is_far_below, median


@pytest.mark.parametrize(
    ("scale", "fen"),
    [
        ("总投资300万元", 300_000_000),
        ("建筑面积 12000 平方米，总投资 4800 万元", 4_800_000_000),
        ("工程造价约1.25亿元，其中建安费３,０００万元", 12_500_000_000),
        ("概算为 98,000.50 元", 9_800_050),
        ("建筑面积 12000 平方米", None),
        ("", None),
    ],
)
def test_the_investment_is_read_from_the_scale(scale, fen):
    assert investment_of(scale) == fen


def test_what_is_far_from_the_usual():
    assert median([5, 1, 9]) == 5
    assert median([4, 1, 9, 7]) == 4
    assert is_above(151, 300, 50)
    assert not is_above(150, 300, 50)
    assert is_far_below(2, 12, 25)
    assert not is_far_below(3, 12, 25)
