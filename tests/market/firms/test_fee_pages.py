"""How a firm publishes what it charges: every formula, every refusal, and the promise it signs."""

import hashlib
import json
from datetime import date

import pytest
from sqlalchemy import text

from market.clock import beijing
from market.db import Actor, reading_work
from market.firms import promises, queries
from market.firms.fee_charges import Charge, ExtraCharge, stored_charges
from market.firms.fees import FeeKind
from market.tariffs.queries import all_standards
from tests.market.factories.firms import ITEM, a_listed_firm
from tests.market.tariffs.tables import DAY

BLANK = {
    "basis": "own",
    "kind": "fixed",
    "valid_from_on": "2026-03-16",
    "agreed": "y",
}
BRACKETS = BLANK | {
    "kind": "brackets",
    "rate_base": "项目总投资",
    "shape": "progressive",
    "brackets": "100：15\n以上：8",
}
DISCOUNT = BLANK | {
    "kind": "discount",
    "basis": "standard",
    "standard_id": "eia-125",
    "discount_bp": "10",
    "discount_to_bp": "25.5",
}
UNIT = BLANK | {
    "kind": "unit",
    "rate_base": "建筑面积",
    "unit": "平方米",
    "unit_price_fen": "1.5",
}


@pytest.fixture
def page(fast_here, clock, app, sign_in):
    """The page of a listed firm's one service, and the firm."""
    firm, delegate = a_listed_firm(fast_here, clock)
    browser = sign_in(delegate)
    address = f"/firm/services/{ITEM}"

    def send(data):
        return browser.post(f"{address}/fees", data=data)

    return browser.get(address).text, send, firm


def last(here, firm):
    with reading_work(here.sessions, Actor("job:test"), here.clock) as work:
        return queries.fee_history(work, firm.id, ITEM)[0]


def test_the_form_shows_the_promise_the_tables_and_the_closed_list(page):
    shown, _, _ = page
    for line in promises.FEE_TEXT.splitlines():
        assert line in shown
    for one in all_standards(DAY):
        assert f'value="{one.id}"' in shown
    for kind in ExtraCharge:
        assert f'name="charge_{kind}"' in shown


@pytest.mark.parametrize("data", [BRACKETS, DISCOUNT, UNIT, BLANK | {"amount_fen": "300"}])
def test_every_formula_is_published_as_the_next_version(page, fast_here, data):
    _, send, firm = page
    answer = send(data | {"charge_travel": "cost", "charge_data": "sum", "charge_data_fen": "80"})
    assert answer.status_code == 303, answer.text
    row = last(fast_here, firm)
    assert (row.version_no, row.kind) == (2, FeeKind(data["kind"]))
    assert stored_charges(row.extra_charges) == (
        Charge(ExtraCharge.TRAVEL, None),
        Charge(ExtraCharge.DATA, 8_000),
    )
    assert row.promise_sha256 == hashlib.sha256(promises.FEE_TEXT.encode()).hexdigest()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (BRACKETS | {"brackets": "100：15\n50：8"}, "第 2 行"),
        (BRACKETS | {"rate_base": ""}, "请写明计费基数"),
        (DISCOUNT | {"standard_id": "moon"}, "请从列表中选择"),
        (DISCOUNT | {"standard_id": ""}, "请选择标准"),
        (DISCOUNT | {"discount_to_bp": "5"}, "最高下浮率须大于最低下浮率"),
        (UNIT | {"unit": ""}, "计量单位"),
        (UNIT | {"valid_to_on": "2026-03-01"}, "截止日期不能早于生效日期"),
        (UNIT | {"max_fee_fen": "100.5"}, "整元数"),
        (UNIT | {"agreed": ""}, "请勾选同意收费承诺"),
        (UNIT | {"charge_travel": "sum"}, "须填写大于零的金额"),
        (UNIT | {"charge_travel": "none", "charge_travel_fen": "5"}, "不填金额"),
        (UNIT | {"charge_travel": "gift"}, "请从列表中选择"),
    ],
)
def test_a_refusal_stands_at_its_field_and_publishes_nothing(page, fast_here, data, words):
    _, send, firm = page
    answer = send(data)
    assert answer.status_code in {409, 422}
    assert words in answer.text
    assert last(fast_here, firm).version_no == 1


def test_the_log_holds_the_version_and_the_digest_of_its_promise(page, fast_here):
    _, send, firm = page
    assert send(BRACKETS).status_code == 303
    with fast_here.engine.connect() as connection:
        rows = connection.scalars(text("SELECT body FROM log_submission ORDER BY id")).all()
    told = [json.loads(bytes(row)) for row in rows if b"fee-published" in bytes(row)][-1]
    assert told["t"] == "zjcs/firm.fee-published.v2"
    assert (told["firm"], told["version"]) == (firm.code, 2)
    assert told["promise_version"] == promises.FEE_VERSION
    assert told["promise_sha256"] == promises.fee_promise_digest()
    assert told["brackets"] == '{"rows":[[100000000,15000],[null,8000]],"shape":"progressive"}'


def test_the_form_is_filled_in_from_the_version_in_force(fast_here, clock, app, sign_in):
    _, delegate = a_listed_firm(fast_here, clock)
    browser = sign_in(delegate)
    data = BRACKETS | {"charge_travel": "cost", "min_fee_fen": "500"}
    assert browser.post(f"/firm/services/{ITEM}/fees", data=data).status_code == 303
    clock.move_to(beijing(date(2026, 3, 16)))
    browser = sign_in(delegate)
    shown = browser.get(f"/firm/services/{ITEM}").text
    for words in (
        '<option selected value="brackets">',
        "100：15\n以上：8</textarea>",
        '<option selected value="cost">',
        'value="500.00"',
    ):
        assert words in shown, words
