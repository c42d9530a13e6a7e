"""The laws of every table: monotone, joined, steps that give the total, limits that hold."""

from fractions import Fraction

import pytest
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st

from market.firms.fees import FeeKind
from market.tariffs.comparing import Hindrance, Price, Terms, price
from market.tariffs.errors import CalculationError
from market.tariffs.queries import all_standards
from market.tariffs.rules import Asked, Calculation, PartAsked, Standard, Variant, calculate
from market.tariffs.shapes import Banded, Interpolated
from market.tariffs.steps import Operation, replay
from tests.market.tariffs.tables import DAY

TABLES = all_standards(DAY)
COLUMNS = [(one, variant) for one in TABLES for variant in one.variants]
columns = st.sampled_from(COLUMNS)
bases = st.one_of(
    st.integers(0, 10**13),
    st.integers(0, 3_000_000).map(lambda wan: wan * 1_000_000),
    st.sampled_from([100, 200, 500, 1000, 5000, 10_000]).map(lambda wan: wan * 1_000_000),
).map(Fraction)
few = settings(max_examples=150, deadline=None)


def names(column: tuple[Standard, Variant]) -> str:
    return f"{column[0].id}-{column[1].code}"


def ask(column: tuple[Standard, Variant], base: Fraction, **more) -> Asked:
    """Return a question about a column, with a unit price where one must be brought."""
    variant = column[1]
    part = PartAsked(
        base=base,
        price_fen=Fraction(4600) if variant.asks_price else None,
        chosen=more.pop("chosen", {}),
        extras=more.pop("extras", ()),
        change_fen=more.pop("change_fen", Fraction(0)),
    )
    return Asked(variant=variant.code, parts=(part,), **more)


def fee(column: tuple[Standard, Variant], base: Fraction, **more) -> Calculation:
    try:
        return calculate(column[0], ask(column, base, **more))
    except CalculationError:
        reject()


@st.composite
def questions(draw) -> tuple[tuple[Standard, Variant], Asked]:
    """Return any question the forms let somebody ask, of any table."""
    column = draw(columns)
    standard, variant = column
    chosen = {}
    for factor in variant.factors:
        if factor.options:
            chosen[factor.code] = (draw(st.sampled_from(factor.options)).code,)
        else:
            milli = st.integers(factor.low_milli, factor.high_milli)
            values = draw(st.lists(milli, max_size=3 if factor.joined else 1))
            chosen[factor.code] = tuple(f"{one / 1000:.3f}" for one in values)
    more = {
        "chosen": chosen,
        "extras": tuple(extra.code for extra in variant.extras if draw(st.booleans())),
        "float_bp": draw(st.integers(-standard.float_down_bp, standard.float_up_bp)),
        "discount_bp": draw(st.integers(0, 9_999)),
        "change_fen": Fraction(draw(st.integers(0, 10**11))),
    }
    return column, ask(column, draw(bases), **more)


@few
@given(questions())
def test_the_printed_steps_give_the_result(question):
    (standard, _), asked = question
    try:
        found = calculate(standard, asked)
    except CalculationError:
        reject()
    for part in found.parts:
        assert replay(part.steps) == part.amount_fen
        assert part.amount_fen >= 0
    assert replay(found.steps, found.sum_fen) == found.fee_fen
    assert replay(found.steps[:-1], found.sum_fen) == found.exact_fen
    assert [step.operation for step in found.steps].count(Operation.ROUND) == 1
    assert found.steps[-1].operation is Operation.ROUND
    assert abs(found.exact_fen - found.fee_fen) <= 50
    assert found.fee_fen % 100 == 0


@few
@given(columns, bases)
def test_what_a_table_adds_up_is_the_fee_before_coefficients(column, base):
    found = fee(column, base)
    added = [step.added_fen for step in found.parts[0].steps if step.added_fen is not None]
    times = [s.operand for s in found.parts[0].steps if s.operation is Operation.TIMES]
    assert all(amount >= 0 for amount in added)
    if set(times) <= {Fraction(1)}:
        assert sum(added) == found.parts[0].amount_fen


def _joined(variant: Variant, low: Fraction, high: Fraction) -> bool:
    """Whether two bases lie within the table proper: not on both sides of an unjoined rate."""
    if not isinstance(variant.formula, Interpolated):
        return True
    last = variant.formula.points[-1].base_fen
    return high <= last or low > last


@few
@given(columns, bases, bases)
def test_a_fee_is_monotone_in_its_base_within_a_table(column, one, other):
    low, high = sorted((one, other))
    assume(_joined(column[1], low, high))
    first, second = fee(column, low), fee(column, high)
    assert first.exact_fen <= second.exact_fen
    assert first.fee_fen <= second.fee_fen


