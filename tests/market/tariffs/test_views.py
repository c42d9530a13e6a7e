"""The public pages: the list, the calculator, the comparison. Nobody has an account."""

import json
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient

from market.catalogue.queries import item
from market.db import unit_of_work
from market.firms import actions
from market.firms import queries as firms
from market.firms.fees import FeeBasis, FeeKind
from market.tariffs.offers import offers
from market.tariffs.queries import all_standards
from tests.market.factories.firms import ITEM, SYSTEM, a_fee, some_firms
from tests.market.tariffs.tables import DAY

TABLES = [one.id for one in all_standards(DAY)]


def test_the_list_names_every_table_with_its_source(client: FlaskClient):
    page = client.get("/fees/standards")
    assert page.status_code == 200
    for one in all_standards(DAY):
        assert f"/fees/standards/{one.id}" in page.text
        assert one.document.number in page.text


@pytest.mark.parametrize("table", TABLES)
def test_every_column_of_every_table_has_a_form(client: FlaskClient, table: str):
    for variant in next(one for one in all_standards(DAY) if one.id == table).variants:
        page = client.get(f"/fees/standards/{table}", query_string={"variant": variant.code})
        assert page.status_code == 200
        assert 'name="base"' in page.text
        assert variant.base.zh in page.text
        assert "计算结果" not in page.text


def test_a_link_prints_every_step_the_rounding_and_the_source(client: FlaskClient):
    page = client.get("/fees/standards/tendering-agency-1980?variant=works&base=6000&unit=wan")
    assert page.status_code == 200
    for words in (
        "¥225,500.00",
        "22.55",
        "5,000 万元至6,000 万元的部分：1,000 万元 × 0.2%",
        "四舍五入到元",
        "计价格〔2002〕1980号",
        "发改价格〔2015〕299号",
        "待核",
    ):
        assert words in page.text, words


def test_yuan_and_ten_thousand_yuan_are_the_same_amount(client: FlaskClient):
    for query in ("base=2000&unit=wan", "base=20000000&unit=yuan", "base=2000"):
        assert "¥541,000.00" in client.get(f"/fees/standards/supervision-670?{query}").text


def test_parts_are_added_up(client: FlaskClient):
    query = (
        "variant=quantities&parts=3&base=1600&base-2=360&f-category-2=installation"
        "&base-3=540&f-category-3=decoration"
    )
    page = client.get(f"/fees/standards/cost-consulting-hunan?{query}")
    assert "¥146,888.00" in page.text
    more = client.get(f"/fees/standards/cost-consulting-hunan?{query}&more=1")
    assert 'name="base-4"' in more.text
    assert 'value="360"' in more.text
    assert "计算结果" not in more.text


@pytest.mark.parametrize(
    ("table", "query", "words"),
    [
        ("design-10", "base=100", "低于此表的起点"),
        ("design-10", "base=", "请填写计费基数"),
        ("design-10", "base=<script>", "不是能计算的数字"),
        ("design-10", "base=500&f-major=moon", "没有系数"),
        ("design-10", "base=500&variant=moon", "没有“moon”这一类别"),
        ("design-10", "base=500&unit=ton", "请说明金额的单位"),
        ("design-10", "base=500&float=21", "浮动幅度须在"),
        ("design-10", "base=500&discount=100", "下浮率须"),
        ("feasibility-1283", "base=600000", "不能内插"),
        ("investigation-10", "base=100", "查出单价"),
    ],
)
def test_a_refusal_says_why_and_keeps_what_was_typed(client: FlaskClient, table, query, words):
    page = client.get(f"/fees/standards/{table}?{query}")
    assert page.status_code == 422
    assert words in unescape(page.text)
    assert "<script>" not in page.text.split("<main", 1)[1].split("</main>")[0]
    data = client.get(f"/fees/standards/{table}.json?{query}")
    assert data.status_code == 400
    assert words in data.get_json()["problem"]


