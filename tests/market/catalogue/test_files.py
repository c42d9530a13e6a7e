"""The catalogue's data: what ships is whole, what is malformed is told so."""

from datetime import date
from pathlib import Path

import pytest

from market.catalogue import queries
from market.catalogue.files import (
    CODE,
    SHIPPED,
    Catalogue,
    check_catalogue,
    load_catalogue,
    parse_items,
)
from market.catalogue.rules import FeeKind
from market.regulations import DataFileError, configure, extend_lock
from market.regulations.files import LOCK, lock_text

TODAY = date(2026, 11, 21)

AN_ITEM = """
effective_from = 2026-07-01
group = { code = "03", name_zh = "评估评价", name_en = "Assessment and appraisal" }

[[item]]
code = "ZJ-03-099-01"
name_zh = "示例评估"
name_en = "Sample appraisal"
scope = "示例"
result_zh = "示例报告"
result_en = "Sample report"
time_limit_working_days = 9
time_limit_source = "platform default"
basis = [{ document = "示例办法", confirm = true }]
match = "any"
qualifications = [{ kind = "licence", name = "示例资质", minimum_grade = "乙级" }]
fee = { kind = "market" }
"""


def a_folder(tmp_path: Path, **files: str) -> Path:
    (tmp_path / "items").mkdir()
    for name, text in files.items():
        (tmp_path / "items" / f"{name}.toml").write_text(text, "utf-8")
    assert extend_lock(tmp_path) == []
    return tmp_path


def sentences(*folders: Path) -> str:
    return "\n".join(map(str, check_catalogue(*folders)))


def test_what_ships_is_in_order():
    assert check_catalogue() == []
    assert (SHIPPED / LOCK).read_text("utf-8") == lock_text(SHIPPED)


def test_at_least_25_items_in_ten_groups_ship():
    items = queries.all_items(TODAY)
    assert len(items) >= 25
    assert len(queries.groups()) == 10
    assert {item.group for item in items} == set(queries.groups())


@pytest.mark.parametrize("item", queries.all_items(TODAY), ids=lambda item: item.code)
def test_every_item_is_whole(item):
    assert CODE.fullmatch(item.code)
    assert item.time_limit_working_days >= 1
    assert item.name_zh.isascii() is False
    assert item.name_en.isascii()
    assert item.fee.kind is FeeKind.MARKET or "〔" in item.fee.number
    assert item.code not in item.incompatible_with


def test_items_start_on_their_day():
    assert queries.all_items(date(2023, 12, 31)) == ()
    assert queries.item("ZJ-01-001-01", date(2024, 1, 1)).name_zh == "项目建议书编制"
    with pytest.raises(queries.UnknownItemError, match="2023-12-31"):
        queries.item("ZJ-01-001-01", date(2023, 12, 31))
    with pytest.raises(queries.UnknownItemError, match="ZJ-99-001-01"):
        queries.item("ZJ-99-001-01", TODAY)


def test_a_statutory_limit_names_its_source():
    review = queries.item("ZJ-05-002-01", TODAY)
    assert review.time_limit_working_days == 15
    assert "第13号" in review.time_limit_source
    assert not review.time_limit_is_default
    assert review.scarce


def test_who_writes_does_not_review():
    study = queries.item("ZJ-01-001-02", TODAY)
    review = queries.item("ZJ-01-002-01", TODAY)
    proposal = queries.item("ZJ-01-001-01", TODAY)  # named only by the review
    assert queries.are_incompatible(study, review)
    assert queries.are_incompatible(proposal, review)
    assert not queries.are_incompatible(study, proposal)
    assert queries.incompatible_items(proposal, TODAY) == (review,)
    assert set(queries.incompatible_items(review, TODAY)) == {study, proposal}


def test_search_finds_by_every_word():
    assert [item.code for item in queries.search("施工图 大型", TODAY)] == ["ZJ-05-002-01"]
    assert queries.search("ENVIRONMENTAL report", TODAY)
    assert queries.search("zj-07-001", TODAY)[0].name_zh == "工程监理"
    assert queries.search("没有这种服务", TODAY) == ()
    assert queries.search("", TODAY) == queries.all_items(TODAY)


