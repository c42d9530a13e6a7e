"""A discount and its price say the same, to the fen."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market import regulations
from market.needs.method_terms import CoefficientsError, SeatsError, terms_by
from market.needs.methods import METHODS_SUBJECT, Method
from market.needs.prices import (
    LEAST_CEILING_FEN,
    MOST_BP,
    QuoteUnit,
    discount_of,
    greatest_discount,
    percent,
    price_at,
)
from market.regulations.instruments import Clause, Regulation

CEILINGS = st.integers(LEAST_CEILING_FEN, 10**13)
POINTS = st.integers(0, MOST_BP)


@given(CEILINGS, POINTS)
def test_a_discount_is_read_back_from_its_price(ceiling, points):
    price = price_at(ceiling, points)
    assert 0 < price <= ceiling
    assert discount_of(ceiling, price) == points


@given(CEILINGS, POINTS, POINTS)
def test_a_greater_discount_is_a_lower_price(ceiling, one, other):
    assert (price_at(ceiling, one) < price_at(ceiling, other)) == (one > other)


@given(CEILINGS, st.data())
def test_an_amount_between_two_discounts_is_none(ceiling, data):
    amount = data.draw(st.integers(1, ceiling))
    found = discount_of(ceiling, amount)
    assert found is None or price_at(ceiling, found) == amount


@given(CEILINGS, st.data())
def test_the_greatest_discount_is_the_last_one_above_the_floor(ceiling, data):
    floor = data.draw(st.integers(1, ceiling))
    most = greatest_discount(ceiling, floor)
    assert price_at(ceiling, most) >= floor
    assert most == MOST_BP or price_at(ceiling, most + 1) < floor
    assert greatest_discount(ceiling, None) == MOST_BP


def test_what_is_taken_off_is_cut_to_whole_fen():
    assert price_at(9_999_999, 333) == 9_999_999 - 332_999
    assert (discount_of(100_000, 0), discount_of(100_000, 100_001)) == (None, None)
    assert percent(850) == "8.50%"
    with pytest.raises(ValueError, match="basis points"):
        price_at(100_000, MOST_BP + 1)


@pytest.mark.parametrize("listed", [(10_000,), (0, 10_000), (9_000, 9_000), tuple(range(1, 300))])
def test_coefficients_that_could_not_be_drawn_from_are_refused(listed):
    rules = rules_with("mean.coefficients_bp", listed)
    with pytest.raises(CoefficientsError):
        terms_by(rules, Method.QUOTE_MEAN, ceiling_fen=1, floor_fen=None, unit=QuoteUnit.AMOUNT)


def rules_with(key, value):
    """Return the rules in force with another value of a key."""
    found = regulations.in_force(METHODS_SUBJECT, date(2026, 3, 2))
    return Regulation(
        **{name: getattr(found, name) for name in Regulation.__slots__ if name != "clauses"},
        clauses=dict(found.clauses) | {key: Clause(value=value, source="test")},
    )


@pytest.mark.parametrize("seats", [0, 1, 2, 4, 6])
def test_a_panel_that_can_be_halved_or_is_one_member_is_refused(seats):
    asked = {"ceiling_fen": 1, "floor_fen": None, "unit": QuoteUnit.AMOUNT}
    criteria = "服务方案：60\n人员配备：40"
    with pytest.raises(SeatsError):
        terms_by(rules_with("scored.seats", seats), Method.SCORED, criteria=criteria, **asked)
    terms = terms_by(rules_with("scored.seats", 7), Method.SCORED, criteria=criteria, **asked)
    assert (terms.seats, terms.fewest_candidates) == (7, 14)
