"""An item is priced by the columns of a table that are its own standard, and by no other."""

from html import unescape

import pytest
from flask.testing import FlaskClient

from market.catalogue.queries import all_items
from market.firms.fees import FeeBasis, FeeKind
from market.firms.model import FirmFee
from market.tariffs.asking import variant_of_item
from market.tariffs.comparing import Hindrance, Price
from market.tariffs.disclosed import price_of, project_of, require_column
from market.tariffs.errors import NoVariantError, OtherVariantError
from market.tariffs.inputs import QuestionError
from market.tariffs.queries import all_standards, for_item, standard
from tests.market.tariffs.tables import DAY

ITEMS = {one.code: one for one in all_items(DAY)}

# Which columns price which item, written down by hand from the documents.
SIZES = ("medium", "small")
KINDS = ("dwelling", "public", "industrial", "municipal")
COLUMNS = {
    ("ZJ-01-001-01", "feasibility-1283"): {"proposal"},
    ("ZJ-01-001-02", "feasibility-1283"): {"feasibility"},
    ("ZJ-01-002-01", "feasibility-1283"): {"proposal-review", "feasibility-review"},
    ("ZJ-01-003-01", "cost-consulting-guizhou"): {"quantities"},
    ("ZJ-01-003-01", "cost-consulting-hebei"): {"budget", "quantities", "ceiling"},
    ("ZJ-01-003-01", "cost-consulting-hunan"): {"quantities"},
    ("ZJ-02-001-01", "investigation-10"): {"geotech-a", "geotech-b", "geotech-c"},
    ("ZJ-03-001-01", "eia-125"): {"report"},
    ("ZJ-03-001-02", "eia-125"): {"form"},
    ("ZJ-03-002-01", "eia-125"): {"report-review", "form-review"},
    ("ZJ-03-007-01", "asset-appraisal-sichuan-23"): {"appraisal"},
    ("ZJ-05-001-01", "design-10"): {"design"},
    ("ZJ-05-001-02", "design-10"): {"design"},
    ("ZJ-05-002-01", "drawing-review-tj-46"): {f"{one}-large" for one in KINDS} | {"curtain-wall"},
    ("ZJ-05-002-02", "drawing-review-tj-46"): {f"{one}-{of}" for one in KINDS for of in SIZES}
    | {"curtain-wall"},
    ("ZJ-06-002-01", "soil-conservation-22"): {"plan"},
    ("ZJ-06-002-02", "soil-conservation-22"): {"monitoring"},
    ("ZJ-06-002-03", "soil-conservation-22"): {"acceptance"},
    ("ZJ-07-001-01", "supervision-670"): {"works"},
    ("ZJ-07-002-01", "tendering-agency-1980"): {"goods", "services", "works"},
    ("ZJ-07-002-01", "tendering-agency-534"): {"goods", "services", "works"},
    ("ZJ-08-001-02", "cost-consulting-guizhou"): {"settlement-performance"},
    ("ZJ-08-001-02", "cost-consulting-hunan"): {"settlement", "settlement-performance"},
    ("ZJ-08-002-01", "audit-sichuan-901"): {"audit"},
}


def test_every_item_of_the_catalogue_is_bound_to_its_own_columns():
    found = {
        (code, table.id): {one.code for one in table.variants_for(code)}
        for code, item in ITEMS.items()
        for table in for_item(item, DAY)
    }
    assert found == COLUMNS


def test_every_column_names_items_that_there_are():
    named = {
        code
        for table in all_standards(DAY)
        for variant in table.variants
        for code in variant.items or ()
    }
    assert named <= ITEMS.keys()


@pytest.mark.parametrize(("code", "table"), COLUMNS)
def test_the_form_of_an_item_starts_with_its_own_column_and_takes_no_other(code, table):
    found = standard(table, DAY)
    assert variant_of_item(found, {}, code).code in COLUMNS[code, table]
    for variant in found.variants:
        typed = {"variant": [variant.code]}
        if variant.code in COLUMNS[code, table]:
            assert variant_of_item(found, typed, code) == variant
            continue
        with pytest.raises(OtherVariantError):
            variant_of_item(found, typed, code)


def a_discount(code: str, table: str) -> FirmFee:
    return FirmFee(
        item_code=code,
        basis=FeeBasis.STANDARD,
        kind=FeeKind.DISCOUNT,
        standard_id=table,
        discount_bp=1_000,
    )


@pytest.mark.parametrize(("code", "table"), COLUMNS)
def test_no_price_comes_of_another_column(code, table):
    for variant in standard(table, DAY).variants:
        question = f"{table}?base=5000&price=10&variant={variant.code}"
        found = price_of(a_discount(code, table), project_of("", question, DAY), DAY)
        if variant.code in COLUMNS[code, table]:
            assert isinstance(found, Price)
        else:
            assert found is Hindrance.OTHER_VARIANT


@pytest.mark.parametrize(
    ("code", "question"),
    [
        ("ZJ-01-001-02", "feasibility-1283?base=20000&variant=proposal"),
        # Without a column the table's first would be computed.
        ("ZJ-01-001-02", "feasibility-1283?base=20000"),
        ("ZJ-01-002-01", "feasibility-1283?base=20000"),
        ("ZJ-07-002-01", "tendering-agency-1980?base=20000"),
        ("ZJ-05-001-01", "feasibility-1283?base=20000&variant=feasibility"),
    ],
)
def test_a_need_cannot_state_a_fee_of_another_service(code, question):
    with pytest.raises(QuestionError):
        require_column(question, code, DAY)


@pytest.mark.parametrize(
    ("code", "question"),
    [
        ("ZJ-01-001-02", ""),
        ("ZJ-01-001-02", "feasibility-1283?base=20000&variant=feasibility"),
        ("ZJ-01-001-01", "feasibility-1283?base=20000"),
        ("ZJ-07-001-01", "supervision-670?base=20000"),
    ],
)
def test_a_need_may_state_the_fee_of_its_own_service(code, question):
    require_column(question, code, DAY)


def test_a_table_without_a_column_for_the_item_prices_nothing():
    with pytest.raises(NoVariantError):
        variant_of_item(standard("feasibility-1283", DAY), {}, "ZJ-05-001-01")


def test_the_comparison_of_feasibility_studies_does_not_start_with_proposals(client: FlaskClient):
    address = "/fees/compare/ZJ-01-001-02?base=20000&f-industry=building&f-complexity=1"
    page = client.get(address)
    assert page.status_code == 200
    # (28 + 47 × 10000/40000) × 0.8 = 31.8 万 (domain.md 5.3 e).
    assert "¥318,000.00" in page.text
    assert "编制项目建议书" not in page.text
    refused = client.get(f"{address}&variant=proposal")
    assert refused.status_code == 422
    assert "不是此服务事项的收费类别" in unescape(refused.text)