def test_grouping_keeps_every_item_once_and_drops_empty_groups():
    items = queries.all_items(TODAY)
    assert [item for _, members in queries.grouped(items) for item in members] == list(items)
    assert [group.code for group, _ in queries.grouped(queries.search("公证", TODAY))] == ["09"]


def test_a_later_file_adds_changes_and_withdraws(tmp_path: Path):
    changed = AN_ITEM.replace("ZJ-03-099-01", "ZJ-03-008-01")
    withdrawing = """
effective_from = 2026-08-01
group = { code = "03", name_zh = "评估评价", name_en = "Assessment" }
withdraws = ["ZJ-03-099-01"]
"""
    folder = a_folder(tmp_path, added=AN_ITEM, changed=changed, withdrawing=withdrawing)
    assert check_catalogue(folder) == []
    catalogue = load_catalogue(folder)
    before, july, august = (catalogue.on(date(2026, month, 1)) for month in (6, 7, 8))
    assert before["ZJ-03-008-01"].time_limit_working_days == 15
    assert july["ZJ-03-008-01"].time_limit_working_days == 9
    assert "ZJ-03-099-01" not in before
    assert "ZJ-03-099-01" in july
    assert "ZJ-03-099-01" not in august
    assert list(july) == sorted(july)


def test_configured_folders_feed_the_queries(tmp_path: Path):
    try:
        configure(a_folder(tmp_path, added=AN_ITEM))
        assert queries.item("ZJ-03-099-01", TODAY).name_zh == "示例评估"
    finally:
        configure()
    assert all(item.code != "ZJ-03-099-01" for item in queries.all_items(TODAY))


def test_an_empty_catalogue_has_no_items():
    assert Catalogue([]).on(TODAY) == {}
    assert Catalogue([]).groups() == ()


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('code = "ZJ-03-099-01"', 'code = "ZJ-3-99-1"', "编码应为 ZJ-03-"),
        ('code = "ZJ-03-099-01"', 'code = "ZJ-04-099-01"', "编码应为 ZJ-03-"),
        ("= 9", "= 0", "时限至少1个工作日"),
        ("= 9", "= -9", "不能是负数"),
        ("= 9", "= true", "应为整数"),
        ("time_limit_source", "time_limit_sauce", "time_limit_sauce：不认识的字段"),
        ('match = "any"', 'match = "some"', "只能是"),
        ('match = "any"\n', "", "match：缺少此字段"),
        ('kind = "licence"', 'kind = "friend"', "只能是"),
        ("乙级", "戊级", "不认识的等级"),
        ('[{ document = "示例办法", confirm = true }]', "[]", "basis：至少写一项"),
        ("fee = {", "price = {", "price：不认识的字段"),
        ('kind = "market"', 'kind = "reference"', "参考标准须写明文件名称"),
        ('name_zh = "示例评估"', "name_zh = 7", "应为文字"),
        ("effective_from = 2026-07-01", "effective_from = '2026'", "应为日期"),
        ("[[item]]", "[[thing]]", "thing：不认识的字段"),
    ],
)
def test_a_bad_file_is_told_what_is_wrong(old: str, new: str, sentence: str):
    problems: list = []
    parse_items(AN_ITEM.replace(old, new).encode(), "bad.toml", problems)
    assert sentence in "\n".join(map(str, problems))
    assert "bad.toml" in str(problems[0])


def test_contradictions_are_problems(tmp_path: Path):
    unknown = AN_ITEM.replace("fee =", 'incompatible_with = ["ZJ-03-000-00"]\nfee =')
    twice = AN_ITEM + AN_ITEM[AN_ITEM.index("[[item]]") :]
    folder = a_folder(tmp_path, a=unknown, b=AN_ITEM.replace("099", "098"), c=twice)
    found = sentences(folder)
    assert "不相容的 ZJ-03-000-00 不在清单中" in found
    assert "同日规定同一编码" in found
    assert "同一文件中出现两次" in found
    with pytest.raises(DataFileError):
        load_catalogue(folder)


def test_withdrawing_what_is_not_there_is_a_problem(tmp_path: Path):
    text = AN_ITEM.replace("[[item]]", 'withdraws = ["ZJ-03-000-00"]\n[[item]]')
    assert "ZJ-03-000-00 不在清单中" in sentences(a_folder(tmp_path, a=text))
