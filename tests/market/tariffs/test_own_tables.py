"""The laws of firms' own formulas: monotone, joined, exact steps, a range in order."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from market.firms.fee_brackets import Brackets, BracketShape, Row
from market.firms.fees import FeeKind
from market.tariffs.comparing import Hindrance, Price, Terms, price
from market.tariffs.disclosed import formula_of
from market.tariffs.queries import all_standards
from market.tariffs.rules import Asked, PartAsked, calculate
from market.tariffs.shapes import UnitPrice
from market.tariffs.steps import Operation, replay
from tests.market.tariffs.tables import DAY

few = settings(max_examples=100, deadline=None)
KEY = "项目总投资"


@st.composite
def tables(draw):
    """Return a table that may be published, open at its end where its shape allows that."""
    shape = draw(st.sampled_from(list(BracketShape)))
    ends = sorted(draw(st.sets(st.integers(1, 10**6), min_size=2, max_size=6)))
    most = 1_000_000 if shape is BracketShape.PROGRESSIVE else 10**9
    numbers = draw(st.lists(st.integers(1, most), min_size=len(ends), max_size=len(ends)))
    if shape is not BracketShape.PROGRESSIVE:
        numbers.sort()
    limits: list[int | None] = [end * 1_000_000 for end in ends]
    if shape is not BracketShape.INTERPOLATED:
        limits[-1] = None
    return Brackets(shape, tuple(map(Row, limits, numbers)))


def terms(table, **limits):
    return Terms(kind=FeeKind.BRACKETS, rate_base=KEY, formula=formula_of(table), **limits)


def of(found: Terms, base: Fraction) -> Price | Hindrance:
    return price(found, {KEY: base}, None)


def within(table: Brackets, part: Fraction) -> Fraction:
    """Return a base that lies within a table: part of the way from its first end to its last."""
    ends = [row.up_to_fen for row in table.rows if row.up_to_fen is not None]
    return ends[0] + part * (ends[-1] - ends[0])


parts = st.integers(0, 1000).map(lambda number: Fraction(number, 1000))


@few
@given(tables(), parts, parts, st.integers(0, 10**9), st.integers(1, 10**7))
def test_the_fee_of_a_firm_s_own_table_never_falls_as_the_base_grows(
    table, one, other, least, most
):
    low, high = sorted((within(table, one), within(table, other)))
    limits = {"min_fee_fen": least, "max_fee_fen": least // 100 * 100 + most * 100}
    first, second = (of(terms(table, **limits), base) for base in (low, high))
    assert first.fee_fen <= second.fee_fen
    assert least <= first.fee_fen + 50
    assert second.fee_fen <= limits["max_fee_fen"]


@few
@given(tables(), parts)
def test_the_printed_steps_give_the_price(table, part):
    found = of(terms(table), within(table, part))
    assert replay(found.steps) == found.fee_fen
    assert [step.operation for step in found.steps].count(Operation.ROUND) == 1
    assert found.fee_fen % 100 == 0


@few
@given(tables())
def test_progressive_and_interpolated_brackets_join(table):
    for row in table.rows[:-1]:
        if table.shape is BracketShape.PER_BAND:
            continue
        inside = row is not table.rows[0] or table.shape is BracketShape.PROGRESSIVE
        low = Fraction(row.up_to_fen - (1 if inside else 0))
        below, above = (of(terms(table), base) for base in (low, Fraction(row.up_to_fen + 1)))
        slope = max(abs(one.number) for one in table.rows)
        assert 0 <= above.fee_fen - below.fee_fen <= 100 + 2 * slope


def test_a_base_outside_a_table_gives_a_reason_and_no_amount():
    rows = (Row(100_000_000, 500_000), Row(200_000_000, 600_000))
    table = Brackets(BracketShape.INTERPOLATED, rows)
    assert of(terms(table), Fraction(99_999_999)) is Hindrance.OUTSIDE
    assert of(terms(table), Fraction(200_000_001)) is Hindrance.OUTSIDE
    assert of(terms(table), Fraction(150_000_000)).fee_fen == 550_000
    assert price(terms(table), {}, None) is Hindrance.NO_BASE


@few
@given(st.integers(1, 10**9), st.integers(0, 10**6).map(lambda n: Fraction(n, 10)))
def test_a_unit_price_times_a_quantity_is_exact_to_the_yuan(unit_price, quantity):
    found = Terms(kind=FeeKind.UNIT, rate_base=KEY, formula=UnitPrice(unit_price))
    result = of(found, quantity)
    assert abs(result.fee_fen - unit_price * quantity) <= 50


@few
@given(st.integers(0, 9_998), st.integers(1, 9_999), st.integers(0, 10**8))
def test_a_discount_range_gives_a_range_in_order(low, more, least):
    high = min(low + more, 9_999)
    supervision = next(one for one in all_standards(DAY) if one.id == "supervision-670")
    part = PartAsked(base=Fraction(2_000_000_000))
    computed = calculate(supervision, Asked(variant=supervision.variants[0].code, parts=(part,)))
    found = Terms(
        kind=FeeKind.DISCOUNT,
        discount_bp=low,
        discount_to_bp=high,
        min_fee_fen=least,
        standard="supervision-670",
        variants=frozenset({"works"}),
    )
    result = price(found, {}, computed)
    assert result.least_fen is not None
    assert result.least_fen <= result.fee_fen
    assert replay(result.steps) == result.fee_fen


@pytest.mark.parametrize("amount", [1, 123_456, 10**12])
def test_a_fixed_sum_stays_as_it_was_published(amount):
    assert price(Terms(kind=FeeKind.FIXED, amount_fen=amount), {}, None).fee_fen == amount
