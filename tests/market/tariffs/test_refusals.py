"""What the calculator refuses, each with its own reason; and what it reads."""

from dataclasses import replace
from fractions import Fraction

import pytest

from market.catalogue.queries import item
from market.firms.fees import FeeKind
from market.tariffs import asking
from market.tariffs.coefficients import Factor, Option, value_of
from market.tariffs.comparing import Hindrance, Price, Terms, price, ranks
from market.tariffs.errors import (
    AboveTableError,
    BelowTableError,
    CoefficientRangeError,
    DiscountRangeError,
    FloatRangeError,
    NegativeBaseError,
    NoBaseError,
    NothingLeftError,
    NoUnitPriceError,
    OnlyRangeError,
    PartOfBaseError,
    TooManyPartsError,
    UnknownCoefficientError,
    UnknownExtraError,
    UnknownTableError,
    UnknownVariantError,
    UnreadableNumberError,
    UnreadableUnitError,
)
from market.tariffs.numbers import NotANumberError, read_number
from market.tariffs.queries import for_item, named_in, standard
from market.tariffs.steps import Named, rounded
from market.tariffs.words import per_cent, per_mille, plain, wan, yuan
from tests.market.tariffs.tables import DAY, WAN, computed, part


@pytest.mark.parametrize(
    ("refusal", "table", "variant", "parts", "more"),
    [
        (NegativeBaseError, "design-10", "design", [part(-1)], {}),
        (NegativeBaseError, "investigation-10", "survey", [part(1, price_fen=Fraction(-1))], {}),
        (
            NegativeBaseError,
            "cost-consulting-guizhou",
            "settlement-performance",
            [part(1, change_fen=Fraction(-1))],
            {},
        ),
        (
            NegativeBaseError,
            "supervision-670",
            "works",
            [part(600, equipment_fen=Fraction(-1))],
            {},
        ),
        (BelowTableError, "design-10", "design", [part("199.999999")], {}),
        (BelowTableError, "feasibility-1283", "feasibility", [part("2999.99")], {}),
        (AboveTableError, "soil-conservation-22", "plan", [part("200000.01")], {}),
        (AboveTableError, "eia-125", "form", [part("500000.01")], {}),
        (OnlyRangeError, "feasibility-1283", "feasibility", [part("500000.01")], {}),
        (NoUnitPriceError, "investigation-10", "survey", [part(1)], {}),
        (PartOfBaseError, "supervision-670", "works", [part(9, equipment_fen=10 * WAN)], {}),
        (UnknownVariantError, "design-10", "nothing", [part(500)], {}),
        (UnknownExtraError, "design-10", "design", [part(500, extras=("tea",))], {}),
        (UnknownCoefficientError, "design-10", "design", [part(500, chosen={"moon": ("1",)})], {}),
        (
            UnknownCoefficientError,
            "design-10",
            "design",
            [part(500, chosen={"major": ("moon",)})],
            {},
        ),
        (
            UnknownCoefficientError,
            "design-10",
            "design",
            [part(500, chosen={"additional": ("1e3",)})],
            {},
        ),
        (
            UnknownCoefficientError,
            "design-10",
            "design",
            [part(500, chosen={"additional": ("1.1",) * 11})],
            {},
        ),
        (
            CoefficientRangeError,
            "feasibility-1283",
            "feasibility",
            [part(5000, chosen={"complexity": ("1.21",)})],
            {},
        ),
        (TooManyPartsError, "design-10", "design", [part(500), part(500)], {}),
        (TooManyPartsError, "design-10", "design", [], {}),
        (FloatRangeError, "design-10", "design", [part(500)], {"float_bp": 2001}),
        (FloatRangeError, "design-10", "design", [part(500)], {"float_bp": -2001}),
        (FloatRangeError, "management-504", "management", [part(500)], {"float_bp": 1}),
        (DiscountRangeError, "design-10", "design", [part(500)], {"discount_bp": 10_000}),
        (DiscountRangeError, "design-10", "design", [part(500)], {"discount_bp": -1}),
    ],
)
def test_each_reason_has_its_own_refusal(refusal, table, variant, parts, more):
    with pytest.raises(refusal) as refused:
        computed(table, variant, *parts, **more)
    assert type(refused.value) is refusal
    assert str(refused.value).endswith("。")


def test_an_unknown_table_is_missing():
    with pytest.raises(UnknownTableError):
        standard("nothing", DAY)