@pytest.mark.parametrize("column", COLUMNS, ids=names)
def test_brackets_join(column):
    """A tenth of a fen more at a limit never changes the fee by more than that tenth would."""
    _, variant = column
    formula = variant.formula
    limits = [
        *(bracket.up_to_fen for bracket in getattr(formula, "brackets", ())),
        *(point.base_fen for point in getattr(formula, "points", ())[1:-1]),
        *(band.to_fen for band in (formula.bands[:-1] if isinstance(formula, Banded) else ())),
    ]
    for limit in (one for one in limits if one is not None):
        step = Fraction(1, 10)
        below, at, above = (
            (
                calculate(column[0], ask(column, limit + delta)).exact_fen
                for delta in (-step, Fraction(0), step)
            )
            if not _last_open(formula, limit)
            else (Fraction(0),) * 3
        )
        assert 0 <= at - below <= step
        assert 0 <= above - at <= step


def _last_open(formula, limit: int) -> bool:
    """Whether above a limit the document gives only a span, which is refused."""
    if not isinstance(formula, Banded):
        return False
    last = formula.bands[-1]
    return last.from_fen == limit and last.to_fen is None and last.low_fen != last.high_fen


@pytest.mark.parametrize("column", COLUMNS, ids=names)
def test_a_rate_above_the_table_joins_or_the_page_says_that_it_does_not(column):
    standard, variant = column
    formula = variant.formula
    if not isinstance(formula, Interpolated) or formula.above_rate_ppm is None:
        return
    last = formula.points[-1]
    if Fraction(last.base_fen * formula.above_rate_ppm, 10**6) != last.fee_fen:
        assert any("不衔接" in note.name.zh for note in standard.notes)


@few
@given(columns, bases, st.integers(0, 9_999), st.integers(0, 9_999))
def test_a_discount_never_raises(column, base, one, other):
    low, high = sorted((one, other))
    whole, some, more = (fee(column, base, discount_bp=bp) for bp in (0, low, high))
    assert whole.fee_fen >= some.fee_fen >= more.fee_fen


@few
@given(columns, bases, st.data())
def test_the_least_and_the_highest_fee_hold(column, base, data):
    standard, variant = column
    floated = data.draw(st.integers(-standard.float_down_bp, standard.float_up_bp))
    found = fee(column, base, float_bp=floated)
    assert (variant.minimum_fen or 0) <= found.fee_fen
    assert variant.maximum_fen is None or found.fee_fen <= variant.maximum_fen


@few
@given(columns, bases, st.integers(1, 9_999), st.integers(0, 10**9))
def test_a_firm_s_discount_and_least_fee_are_what_they_say(column, base, discount, least):
    standard, variant = column
    computed = fee(column, base)
    terms = Terms(
        kind=FeeKind.DISCOUNT,
        discount_bp=discount,
        min_fee_fen=least,
        standard=standard.id,
        variants=frozenset({variant.code}),
    )
    found = price(terms, {}, computed)
    assert isinstance(found, Price)
    lowered = computed.exact_fen * Fraction(10_000 - discount, 10_000)
    assert found.fee_fen == ((max(lowered, least) + 50) // 100) * 100
    assert replay(found.steps) == found.fee_fen


@few
@given(bases, st.integers(1, 1_000_000))
def test_a_rate_is_a_share_of_its_own_base(base, ppm):
    terms = Terms(kind=FeeKind.RATE, rate_ppm=ppm, rate_base="总投资")
    found = price(terms, {"总投资": base}, None)
    assert isinstance(found, Price)
    assert replay(found.steps) == found.fee_fen
    assert abs(found.fee_fen - base * ppm / 10**6) <= 50
    assert price(terms, {"工程费": base}, None) is Hindrance.NO_BASE


@given(st.integers(1, 10**12), st.integers(0, 10**8), st.integers(1, 10**8))
def test_rounding_leads_neither_below_the_least_fee_nor_above_the_most(base, least, more):
    """Both are whole yuan, as a fee can be published; the one rounding comes after them."""
    least_fen, most_fen = least * 100, (least + more) * 100
    terms = Terms(
        kind=FeeKind.RATE,
        rate_ppm=1_234,
        rate_base="总投资",
        min_fee_fen=least_fen,
        max_fee_fen=most_fen,
    )
    found = price(terms, {"总投资": Fraction(base)}, None)
    assert least_fen <= found.fee_fen <= most_fen
