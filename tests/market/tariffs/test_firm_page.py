"""One firm's fee for everybody: what it gives, every version, and the way to a need."""

import re
from datetime import timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient

from market.db import unit_of_work
from market.firms import actions
from market.firms import queries as firms
from market.firms.fee_brackets import BracketShape, read_brackets
from market.firms.fee_charges import Charge, ExtraCharge
from market.firms.fees import FeeBasis, FeeKind
from tests.market.factories.accounts import sign_in
from tests.market.factories.firms import ITEM, a_fee, some_firms
from tests.market.factories.needs import an_owner

UNIT = {
    "kind": FeeKind.UNIT,
    "amount_fen": None,
    "rate_base": "建筑面积",
    "unit": "平方米",
    "unit_price_fen": 150,
}


@pytest.fixture
def one_firm(fast_here, clock):
    """A listed firm whose first version is a fixed 30,000 yuan."""
    return some_firms(fast_here, clock, 1)[0]


@pytest.fixture
def publish(fast_here, one_firm):
    """Let the firm publish another version."""

    def published(**differences):
        with unit_of_work(fast_here.sessions, one_firm[1].actor, fast_here.clock) as work:
            later = differences.pop("later", 0)
            fee = a_fee(work.today + timedelta(days=later), **differences)
            return actions.publish_fee(work, firms.own(work), ITEM, fee)

    return published


def shown(client: FlaskClient, one_firm, query: str = "", status: int = 200) -> str:
    page = client.get(f"/fees/firms/{one_firm[0].code}/{ITEM}?{query}")
    assert page.status_code == status
    return unescape(page.text)


def fields_in(page: str) -> list[str]:
    return re.findall(r'name="(b-[0-9a-f]{8})"', page)


def test_a_fixed_fee_is_what_it_is(client: FlaskClient, one_firm):
    page = shown(client, one_firm)
    assert "¥30,000.00" in page
    assert "固定金额" in page


def test_a_unit_price_asks_for_the_quantity(client: FlaskClient, one_firm, publish):
    publish(**UNIT, min_fee_fen=500_000, max_fee_fen=2_000_000)
    (field,) = fields_in(shown(client, one_firm))
    for quantity, amount in (("1000", "5,000.00"), ("10000", "15,000.00"), ("99999", "20,000.00")):
        page = shown(client, one_firm, f"{field}={quantity}")
        assert f"¥{amount}</span></strong>" in page
    assert "建筑面积每平方米 ¥1.50" in page
    shown(client, one_firm, f"{field}=many", status=422)


def test_a_range_of_discounts_is_shown_from_low_to_high(client: FlaskClient, one_firm, publish):
    publish(
        kind=FeeKind.DISCOUNT,
        basis=FeeBasis.STANDARD,
        standard_id="eia-125",
        amount_fen=None,
        discount_bp=1_000,
        discount_to_bp=2_500,
    )
    page = shown(client, one_firm, "variant=form&base=3000")
    assert "按标准下浮 10% 至 25%" in page
    assert "计价格〔2002〕125号" in page
    # 20,000 yuan by the table.
    assert page.index("¥15,000.00") < page.index("¥18,000.00</span></strong>")


def test_every_version_stays_with_what_it_changed(client: FlaskClient, one_firm, publish):
    brackets = read_brackets(BracketShape.PROGRESSIVE, "100：15\n以上：8")
    charges = (Charge(ExtraCharge.TRAVEL, None), Charge(ExtraCharge.EXPERTS, 200_000))
    publish(
        kind=FeeKind.BRACKETS,
        amount_fen=None,
        rate_base="项目总投资",
        brackets=brackets,
        charges=charges,
    )
    row = publish(amount_fen=3_100_000, later=9)
    page = shown(client, one_firm)
    for words in (
        "项目总投资，差额定率累进：至 100 万元 15‰，以上 8‰",
        "另收费用：无 → 差旅费：据实，凭票据；专家评审费：¥2,000.00",
        "计费方式：固定金额 → 自定分档",
        "计费方式：自定分档 → 固定金额",
        "尚未生效",
        "已被新版本取代",
        row.promise_sha256,
    ):
        assert words in page, words


def test_a_fee_that_has_ended_is_none(client: FlaskClient, one_firm, publish, clock):
    publish(amount_fen=100, valid_to_on=clock().date() + timedelta(days=1))
    clock.move_to(clock() + timedelta(days=3))
    assert "现在没有有效的公开收费" in shown(client, one_firm)
    assert "没有公开收费" in client.get(f"/fees/compare/{ITEM}").text
    assert "¥1.00" not in client.get("/fees").text


def test_what_there_is_not_is_not_found(client: FlaskClient, one_firm):
    for address in (f"{one_firm[0].code}/ZJ-99-001-01", f"91440300MA5XXXXXXX/{ITEM}"):
        assert client.get(f"/fees/firms/{address}").status_code == 404


def test_the_comparison_leads_an_owner_to_a_need(
    client: FlaskClient, one_firm, publish, app, fast_here
):
    publish(**UNIT)
    (field,) = fields_in(client.get(f"/fees/compare/{ITEM}").text)
    query = f"standard=eia-125&variant=form&base=3000&{field}=1200"
    assert "以这些数填写采购需求" not in client.get(f"/fees/compare/{ITEM}?{query}").text
    browser = app.test_client()
    sign_in(browser, an_owner(fast_here).clerk)
    page = unescape(browser.get(f"/fees/compare/{ITEM}?{query}").text)
    (link,) = re.findall(r'href="(/needs/new\?[^"]*fee_bases[^"]*)"', page)
    form = unescape(browser.get(link).text)
    assert "建筑面积：1200 平方米" in form
    assert "项目总投资：3000 万元" in form
    assert "eia-125?base=3000&variant=form" in form


def test_the_form_of_a_need_says_how_many_fees_its_inputs_compute(
    one_firm, publish, app, fast_here
):
    publish(**UNIT)
    browser = app.test_client()
    sign_in(browser, an_owner(fast_here).clerk)
    for bases, computed in (("", 0), ("建筑面积：1 亩", 0), ("建筑面积：12 平方米", 1), ("??", 0)):
        page = browser.get("/needs/new", query_string={"item": ITEM, "fee_bases": bases})
        assert f"1 家机构提供服务，按下列参数能算出收费的 {computed} 家" in page.text
        assert "建筑面积（平方米）" in page.text
        assert ("未填计费基数 1 家" in page.text) == (not computed)
