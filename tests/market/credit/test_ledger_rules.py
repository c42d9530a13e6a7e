import pytest

from market.credit.ledgers.rules import score_of


@pytest.mark.parametrize(
    ("points", "value"), [([], 100), ([5], 95), ([60, 40], 0), ([60, 41], 0), ([60, 39], 1)]
)
def test_an_owner_s_score_never_falls_below_zero(points, value):
    assert score_of(points, start=100) == value