@pytest.mark.parametrize(
    ("text", "number"),
    [("6000", 6000), (" 12.5 ", "12.5"), ("1,234,567.89", "1234567.89"), ("−3", -3), ("0", 0)],
)
def test_a_number_is_read_exactly(text, number):
    assert read_number(text) == Fraction(number)


@pytest.mark.parametrize(
    "text", ["", "x", "1e9", "NaN", "inf", "٣", "1.", ".5", "1/3", "9" * 16, "0." + "1" * 9, "--1"]
)
def test_what_is_no_plain_number_is_not_read(text):
    with pytest.raises(NotANumberError):
        read_number(text)


@pytest.mark.parametrize(
    ("number", "whole"), [("0.5", 1), ("0.4999", 0), ("1.5", 2), ("2.5", 3), ("7", 7)]
)
def test_a_half_is_rounded_upwards(number, whole):
    assert rounded(Fraction(number)) == whole


def test_numbers_in_words():
    assert plain(Fraction(1, 3)) == "≈0.33333333"
    assert plain(Fraction(-12_345_678, 10)) == "−1,234,567.8"
    assert wan(1_500_000) == "1.5"
    assert yuan(Fraction(1, 3)) == "≈¥0.00"
    assert yuan(-123_456) == "−¥1,234.56"
    assert per_cent(10_390) == "1.039%"
    assert per_mille(1_600) == "1.6‰"


def test_a_question_is_read_from_an_address():
    table = standard("cost-consulting-guizhou", DAY)
    typed = {
        "parts": ["2"],
        "unit": ["yuan"],
        "base": ["10000000"],
        "change": ["5,000"],
        "base-2": [" 20000000.50 "],
        "f-category-2": ["plant"],
        "discount": ["12.5%"],
        "variant": ["settlement-performance"],
    }
    variant = asking.variant_asked(table, typed)
    found = asking.asked(table, variant, typed)
    assert [one.base for one in found.parts] == [1_000_000_000, 2_000_000_050]
    assert [one.change_fen for one in found.parts] == [500_000, 0]
    assert found.parts[1].chosen == {"category": ("plant",)}
    assert (found.discount_bp, found.float_bp) == (1_250, 0)


@pytest.mark.parametrize(
    ("refusal", "typed", "field"),
    [
        (NoBaseError, {}, "base"),
        (NoBaseError, {"base": [" "]}, "base"),
        (UnreadableNumberError, {"base": ["many"]}, "base"),
        (UnreadableNumberError, {"base": ["1"], "equipment": ["x"]}, "equipment"),
        (NegativeBaseError, {"base": ["-1"]}, "base"),
        (UnreadableUnitError, {"base": ["1"], "unit": ["亿"]}, "unit"),
        (UnreadableNumberError, {"base": ["1"], "discount": ["12.345"]}, "discount"),
        (UnreadableNumberError, {"base": ["1"], "float": ["+x"]}, "float"),
    ],
)
def test_what_cannot_be_read_names_its_field(refusal, typed, field):
    table = standard("supervision-670", DAY)
    with pytest.raises(refusal) as refused:
        asking.asked(table, table.variants[0], typed)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("typed", "shown"),
    [({}, 1), ({"parts": ["3"]}, 3), ({"parts": ["3"], "more": ["1"]}, 4)]
    + [({"parts": [text]}, 1) for text in ("0", "7", "-1", "x", "٣", "99999")]
    + [({"parts": ["6"], "more": ["1"]}, 6)],
)
def test_how_many_parts_a_form_shows(typed, shown):
    assert asking.parts_shown(standard("cost-consulting-hunan", DAY), typed) == shown
    assert asking.parts_shown(standard("design-10", DAY), typed) == 1


def test_several_additional_coefficients_are_typed_in_one_field():
    table = standard("design-10", DAY)
    found = asking.asked(
        table, table.variants[0], {"base": ["500"], "f-additional": ["1.1、1.2 1.3"]}
    )
    assert found.parts[0].chosen == {"additional": ("1.1", "1.2", "1.3")}


def test_additional_coefficients_that_come_to_nothing_are_refused():
    factor = next(
        one for one in standard("design-10", DAY).variants[0].factors if one.code == "additional"
    )
    assert value_of(factor, "additional", ("0.5", "1.5")).value == 1
    with pytest.raises(NothingLeftError, match="不大于零"):
        value_of(factor, "additional", ("0.5", "0.5", "0.5"))


