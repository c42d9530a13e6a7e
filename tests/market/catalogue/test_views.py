"""The public pages of the catalogue."""

from datetime import date

import pytest
from flask import Flask, session
from flask.testing import FlaskClient

from market.catalogue import queries
from market.catalogue.views import Offer, item_name, provide_offers
from market.clock import ManualClock, beijing

TODAY = date(2026, 3, 2)


def test_the_list_shows_every_item_under_its_group(client: FlaskClient):
    page = client.get("/items")
    assert page.status_code == 200
    for group in queries.groups():
        assert group.name_zh in page.text
    for item in queries.all_items(TODAY):
        assert f"/items/{item.code}" in page.text


def test_a_search_narrows_the_list_and_keeps_the_words(client: FlaskClient):
    page = client.get("/items", query_string={"q": " 水土保持 "})
    assert "ZJ-06-002-01" in page.text
    assert "ZJ-01-001-01" not in page.text
    assert 'value="水土保持"' in page.text
    assert "找到 3 个事项" in page.text


@pytest.mark.parametrize("query", ["没有这种服务", "<script>alert(1)</script>", "x" * 5000, "%"])
def test_a_search_without_result_says_what_to_do(client: FlaskClient, query: str):
    page = client.get("/items", query_string={"q": query})
    assert page.status_code == 200
    assert "没有找到服务事项" in page.text
    assert "<script>alert" not in page.text


def test_every_item_has_a_page_with_its_facts(client: FlaskClient):
    for item in queries.all_items(TODAY):
        page = client.get(f"/items/{item.code}")
        assert page.status_code == 200, item.code
        for words in (item.name_zh, item.name_en, item.result_zh, item.basis[0].document):
            assert words in page.text, item.code
        assert f"{item.time_limit_working_days} 个工作日" in page.text, item.code
        assert item.qualifications[0].name in page.text, item.code
        assert ("平台默认值" in page.text) == item.time_limit_is_default, item.code


def test_an_item_page_links_what_one_firm_must_not_do_as_well(client: FlaskClient):
    assert "/items/ZJ-01-002-01" in client.get("/items/ZJ-01-001-01").text


@pytest.mark.parametrize("code", ["ZJ-99-001-01", "nothing", "ZJ-01-001-01%20", "..", "%00"])
def test_an_unknown_item_is_not_found(client: FlaskClient, code: str):
    assert client.get(f"/items/{code}").status_code == 404


def test_items_are_shown_as_of_today(client: FlaskClient, clock: ManualClock):
    clock.move_to(beijing(date(2026, 11, 21), 9))
    assert client.get("/items/ZJ-01-001-01").status_code == 200


def test_offers_come_from_a_feature_above(app: Flask, client: FlaskClient):
    offer = Offer(firm_name="示范咨询", url="/firms/1", price="¥1.00", promised_working_days=7)
    provide_offers(app, lambda work, item: [offer] if item.code == "ZJ-01-001-01" else [])
    page = client.get("/items/ZJ-01-001-01")
    assert "示范咨询" in page.text
    assert "7 个工作日" in page.text
    assert "还没有机构提供此项服务" in client.get("/items/ZJ-01-001-02").text


def test_the_pages_only_read(client: FlaskClient):
    assert client.post("/items").status_code == 405
    assert client.post("/items/ZJ-01-001-01").status_code == 405


def test_an_item_is_called_by_its_name_wherever_a_code_is_known(app: Flask):
    item = queries.all_items(TODAY)[0]
    with app.test_request_context():
        assert item_name(item.code) == item.name_zh
        session["language"] = "en"
        assert item_name(item.code) == item.name_en
        assert item_name("ZJ-99-999-99") == "ZJ-99-999-99"