def test_an_unknown_table_or_item_is_not_found(client: FlaskClient):
    for address in ("standards/nothing", "standards/nothing.json", "compare/ZJ-99-001-01"):
        assert client.get(f"/fees/{address}").status_code == 404


def test_programs_get_exact_numbers(client: FlaskClient):
    found = client.get("/fees/standards/supervision-670.json?base=777&discount=33.33").get_json()
    assert found["number"] == "发改价格〔2007〕670号"
    assert found["fee_fen"] % 100 == 0
    assert "/" in found["exact_fen"] or found["exact_fen"].isdigit()
    assert found["steps"][-1]["operation"] == "round"
    assert json.dumps(found["parts"][0]["steps"])


def test_the_pages_only_read(client: FlaskClient):
    for address in ("standards", "standards/design-10", "standards/design-10.json"):
        assert client.post(f"/fees/{address}").status_code == 405
    assert client.post(f"/fees/compare/{ITEM}").status_code == 405


def test_the_pages_are_there_in_english(client: FlaskClient):
    client.get("/language/en")
    page = client.get("/fees/standards/supervision-670?base=2000")
    assert "Construction supervision" in page.text
    assert "Chargeable amount" in page.text


def test_the_page_of_an_item_leads_to_its_tables_and_to_the_comparison(client: FlaskClient):
    page = client.get("/items/ZJ-07-001-01").text
    assert "/fees/standards/supervision-670" in page
    assert "/fees/compare/ZJ-07-001-01" in page
    without = client.get("/items/ZJ-01-004-01").text
    assert "/fees/standards/" not in without
    assert "/fees/compare/ZJ-01-004-01" in without


def test_the_published_fees_lead_to_the_tables(client: FlaskClient):
    assert "/fees/standards" in client.get("/fees").text
    assert f"/fees/compare/{ITEM}" in client.get(f"/fees?item={ITEM}").text


@pytest.mark.parametrize("name", ["table", "code", "endpoint", "_scheme", "_anchor", "self"])
def test_an_argument_of_any_name_leads_nowhere_else(five_firms, client: FlaskClient, name: str):
    page = client.get(f"/fees/standards/design-10?base=500&{name}=javascript")
    assert page.status_code == 200
    assert "/fees/standards/design-10.json?base=500&amp;" in page.text
    page = client.get(f"/fees/compare/{ITEM}?base=500&{name}=javascript")
    assert page.status_code == 200
    assert f"/fees/compare/{ITEM}?base=500&amp;" in page.text
    assert 'href="javascript' not in page.text


def test_an_item_that_nobody_offers_says_so(client: FlaskClient):
    page = client.get(f"/fees/compare/{ITEM}?base=1000")
    assert page.status_code == 200
    assert "还没有机构提供此项服务" in page.text


@pytest.fixture
def five_firms(fast_here, clock):
    """Firms: 30 000 yuan, 2 ‰ of the works, 20 % below 125号, another table, an unknown one."""
    made = some_firms(fast_here, clock, 5)
    fees = [
        None,
        {"kind": FeeKind.RATE, "rate_ppm": 2_000, "rate_base": "工程费用"},
        {"discount_bp": 2_000, "basis_document": "计价格〔2002〕125号"},
        {"discount_bp": 2_000, "basis_document": "发改价格〔2007〕670号"},
        {"discount_bp": 2_000, "basis_document": "本市旧标准"},
    ]
    for (_, delegate), differences in zip(made, fees, strict=True):
        if differences is None:
            continue
        if "discount_bp" in differences:
            differences |= {"kind": FeeKind.DISCOUNT, "basis": FeeBasis.STANDARD}
        with unit_of_work(fast_here.sessions, delegate.actor, fast_here.clock) as work:
            fee = a_fee(work.today, amount_fen=None, **differences)
            actions.publish_fee(work, firms.own(work), ITEM, fee)
    return made


