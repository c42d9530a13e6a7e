"""A firm's own table and its extra charges: typed, refused, kept, and read back."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.errors import MarketError
from market.firms.fee_brackets import (
    Brackets,
    BracketsError,
    BracketShape,
    Row,
    check_brackets,
    read_brackets,
    stored_brackets,
)
from market.firms.fee_charges import (
    Charge,
    ChargeError,
    ExtraCharge,
    check_charges,
    stored_charges,
    stored_of,
)
from market.firms.fees import Fee, FeeBasis, FeeEndsError, FeeFormError, FeeKind, check_fee

B = BracketShape
TODAY = date(2026, 3, 2)
WAN = 1_000_000


def test_a_table_is_read_as_it_is_typed():
    found = read_brackets(B.PROGRESSIVE, "100：15\n 1,000 : 6.25‰\n\n以上 2")
    assert found.rows == (Row(100 * WAN, 15_000), Row(1000 * WAN, 6_250), Row(None, 2_000))
    found = read_brackets(B.PER_BAND, "100万：400元；500：1000.5")
    assert found.rows == (Row(100 * WAN, 40_000), Row(500 * WAN, 100_050))


@pytest.mark.parametrize(
    ("shape", "typed", "words"),
    [
        (B.PROGRESSIVE, "", "第 1 行：请至少填写一档"),
        (B.PROGRESSIVE, "100", "第 1 行：请写成"),
        (B.PROGRESSIVE, "100：a", "请填写数字"),
        (B.PROGRESSIVE, "100：15\n100：6", "第 2 行：上限须大于前一行"),
        (B.PROGRESSIVE, "以上：15\n100：6", "第 1 行：“以上”只能用于最后一行"),
        (B.PROGRESSIVE, "100：0", "费率须大于零"),
        (B.PROGRESSIVE, "100：1001", "不超过1000‰"),
        (B.PROGRESSIVE, "100：0.0001", "小数位数过多"),
        (B.PROGRESSIVE, "0：1", "上限须大于零"),
        (B.PROGRESSIVE, "\n".join(f"{n}：1" for n in range(1, 22)), "最多填写 20 档"),
        (B.INTERPOLATED, "100：5000", "至少要有两个点"),
        (B.INTERPOLATED, "100：5000\n以上：6000", "第 2 行：“以上”"),
        (B.INTERPOLATED, "100：5000\n200：4000", "第 2 行：计费基数增大时收费不能减少"),
        (B.PER_BAND, "100：5000\n以上：4000", "收费不能减少"),
    ],
)
def test_a_table_that_leaves_something_open_is_refused_at_its_line(shape, typed, words):
    with pytest.raises(BracketsError, match=words) as refused:
        read_brackets(shape, typed)
    assert refused.value.field == "brackets"


@st.composite
def tables(draw):
    """Return any table that may be published."""
    shape = draw(st.sampled_from(list(B)))
    ends = sorted(draw(st.sets(st.integers(1, 10**9), min_size=2, max_size=8)))
    most = 1_000_000 if shape is B.PROGRESSIVE else 10**12
    numbers = draw(st.lists(st.integers(1, most), min_size=len(ends), max_size=len(ends)))
    if shape is not B.PROGRESSIVE:
        numbers.sort()
    limits: list[int | None] = [end * 10_000 for end in ends]
    if shape is not B.INTERPOLATED and draw(st.booleans()):
        limits[-1] = None
    return Brackets(shape, tuple(map(Row, limits, numbers)))


@given(tables())
def test_a_table_is_the_same_after_keeping_it_and_after_typing_it_again(table):
    check_brackets(table)
    assert stored_brackets(table.stored()) == table
    assert read_brackets(table.shape, table.typed()) == table


charges = st.dictionaries(
    st.sampled_from(list(ExtraCharge)), st.one_of(st.none(), st.integers(1, 10**9))
).map(lambda found: tuple(Charge(kind, found[kind]) for kind in ExtraCharge if kind in found))


@given(charges)
def test_extra_charges_are_the_same_after_keeping_them(found):
    check_charges(found)
    assert stored_charges(stored_of(found)) == found


def test_nothing_else_may_be_charged():
    with pytest.raises(ValueError, match="no such"):
        stored_charges('{"gift":100}')
    with pytest.raises(ChargeError) as refused:
        check_charges([Charge(ExtraCharge.TRAVEL, 0)])
    assert refused.value.field == "charge_travel"


PROGRESSIVE = Fee(
    basis=FeeBasis.OWN,
    kind=FeeKind.BRACKETS,
    rate_base="项目总投资",
    brackets=read_brackets(B.PROGRESSIVE, "100：15\n以上：8"),
    valid_from_on=TODAY,
)
UNIT = Fee(
    basis=FeeBasis.OWN,
    kind=FeeKind.UNIT,
    rate_base="建筑面积",
    unit="平方米",
    unit_price_fen=150,
    valid_from_on=TODAY,
)
RANGE = Fee(
    basis=FeeBasis.STANDARD,
    standard_id="design-10",
    kind=FeeKind.DISCOUNT,
    discount_bp=1_000,
    discount_to_bp=3_000,
    valid_from_on=TODAY,
)


@pytest.mark.parametrize("fee", [PROGRESSIVE, UNIT, RANGE])
def test_every_formula_can_be_published(fee):
    check_fee(fee, TODAY)
    check_fee(replace(fee, min_fee_fen=100, max_fee_fen=500_000, valid_to_on=TODAY), TODAY)


@pytest.mark.parametrize(
    ("fee", "error", "field"),
    [
        (replace(PROGRESSIVE, rate_base=""), FeeFormError, "rate_base"),
        (replace(PROGRESSIVE, brackets=None), FeeFormError, "brackets"),
        (replace(PROGRESSIVE, brackets=Brackets(B.PER_BAND, ())), BracketsError, "brackets"),
        (replace(UNIT, brackets=PROGRESSIVE.brackets), FeeFormError, "brackets"),
        (replace(PROGRESSIVE, unit="个"), FeeFormError, "unit"),
        (replace(UNIT, unit=""), FeeFormError, "unit"),
        (replace(UNIT, unit_price_fen=0), FeeFormError, "unit_price_fen"),
        (replace(RANGE, discount_to_bp=1_000), FeeFormError, "discount_to_bp"),
        (replace(RANGE, discount_to_bp=10_000), FeeFormError, "discount_to_bp"),
        (replace(UNIT, discount_to_bp=10), FeeFormError, "discount_to_bp"),
        (replace(RANGE, basis=FeeBasis.OWN), FeeFormError, "basis"),
        (replace(UNIT, standard_id="design-10"), FeeFormError, "standard_id"),
        (replace(UNIT, max_fee_fen=150), FeeFormError, "max_fee_fen"),
        (replace(UNIT, max_fee_fen=0), FeeFormError, "max_fee_fen"),
        (replace(UNIT, min_fee_fen=300, max_fee_fen=200), FeeFormError, "max_fee_fen"),
        (replace(UNIT, valid_to_on=date(2026, 3, 1)), FeeEndsError, "valid_to_on"),
        (replace(UNIT, charges=(Charge(ExtraCharge.DATA, -1),)), ChargeError, "charge_data"),
    ],
)
def test_a_fee_that_says_too_little_or_too_much_is_refused_at_its_field(fee, error, field):
    with pytest.raises(error) as refused:
        check_fee(fee, TODAY)
    assert isinstance(refused.value, MarketError)
    assert refused.value.field == field


@pytest.mark.parametrize("document", ["市场调节价", "执行 市场 调节价（协商）", "双方协商", "面议"])
def test_there_is_no_discount_off_a_price_that_the_market_sets(document):
    day = date(2026, 3, 2)
    fee = Fee(
        basis=FeeBasis.STANDARD,
        basis_document=document,
        kind=FeeKind.DISCOUNT,
        discount_bp=1_000,
        valid_from_on=day,
    )
    with pytest.raises(FeeFormError, match="没有标准可以下浮"):
        check_fee(fee, day)
    check_fee(replace(fee, basis_document="某省服务收费标准"), day)
