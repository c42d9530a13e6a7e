"""The catalogue as a table: out, in again, and as the data files a city puts to use."""

from datetime import date

import pytest
from click.testing import CliRunner

from market.catalogue.columns import ITEM_COLUMNS
from market.catalogue.datafiles import data_files
from market.catalogue.files import load_catalogue, parse_items
from market.catalogue.tables import changed, item_cells, read_items
from market.cli import main
from market.regulations import extend_lock
from market.sheets.reading import read_sheet
from market.sheets.writing import Format, written

FIRST = date(2027, 1, 1)
HEAD = [column.heading for column in ITEM_COLUMNS]
KEYS = [column.key for column in ITEM_COLUMNS]


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue()


@pytest.fixture(scope="module")
def rows(catalogue):
    return [item_cells(item) for item in catalogue.on(FIRST).values()]


@pytest.fixture(autouse=True)
def no_city(monkeypatch):
    monkeypatch.delenv("ZJCS_CITY_RULES_DIR", raising=False)


def run(*arguments):
    return CliRunner().invoke(main, ["item", *map(str, arguments)])


@pytest.mark.parametrize("form", Format)
def test_what_goes_out_comes_in_unchanged(catalogue, rows, form):
    items, problems = read_items(written(form, HEAD, rows), FIRST)
    assert problems == []
    assert len(items) == len(rows) > 40
    assert changed(items, catalogue, FIRST) == []


def test_the_data_files_say_what_the_table_says(rows):
    items, _ = read_items(written(Format.CSV, HEAD, rows), FIRST)
    found = []
    for name, text in data_files(items, FIRST).items():
        problems = []
        found += parse_items(text.encode(), name, problems).items
        assert problems == []
    assert found == items


@pytest.mark.parametrize(
    ("key", "cell", "words"),
    [
        ("code", "ZJ-99-001-01", "类别"),
        ("code", "X", "编码应为"),
        ("time_limit_working_days", "0", "至少 1 个工作日"),
        ("time_limit_working_days", "1.5", "不是可用的数字"),
        ("match", "随便", "任一、全部"),
        ("qualifications", "口头答应|资质", "写法不对"),
        ("qualifications", "行政许可|资质|特级", "不在可填的范围内"),
        ("qualifications", "行政许可|a|甲级|b|c", "写法不对"),
        ("basis", "", "未填写"),
        ("incompatible_with", "ZJ-1", "不在可填的范围内"),
        ("fee_kind", "政府定价", "市场调节价"),
    ],
)
def test_a_faulty_cell_is_named(rows, key, cell, words):
    row = list(rows[0])
    row[KEYS.index(key)] = cell
    items, ((problem),) = read_items(written(Format.XLSX, HEAD, [row]), FIRST)
    assert items == []
    assert problem.row == 2
    assert words in str(problem.error)


def test_an_item_stands_once_in_a_table(rows):
    _, (problem,) = read_items(written(Format.XLSX, HEAD, [rows[0], rows[0]]), FIRST)
    assert str(problem.error) == "与第 2 行重复。请删去其中一行"


def test_a_city_edits_the_table_and_puts_its_items_to_use(tmp_path, monkeypatch):
    table, folder = tmp_path / "items.xlsx", tmp_path / "rules"
    folder.mkdir()
    assert run("export", table, "--on", "2027-01-01").exit_code == 0
    same = run("import", table, folder, "--from", "2027-01-01")
    assert "其中 0 个" in same.output
    assert list(folder.iterdir()) == []
    head, first, *others = [row.cells for row in read_sheet(table.read_bytes(), HEAD).rows]
    first = list(first)
    first[KEYS.index("time_limit_working_days")] = "9"
    first[KEYS.index("time_limit_source")] = "示府办〔2027〕1号第三条"
    table.write_bytes(written(Format.XLSX, head, [first, *others]))
    assert list(folder.iterdir()) == []
    assert "其中 1 个" in run("import", table, folder, "--from", "2027-01-01", "--dry-run").output
    done = run("import", table, folder, "--from", "2027-01-01")
    assert (done.exit_code, "已写入" in done.output) == (0, True)
    assert "已有" in run("import", table, folder, "--from", "2027-01-01").output
    assert extend_lock(folder) == []
    item = load_catalogue(folder).on(FIRST)[first[0]]
    assert (item.time_limit_working_days, item.time_limit_is_default) == (9, False)
    monkeypatch.setenv("ZJCS_CITY_RULES_DIR", str(folder))
    again = run("import", table, folder, "--from", "2027-01-01")
    assert "其中 0 个" in again.output


def test_a_faulty_table_writes_nothing(tmp_path, rows):
    table = tmp_path / "items.csv"
    bad = list(rows[0])
    bad[0] = "X"
    table.write_bytes(written(Format.CSV, HEAD, [bad]))
    refused = run("import", table, tmp_path, "--from", "2027-01-01")
    assert refused.exit_code == 1
    assert "第 2 行 事项编码（X）" in refused.stderr
    assert run("export", tmp_path / "items.doc").exit_code == 2
    assert not (tmp_path / "items").exists()
