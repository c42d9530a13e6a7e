"""What a need says of its project: read, refused, written the same way again."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.firms.fee_bases import MONEY_UNITS, is_name, is_unit
from market.tariffs.disclosed import project_of
from market.tariffs.inputs import (
    Base,
    BasesError,
    QuestionError,
    key_of,
    read_bases,
    read_question,
    written,
)
from tests.market.tariffs.tables import DAY


def test_bases_are_amounts_or_quantities():
    found = read_bases("项目总投资：3,000 万元\n\n建筑面积: 12000.5平方米；评估价值：1 亿元")
    assert [(one.key, one.value) for one in found] == [
        ("项目总投资", 3_000_000_000),
        ("建筑面积（平方米）", Fraction("12000.5")),
        ("评估价值", 10_000_000_000),
    ]
    assert written(found) == "项目总投资：3000 万元\n建筑面积：12000.5 平方米\n评估价值：1 亿元"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("项目总投资", "第 1 行：请写成"),
        ("项目总投资：3000", "第 1 行：请写成"),
        ("项目总投资：3.0.0 万元", "请填写数字"),
        ("项目总投资：0 万元", "须大于零"),
        ("a：1 元\na：2 万元", "第 2 行：与前面一行"),
        ("甲" * 101 + "：1 元", "过长"),
        ("建筑面积：1 （平方米）", "单位中不能有括号"),
        ("\n".join(f"基数{n}：1 元" for n in range(11)), "最多填写 10 行"),
    ],
)
def test_a_base_that_says_nothing_is_refused_at_its_line(typed, words):
    with pytest.raises(BasesError, match=words) as refused:
        read_bases(typed)
    assert refused.value.field == "fee_bases"


bases = st.builds(
    Base,
    name=st.sampled_from(["项目总投资", "工程费用", "建筑面积"]),
    number=st.integers(1, 10**12).map(lambda number: Fraction(number, 10**4)),
    unit=st.sampled_from(["元", "万元", "亿元", "平方米", "点"]),
)


@given(st.lists(bases, max_size=6, unique_by=lambda one: one.key))
def test_bases_are_the_same_after_writing_them_down(found):
    assert read_bases(written(found)) == tuple(found)


def test_the_address_of_a_calculation_has_one_form():
    found = read_question(
        "https://city.example/fees/standards/design-10?unit=wan&discount=20&base=500&more=1"
    )
    assert found.address == "design-10?base=500&unit=wan"
    assert read_question(found.address).address == found.address
    assert read_question("  ") is None


@pytest.mark.parametrize("typed", ["design-10", "/fees/standards/?base=1", "?base=1", "x" * 1001])
def test_what_is_no_calculation_is_refused(typed):
    with pytest.raises(QuestionError) as refused:
        read_question(typed)
    assert refused.value.field == "fee_standard"


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("design-10?base=100", "低于此表的起点"),
        ("moon?base=100", "没有名为“moon”的收费标准"),
        ("design-10?base=many", "不是能计算的数字"),
    ],
)
def test_a_calculation_that_cannot_be_made_is_refused_with_its_reason(question, words):
    with pytest.raises(QuestionError, match=words):
        project_of("", question, DAY)


def test_the_table_s_own_base_is_known_as_well_unless_it_was_stated():
    found = project_of("", "supervision-670?base=2000", DAY)
    (name,) = found.bases
    assert found.bases[name] == 2_000_000_000
    stated = project_of(f"{name}：5 万元", "supervision-670?base=2000", DAY)
    assert stated.bases[name] == 5_000_000


def test_an_address_with_too_many_fields_is_no_question():
    with pytest.raises(QuestionError, match="太多"):
        read_question("eia-125?" + "&a=1" * 200)


names = st.text(st.sampled_from("面积（）平方米元ab"), min_size=1, max_size=8)
units = st.one_of(st.just(""), names.filter(is_unit))


@given(st.tuples(names, units), st.tuples(names, units))
def test_no_two_bases_have_one_key(one, other):
    assert (key_of(*one) == key_of(*other)) == (one == other)


@given(names, st.sampled_from([*MONEY_UNITS, "平方米", "点"]))
def test_what_a_fee_may_name_an_owner_can_type(name, unit):
    (found,) = read_bases(f"{name}：3 {unit}")
    assert found.key == key_of(name, "" if unit in MONEY_UNITS else unit)


@pytest.mark.parametrize("name", ["a；b", "a;b", "a：b", "a:b", "a\nb"])
def test_a_name_that_a_line_would_divide_is_none(name):
    assert not is_name(name)
    assert is_name("工程费（不含设备）")


@pytest.mark.parametrize("unit", ["元", "万元", "（平方米）", "2米", "平 方", "，", ""])
def test_a_unit_that_is_money_or_cannot_be_typed_is_none(unit):
    assert not is_unit(unit)


def test_an_amount_in_brackets_is_not_a_quantity():
    """A rate on "面积（平方米）" in yuan must not be computed of so many square metres."""
    amount = read_bases("面积（平方米）：12000 元")
    quantity = read_bases("面积：12000 平方米")
    assert amount[0].key != quantity[0].key