def amounts(page: str) -> list[str]:
    """Return the amounts of a comparison, from top to bottom."""
    return [part.split("</strong>")[0] for part in page.split("<strong><span")[1:]]


def compared(client: FlaskClient, query: str = "") -> str:
    page = client.get(f"/fees/compare/{ITEM}?{query}")
    assert page.status_code == 200, page.text
    return page.text


def the_base(page: str) -> str:
    return "b-" + page.split('name="b-')[1].split('"', maxsplit=1)[0]


def test_each_firm_s_fee_is_computed_for_my_project(five_firms, client: FlaskClient):
    empty = compared(client)
    assert len(amounts(empty)) == 1
    for words in ("未填计费基数", "标准收费未算出", "文件不在标准表中"):
        assert words in empty
    rate = the_base(empty)
    query = f"standard=eia-125&variant=form&base=3000&unit=wan&{rate}=3000"
    page = compared(client, query)
    assert len(amounts(page)) == 3
    assert "标准收费（未下浮）" in page
    shown = [page.index(f"¥{amount}</span></strong>") for amount in AMOUNTS]
    assert shown == sorted(shown)
    assert "依据另一标准" in page
    dear = compared(client, f"{query}&sort=amount&order=desc")
    shown = [dear.index(f"¥{amount}</span></strong>") for amount in AMOUNTS]
    assert shown == sorted(shown, reverse=True)
    assert dear.index("依据另一标准") > max(shown)


# 20 % below 20 000 yuan; the fixed fee; 2 ‰ of 30 million.
AMOUNTS = ("16,000.00", "30,000.00", "60,000.00")


def test_a_fee_published_for_later_is_shown_beside_the_one_in_force(
    five_firms, client: FlaskClient, fast_here
):
    actor = five_firms[0][1].actor
    with unit_of_work(fast_here.sessions, actor, fast_here.clock) as work:
        later = a_fee(work.today + timedelta(days=9), amount_fen=9_900_000)
        actions.publish_fee(work, firms.own(work), ITEM, later)
        day = later.valid_from_on
    page = compared(client)
    assert "¥30,000.00</span></strong>" in page
    assert "第 2 版" in page
    assert f"{day:%Y-%m-%d}" in page


def test_a_base_that_the_table_asks_for_as_well_is_asked_once(
    fast_here, clock, client: FlaskClient
):
    ((_, delegate),) = some_firms(fast_here, clock, 1)
    with unit_of_work(fast_here.sessions, delegate.actor, fast_here.clock) as work:
        fee = a_fee(work.today, amount_fen=None, kind=FeeKind.RATE, rate_ppm=2_000)
        fee = replace(fee, rate_base="项目总投资")
        actions.publish_fee(work, firms.own(work), ITEM, fee)
    page = compared(client, "variant=form&base=3000")
    assert 'name="b-' not in page
    assert "¥60,000.00</span></strong>" in page


def test_a_base_that_cannot_be_read_is_refused_at_its_field(five_firms, client: FlaskClient):
    rate = the_base(compared(client))
    page = client.get(f"/fees/compare/{ITEM}?{rate}=many")
    assert page.status_code == 422
    assert "不是能计算的数字" in page.text


def test_the_comparison_is_the_same_on_both_databases(here, clock):
    some_firms(here, clock, 2)
    with unit_of_work(here.sessions, SYSTEM, here.clock) as work:
        found = offers(work, item(ITEM, work.today))
    assert [offer.fee.amount_fen for offer in found] == [3_000_000, 3_000_000]
    assert [offer.next_fee for offer in found] == [None, None]


def test_neither_discount_nor_float_of_the_address_changes_a_firm_s_fee(
    five_firms, client: FlaskClient
):
    plain = compared(client, "standard=eia-125&variant=form&base=3000")
    moved = compared(client, "standard=eia-125&variant=form&base=3000&float=20&discount=50")
    assert amounts(moved) == amounts(plain)
    assert len(amounts(plain)) > 1
