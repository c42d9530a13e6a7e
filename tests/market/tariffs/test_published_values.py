"""The answers that somebody else published, or that the documents' own rules give by hand."""

from fractions import Fraction

import pytest

from market.tariffs.steps import Operation
from tests.market.tariffs.tables import WAN, computed, fee_wan, part

PUBLISHED = [
    # (table, column, base in 万元, fee in 万元): domain.md 5.3 and 5.4, or by hand from the table.
    ("tendering-agency-1980", "works", 6000, "22.55"),
    ("tendering-agency-1980", "services", 300, "3.1"),
    ("tendering-agency-1980", "goods", 5000, "29.9"),
    ("tendering-agency-534", "works", 6000, "22.55"),
    ("supervision-670", "works", 2000, "54.1"),
    ("supervision-670", "works", 500, "16.5"),
    ("supervision-670", "works", 1000000, "10390.1"),
    ("supervision-670", "works", 2000000, "20780"),
    ("design-10", "design", 2000, "71.3"),
    ("design-10", "design", 200, "9"),
    ("management-504", "management", 8000, "116"),
    ("management-504", "management", 1000, "20"),
    ("feasibility-1283", "feasibility", 3000, "12"),
    ("feasibility-1283", "feasibility", 30000, "51.5"),
    ("feasibility-1283", "feasibility-review", 500000, "25"),
    ("eia-125", "report", 3000, "6"),
    ("eia-125", "report", 2000000, "110"),
    ("eia-125", "form", 300000, "7"),
    ("eia-125", "form-review", 1500, "0.65"),
    ("soil-conservation-22", "plan", 100000, "171"),
    ("soil-conservation-22", "monitoring", 7500, "45"),
    ("trading-service-tj-979", "trade", 100, "0.04"),
    ("trading-service-tj-979", "trade", "100.01", "0.1"),
    ("trading-service-tj-979", "trade", 10001, "5"),
    ("cost-consulting-hebei", "quantities", 3000, "8.9"),
    ("cost-consulting-guizhou", "quantities", 1000, "5.5"),
    ("asset-appraisal-sichuan-23", "appraisal", 30000, "26.125"),
    ("asset-appraisal-sichuan-23", "appraisal", 1, "0.2"),
    ("audit-sichuan-901", "audit", 30000, "9"),
    ("drawing-review-tj-46", "public-medium", 100, "2.9"),
    ("drawing-review-tj-46", "curtain-wall", 10, "0.1"),
]


@pytest.mark.parametrize(("table", "variant", "base", "fee"), PUBLISHED)
def test_a_published_value_is_what_the_table_gives(table, variant, base, fee):
    assert fee_wan(table, variant, base) == Fraction(fee)


def test_the_worked_example_of_hunan():
    """土建1600 + 安装360×1.3 + 精装540×1.2: published as 14.69万, 14.6888 to the yuan."""
    found = computed(
        "cost-consulting-hunan",
        "quantities",
        part(1600),
        part(360, chosen={"category": ("installation",)}),
        part(540, chosen={"category": ("decoration",)}),
    )
    assert found.fee_fen == 14_688_800
    assert [int(one.amount_fen) for one in found.parts] == [8_060_000, 2_808_000, 3_820_800]
    assert f"{found.fee_fen / WAN:.2f}" == "14.69"


def test_a_small_project_pays_the_least_fee():
    assert fee_wan("cost-consulting-hunan", "quantities", 10) == Fraction("0.3")


def test_the_settlement_with_performance_adds_a_share_of_the_change():
    found = computed(
        "cost-consulting-guizhou", "settlement-performance", part(1000, change_fen=100 * WAN)
    )
    assert found.fee_fen == (2 * WAN + 1_650_000) + 6 * WAN
    hunan = computed(
        "cost-consulting-hunan", "settlement-performance", part(500, change_fen=1000 * WAN)
    )
    assert hunan.fee_fen == 2_500_000 + 30 * WAN + 22_500_000


def test_coefficients_of_supervision_are_multiplied():
    chosen = {"major": ("bridge",), "complexity": ("complex",), "altitude": ("m3000",)}
    found = computed("supervision-670", "works", part(2000, chosen=chosen))
    assert found.exact_fen == Fraction("54.1") * WAN * Fraction("1.1") * Fraction(
        "1.15"
    ) * Fraction("1.1")


def test_additional_coefficients_of_design_are_added_less_their_number_plus_one():
    found = computed("design-10", "design", part(2000, chosen={"additional": ("1.1", "1.2")}))
    assert found.exact_fen == Fraction("71.3") * WAN * Fraction("1.3")


def test_additional_services_are_shares_of_the_basic_fee():
    extras = ("overall", "coordination", "budget", "as-built")
    found = computed("design-10", "design", part(2000, extras=extras))
    assert found.exact_fen == Fraction("71.3") * WAN * Fraction("1.28")


def test_investigation_is_physical_work_and_a_share_for_the_technical_work():
    """100 metres at 46 yuan, grade A: 100 × 46 × (1 + 120 %)."""
    one = computed(
        "investigation-10", "geotech-a", part("0.0001", price_fen=Fraction(4600))
    )  # the base of a unit price is a quantity: 100
    assert one.fee_fen == 1_012_000


def test_dwellings_pay_by_area():
    one = computed("drawing-review-tj-46", "dwelling-large", part("0.01"))
    assert one.fee_fen == 10_000 * 190


@pytest.mark.parametrize(
    ("works", "equipment", "counted"),
    [
        (6000, 4000, 10000),  # exactly 40 %: counts in whole
        (6000, 0, 6000),
        (3000, 7000, 5800),  # 3000 + 40 % of 7000
        (5000, 5000, Fraction(25000, 3)),  # 7000 would be below the floor of 5000 × 5/3
    ],
)
def test_much_equipment_counts_only_in_part(works, equipment, counted):
    """发改价格〔2007〕670号, 1.0.8."""
    whole = computed("supervision-670", "works", part(counted if counted == int(counted) else 500))
    found = computed(
        "supervision-670",
        "works",
        part(works + equipment, equipment_fen=Fraction(equipment * WAN)),
    )
    if counted == int(counted):
        assert found.exact_fen == whole.exact_fen
    else:
        note = found.parts[0].steps[0]
        assert note.operation is Operation.NOTE
        assert note.facts["counted"].fen == counted * WAN


def test_the_caps_of_2011():
    assert fee_wan("tendering-agency-534", "works", 9_000_000) == 450
    assert fee_wan("tendering-agency-534", "goods", 9_000_000) == 350
    assert fee_wan("tendering-agency-534", "services", 9_000_000) == 300
