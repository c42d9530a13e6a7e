"""The fee tables' files: closed schema, dates, a city's own, the digest."""

from datetime import date
from pathlib import Path

import pytest

from market.regulations.files import DataFileError, Problem, extend_lock
from market.tariffs.files import (
    Shape,
    check_standards,
    current_standards,
    load_standards,
    parse_standard,
)
from market.tariffs.rules import Standing

GOOD = """
id = "own"
name_zh = "本市标准"
name_en = "Own"
region_zh = "本市"
region_en = "City"
document = { title = "本市收费标准", number = "本市价〔2025〕1号" }
standing = "local"
effective_from = 2025-01-01

[[factor]]
code = "kind"
name_zh = "类别"
name_en = "Kind"
default = "one"
options = [{ code = "one", name_zh = "一", name_en = "One", milli = 1000 }]

[[variant]]
code = "all"
name_zh = "全部"
name_en = "All"
base_zh = "金额"
base_en = "Amount"
shape = "progressive"
bounds_wan = [100, 500]
rates_ppm = [15000, 8000, 8000]
"""


def problems_of(text: str) -> list[str]:
    found: list[Problem] = []
    parse_standard(text.encode(), "fees/own.toml", found)
    return [f"{problem.key}：{problem.sentence}" for problem in found]


def changed(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new)


def shaped(body: str) -> str:
    return GOOD.split('shape = "progressive"', maxsplit=1)[0] + body


def test_what_ships_is_in_order():
    assert check_standards() == []


def test_a_good_file_has_no_problem():
    assert problems_of(GOOD) == []


def test_every_table_says_where_it_comes_from_and_what_weight_it_has():
    for one in current_standards().on(date(2026, 3, 2)).values():
        assert one.document.title
        assert one.document.number or one.needs_confirmation
        assert one.document.confirm
        if one.standing is Standing.REFERENCE:
            assert any("发改价格〔2015〕299号" in note.name.zh for note in one.notes)


def test_every_shape_is_in_use():
    formulas = {
        type(variant.formula).__name__
        for one in current_standards().on(date(2026, 3, 2)).values()
        for variant in one.variants
    }
    assert len(formulas) == len(Shape)


def test_no_table_applies_before_its_day():
    assert current_standards().on(date(2023, 12, 31)) == {}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("not toml", "不是有效的"),
        (changed('id = "own"', ""), "id：缺少此字段"),
        (changed('standing = "local"', 'standing = "law"'), "standing：只能是"),
        (GOOD + "\ncolour = 1\n", "colour：不认识的字段"),
        (changed("effective_from = 2025-01-01", 'effective_from = "soon"'), "应为日期"),
        (changed("bounds_wan = [100, 500]", "bounds_wan = [500, 100]"), "须由小到大"),
        (changed("bounds_wan = [100, 500]", "bounds_wan = [100, -5]"), "不小于零的整数列表"),
        (changed("bounds_wan = [100, 500]", "bounds_wan = [100, 0.5]"), "不小于零的整数列表"),
        (changed("rates_ppm = [15000, 8000, 8000]", "rates_ppm = [1]"), "费率个数"),
        (changed("rates_ppm = [15000, 8000, 8000]", "rates_ppm = true"), "整数列表"),
        (changed('default = "one"', 'default = "two"'), "不在各取值之中"),
        (changed('"progressive"', '"magic"'), "shape：只能是"),
        (GOOD.split("[[variant]]", maxsplit=1)[0], "variant：至少写一项"),
        (GOOD + GOOD[GOOD.index("[[variant]]") :], "variant：编码有重复"),
        (GOOD + 'factors = ["moon"]\n', "没有系数 moon"),
        (GOOD + "minimum_yuan = 5\nmaximum_yuan = 4\n", "最低收费高于最高限额"),
        (
            shaped('shape = "interpolated"\nbases_wan = [1, 2]\nfees_yuan = [1]\n'),
            "基价个数",
        ),
        (
            shaped('shape = "interpolated"\nbases_wan = [1, 2]\nfees_yuan = [2, 1]\n'),
            "须由小到大",
        ),
        (
            shaped('shape = "banded"\nedges_wan = [1, 2]\nlows_yuan = [5]\nhighs_yuan = [4]\n'),
            "上限不得低于下限",
        ),
        (
            shaped(
                'shape = "banded"\nedges_wan = [1, 2, 3]\nlows_yuan = [1, 3]\nhighs_yuan = [2, 4]\n'
            ),
            "相邻两档须衔接",
        ),
        (
            shaped('shape = "banded"\nedges_wan = [1, 2, 3]\nlows_yuan = [1]\nhighs_yuan = [2]\n'),
            "各档上下限个数",
        ),
        (shaped('shape = "fixed"\nbounds_wan = [1, 2]\nfees_yuan = [1]\n'), "定额个数"),
        (
            changed(
                'options = [{ code = "one", name_zh = "一", name_en = "One", milli = 1000 }]', ""
            ).replace('default = "one"', ""),
            "没有取值时须写明范围",
        ),
    ],
)
def test_what_is_wrong_with_a_file_is_said(text: str, problem: str):
    assert any(problem in found for found in problems_of(text)), problems_of(text)


@pytest.fixture
def city(tmp_path: Path) -> Path:
    (tmp_path / "fees").mkdir()
    (tmp_path / "fees" / "own.toml").write_text(GOOD, "utf-8")
    extend_lock(tmp_path)
    return tmp_path


def test_a_city_adds_its_own_table_from_a_day(city: Path):
    standards = load_standards(city)
    assert "own" not in standards.on(date(2024, 12, 31))
    assert standards.on(date(2025, 1, 1))["own"].document.number == "本市价〔2025〕1号"


def test_a_later_file_replaces_the_table_from_its_day(city: Path):
    later = GOOD.replace("2025-01-01", "2026-01-01").replace("本市标准", "本市新标准")
    (city / "fees" / "own-2026.toml").write_text(later, "utf-8")
    extend_lock(city)
    standards = load_standards(city)
    assert standards.on(date(2025, 12, 31))["own"].name.zh == "本市标准"
    assert standards.on(date(2026, 1, 1))["own"].name.zh == "本市新标准"


def test_two_files_of_one_day_contradict_each_other(city: Path):
    (city / "fees" / "twice.toml").write_text(GOOD, "utf-8")
    extend_lock(city)
    assert any("同日规定同一标准" in str(problem) for problem in check_standards(city))


def test_a_changed_file_is_refused(city: Path):
    (city / "fees" / "own.toml").write_text(GOOD + "# later thought\n", "utf-8")
    with pytest.raises(DataFileError, match="LOCK"):
        load_standards(city)


def test_a_code_like_a_field_of_the_second_part_is_refused():
    assert problems_of(changed('code = "kind"', 'code = "kind-2"')) == [
        "factor：编码不能以“-数字”结尾：与第几部分的字段同名"
    ]