def test_a_coefficient_without_choice_is_one():
    factor = Factor(
        code="sensitivity",
        name=Named("敏感", "Sensitivity"),
        options=(Option(code="high", name=Named("敏感", "High"), milli=1200),),
    )
    assert value_of(factor, "sensitivity", ()).value == 1
    assert value_of(factor, "sensitivity", ("high",)).value == Fraction(6, 5)


@pytest.mark.parametrize(
    ("text", "table"),
    [
        ("发改价格〔2007〕670号", "supervision-670"),
        ("《建设工程监理与相关服务收费管理规定》（发改价格[2007]670号）", "supervision-670"),
        ("发改价格【2007】670 号", "supervision-670"),
        ("计价格〔2002〕1980号、发改价格〔2011〕534号", "tendering-agency-534"),
        ("国家计委计价格(2002)125号", "eia-125"),
        ("本公司价目表", None),
        ("", None),
    ],
)
def test_a_document_is_recognised_by_its_number(text, table):
    found = named_in(text, "ZJ-07-002-01", DAY)
    assert (found.id if found else None) == table


@pytest.mark.parametrize(
    ("item_code", "table"),
    [("ZJ-05-001-02", "design-10"), ("ZJ-02-001-01", "investigation-10")],
)
def test_of_two_tables_of_one_document_it_is_the_item_s(item_code, table):
    assert named_in("计价格〔2002〕10号", item_code, DAY).id == table
    assert [one.id for one in for_item(item(item_code, DAY), DAY)] == [table]


def test_an_item_has_the_tables_of_its_document():
    assert [one.id for one in for_item(item("ZJ-07-001-01", DAY), DAY)] == ["supervision-670"]
    assert {one.id for one in for_item(item("ZJ-01-003-01", DAY), DAY)} == {
        "cost-consulting-hebei",
        "cost-consulting-hunan",
        "cost-consulting-guizhou",
    }
    assert for_item(item("ZJ-01-004-01", DAY), DAY) == ()


STANDARD_FEE = computed("supervision-670", "works", part(2000))
BY_WORKS = Terms(
    kind=FeeKind.DISCOUNT,
    discount_bp=1_000,
    standard="supervision-670",
    variants=frozenset({"works"}),
)


@pytest.mark.parametrize(
    ("terms", "computed_fee", "found"),
    [
        (None, STANDARD_FEE, Hindrance.NO_FEE),
        (Terms(kind=FeeKind.FIXED, amount_fen=123_450), None, 123_450),
        (Terms(kind=FeeKind.RATE, rate_ppm=1, rate_base="总投资"), None, Hindrance.NO_BASE),
        (Terms(kind=FeeKind.RATE, rate_ppm=15_000, rate_base="工程费"), None, 15_000_000),
        (
            Terms(kind=FeeKind.RATE, rate_ppm=1, rate_base="工程费", min_fee_fen=500_000),
            None,
            500_000,
        ),
        (
            BY_WORKS,
            STANDARD_FEE,
            48_690_000,
        ),
        (
            Terms(kind=FeeKind.DISCOUNT, discount_bp=1_000, standard="supervision-670"),
            None,
            Hindrance.NOT_COMPUTED,
        ),
        (
            replace(BY_WORKS, variants=frozenset({"other"})),
            STANDARD_FEE,
            Hindrance.OTHER_VARIANT,
        ),
        (
            Terms(kind=FeeKind.DISCOUNT, discount_bp=1_000, standard="design-10"),
            STANDARD_FEE,
            Hindrance.OTHER_STANDARD,
        ),
        (
            Terms(kind=FeeKind.DISCOUNT, discount_bp=1_000),
            STANDARD_FEE,
            Hindrance.UNKNOWN_STANDARD,
        ),
    ],
)
def test_what_a_published_fee_gives_or_why_nothing(terms, computed_fee, found):
    one = price(terms, {"工程费": Fraction(1000 * WAN)}, computed_fee)
    assert (one.fee_fen if isinstance(one, Price) else one) == found


@pytest.mark.parametrize(("descending", "places"), [(False, [2, 0, 1, 3]), (True, [0, 2, 1, 3])])
def test_what_cannot_be_computed_comes_last_in_either_order(descending, places):
    prices = [
        Price(fee_fen=300, steps=()),
        Hindrance.NO_FEE,
        Price(fee_fen=100, steps=()),
        Hindrance.NO_BASE,
    ]
    assert ranks(prices, descending=descending) == places
