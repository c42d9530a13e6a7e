"""The approvals an item serves and the model contracts for it: dated data, and where it shows."""

from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from market.catalogue import queries
from market.catalogue.attached import approvals, check_attached, models, parse_attached
from market.regulations import DataFileError, configure, extend_lock

TODAY = date(2026, 3, 2)
CODED = """
effective_from = 2026-01-01

[[approval]]
id = "soil-conservation"
name_zh = "生产建设项目水土保持方案审批"
name_en = "Approval of soil conservation plans"
code = "000119002000"
authority = "示范市水务局"
items = ["ZJ-06-002-01"]
basis = [{ document = "中华人民共和国水土保持法", article = "第二十五条" }]
"""
OWN = """
effective_from = 2026-01-01
withdraws = ["supervision"]

[[model]]
id = "soil"
title = "水土保持技术服务合同（示范市参考文本）"
number = "示水〔2026〕1号"
issuer = "示范市水务局"
items = ["ZJ-06-002-01"]
"""


def a_folder(tmp_path: Path, **files: str) -> Path:
    for name, text in files.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "ours.toml").write_text(text, "utf-8")
    assert extend_lock(tmp_path) == []
    return tmp_path


@pytest.fixture
def city(tmp_path: Path):
    yield lambda **files: configure(a_folder(tmp_path, **files))
    configure()


def test_what_ships_is_in_order_and_names_its_source():
    assert check_attached() == []
    for item in queries.all_items(TODAY):
        for approval in approvals().of(item.code, TODAY):
            assert all(basis.document for basis in approval.basis)
    (cost,) = models().of("ZJ-01-003-01", TODAY)
    assert cost.name == "建设工程造价咨询合同（示范文本）（GF-2015-0212）"
    assert models().of("ZJ-07-001-01", TODAY)[0].number == "GF-2012-0202"
    assert approvals().of("ZJ-06-002-01", date(2023, 12, 31)) == ()


def test_a_city_adds_the_code_replaces_and_withdraws(city):
    city(approvals=CODED, models=OWN)
    (approval,) = approvals().of("ZJ-06-002-01", TODAY)
    assert (approval.code, approval.authority) == ("000119002000", "示范市水务局")
    assert approvals().of("ZJ-06-002-01", date(2025, 12, 31))[0].code == ""
    assert models().of("ZJ-07-001-01", TODAY) == ()
    assert models().of("ZJ-07-001-01", date(2025, 12, 31))


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        ("approvals", CODED.replace("ZJ-06-002-01", "ZJ-99-999-99"), "ZJ-99-999-99 不在清单中"),
        ("approvals", CODED.replace("authority", "office"), "不认识的字段"),
        ("models", OWN.replace('"supervision"', '"nothing"'), "nothing 没有规定过"),
        ("models", OWN.replace('items = ["ZJ-06-002-01"]', ""), "至少写一个事项编码"),
    ],
)
def test_a_faulty_file_is_refused(tmp_path: Path, kind: str, text: str, said: str):
    folder = a_folder(tmp_path, **{kind: text})
    assert said in "\n".join(map(str, check_attached(folder)))
    try:
        configure(folder)
        with pytest.raises(DataFileError):
            (approvals if kind == "approvals" else models)()
    finally:
        configure()


def test_one_file_can_be_checked_before_it_is_in_force():
    problems: list = []
    parse_attached(CODED.encode(), "ours.toml", problems)
    parse_attached(OWN.encode(), "ours.toml", problems)
    assert problems == []


def test_the_item_page_shows_the_approvals_with_code_and_basis(client: FlaskClient, city):
    page = client.get("/items/ZJ-06-002-01").text
    assert "生产建设项目水土保持方案审批" in page
    assert "第二十五条" in page
    city(approvals=CODED)
    page = client.get("/items/ZJ-06-002-01").text
    assert "000119002000" in page
    assert "示范市水务局" in page
    none = client.get("/items/ZJ-09-001-01").text
    assert "清单没有列出以本项服务成果为申请材料的审批事项" in none


def test_the_item_page_cites_the_model_contract(client: FlaskClient):
    page = client.get("/items/ZJ-07-001-01").text
    assert "GF-2012-0202" in page
    assert "本平台尚未上传" in page
    assert "合同示范文本" not in client.get("/items/ZJ-09-001-01").text
