"""A city writes its own rules: drafted, checked, compared, explained; the examples are right."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from deploy import regulation_examples
from market.catalogue.files import load_catalogue
from market.cli import main
from market.clock import ManualClock, beijing
from market.config import Config
from market.installation import Installation
from market.keys import Keys
from market.regulations import DataFileError, NoRegulationError, configure, extend_lock, load
from market.regulations.drafting import Head, NotReplaceableError, draft
from market.regulations.explaining import (
    KEPT,
    SubjectsDifferError,
    UnknownKeyError,
    compare,
    explain,
)
from market.regulations.files import KINDS, SHIPPED
from market.regulations.instruments import parse
from market.regulations.profile import check_profile, line_of

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "docs/regulations/examples").glob("*.toml"))
OLD = "platform-market-process-2024"
DOCS = (ROOT / "docs/regulations.md").read_text("utf-8")
HEAD = Head(
    id="our-city-2027-1",
    title="示例市中介超市管理办法",
    issuer="示例市人民政府",
    document_number="示府办〔2027〕1号",
    source="示例市人民政府公报2027年第1号",
    effective_from=date(2027, 3, 1),
)


@pytest.fixture(autouse=True)
def no_city(monkeypatch):
    monkeypatch.delenv("ZJCS_CITY_RULES_DIR", raising=False)


@pytest.fixture(scope="module")
def known():
    return load()


@pytest.fixture(scope="module")
def text(known):
    return draft(known.by_id(OLD), HEAD)


def run(*arguments):
    return CliRunner().invoke(main, ["regulation", *map(str, arguments)])


def problems(text, known):
    return [str(p) for p in check_profile(text.encode(), "our.toml", known, known)]


def test_a_draft_is_right_and_changes_nothing_but_its_name(known, text):
    assert problems(text, known) == []
    found = []
    new = parse(text.encode(), "our.toml", found)
    old = known.by_id(OLD)
    assert found == []
    assert {k: c.value for k, c in new.clauses.items()} == {
        k: c.value for k, c in old.clauses.items()
    }
    assert all(clause.is_platform_default for clause in new.clauses.values())
    assert compare(old, new)[-1] == f"完全不变：{len(old.clauses)} 项"


@pytest.mark.parametrize("rules", [r for r in load().all() if r.source == "platform default"])
def test_every_platform_default_can_be_drafted(known, rules):
    if rules.id in {old for other in known.all() for old in other.repeals}:
        return
    assert problems(draft(rules, HEAD), known) == []


def test_no_city_replaces_a_law(known):
    with pytest.raises(NotReplaceableError):
        draft(known.by_id("state-council-2025-802"), HEAD)


@pytest.mark.parametrize(
    "case",
    [
        (
            "minimum_applicants = {",
            "minimum_aplicants = {",
            True,
            "是否应为“draw.minimum_applicants”",
        ),
        ("minimum_applicants = {", "minimum_aplicants = {", True, "缺少此项：所废止的文件规定为 3"),
        (
            "minimum_applicants = { value = 3",
            'minimum_applicants = { value = "3"',
            True,
            "应为整数",
        ),
        ("minimum_applicants = { value = 3", "minimum_applicants = { value = -1", True, "负数"),
        ("yellow_percent_left = { value = 20", "yellow_percent_left = { value = 101", True, "100"),
        (
            "silence_accepts = { value = true",
            "silence_accepts = { value = 1",
            True,
            "true 或 false",
        ),
        ("[60, 30, 7]", '["60"]', True, "整数列表"),
        ('subject = "market-process"', 'subject = "market-proces"', True, "“market-process”？"),
        (f'repeals = ["{OLD}"]', "repeals = []", True, f'请写 repeals = ["{OLD}"]'),
        (f'repeals = ["{OLD}"]', 'repeals = ["platform-market-2024"]', True, "不存在"),
        (f'repeals = ["{OLD}"]', 'repeals = ["platform-credit-2024"]', True, "不能由主题"),
        ("effective_from = 2027-03-01", "effective_from = 2023-03-01", True, "不溯及既往"),
        ('issuer = "示例市人民政府"\n', "", False, "缺少此字段"),
        ('source = "platform default" }', 'source = "抄来的" }', True, "只能是"),
        (', source = "platform default" }', "}", True, "二者取一"),
        ("repeals = [", "repeals = [[", True, "不是有效的 TOML"),
    ],
)
def test_each_fault_is_told_with_its_line_and_what_to_do(known, text, case):
    before, after, line, words = case
    assert before in text
    found = problems(text.replace(before, after, 1), known)
    assert any(words in one for one in found), found
    assert all("第 " in one for one in found if words in one) is line


def test_another_encoding_is_told(known):
    (problem,) = check_profile("id = 1\ntitle = '示例'".encode("gb18030"), "our.toml", known, known)
    assert str(problem) == "our.toml 第 2 行：不是 UTF-8 编码。请用文本编辑器另存为 UTF-8 后再检查"


@pytest.mark.parametrize(
    ("key", "line"), [("id", 1), ("a.b", 4), ("a.b.value", 4), ("a.c", 3), ("c.d", 0), ("c", 0)]
)
def test_a_key_is_found_where_it_stands(key, line):
    assert line_of('id = "x"\n\n[a]\nb = { value = 1 }\n', key) == line


def test_a_difference_is_told_in_words_with_day_and_clause(known, text):
    new = text.replace(
        'minimum_applicants = { value = 3, source = "platform default"',
        'minimum_applicants = { value = 4, clause = "第十五条", confirm = true',
    )
    lines = compare(known.by_id(OLD), parse(new.encode(), "our.toml", []))
    assert "自 2027-03-01 起取代前者；此前发布的公告、签订的合同仍按原规则。" in lines
    assert (
        "  draw.minimum_applicants：3 → 4，"
        "《示例市中介超市管理办法》第十五条（待核：尚未与原文核对）" in lines
    )
    with pytest.raises(SubjectsDifferError):
        compare(known.by_id("platform-credit-2024"), known.by_id(OLD))


def test_a_value_is_explained_as_it_stands_on_a_day(known):
    lines = explain(known, "draw.minimum_applicants", date(2026, 3, 2))
    assert lines[1] == "  数值：3"
    assert "平台默认值，没有法律依据" in lines[3]
    before, after = (
        "\n".join(explain(known, "payment:public_owner", date(year, 1, 1))) for year in (2025, 2026)
    )
    assert "《保障中小企业款项支付条例》第八条" in before
    assert "2025-06-01 废止" in before
    assert "国务院令第802号" in after
    assert "待核" in after
    assert len(explain(known, "market-process", date(2026, 3, 2))) > 100
    for wrong in ("draw.minimun_applicants", "minimum", "nothing-like-it"):
        with pytest.raises(UnknownKeyError) as refused:
            explain(known, wrong, date(2026, 3, 2))
        assert ("相近的有" in str(refused.value)) is (wrong != "nothing-like-it")
    with pytest.raises(UnknownKeyError):
        explain(known, "draw.minimum_applicants", date(2020, 1, 1))


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.name)
def test_each_worked_example_is_right_marked_and_loads(file, tmp_path):
    text = file.read_text("utf-8")
    assert text.startswith("# 示例，不是任何地方的现行规定")
    assert "待核" in text
    assert f"`{file.name}`" in DOCS
    done = run("check", file)
    assert (done.exit_code, "无误" in done.output) == (0, True), done.output
    place = tmp_path / ("items" if "[[item]]" in text else "") / file.name
    place.parent.mkdir(exist_ok=True)
    shutil.copy(file, place)
    assert extend_lock(tmp_path) == []
    day = date(2027, 7, 1)
    if "[[item]]" in text:
        item = load_catalogue(tmp_path).on(day)["ZJ-08-001-01"]
        assert item.time_limit_working_days == 17
        assert "岳阳" in item.time_limit_source
        return
    rules = load(tmp_path).in_force("market-process", day)
    assert rules.file.endswith(file.name)
    said = [clause for clause in rules.clauses.values() if not clause.is_platform_default]
    assert said
    assert all(clause.confirm for clause in said)


def test_the_generated_examples_are_what_the_generator_writes():
    assert len(EXAMPLES) == 3
    for name, text in regulation_examples.texts().items():
        assert (regulation_examples.FOLDER / name).read_text("utf-8") == text, (
            "run python -m deploy.regulation_examples"
        )


def test_every_shipped_file_passes_the_check_of_a_file():
    folders = (SHIPPED, SHIPPED.parent / "catalogue", SHIPPED.parent / "tariffs")
    files = [file for folder in folders for kind in KINDS for file in sorted(folder.glob(kind))]
    assert len(files) > 25
    done = run("check", *files)
    assert done.exit_code == 0, done.output


def test_the_commands_of_the_documentation_say_what_it_shows(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    head = ["--id", HEAD.id, "--title", HEAD.title, "--issuer", HEAD.issuer]
    more = ["--number", HEAD.document_number, "--source", HEAD.source, "--from", "2027-03-01"]
    drafted = run("draft", OLD, *head, *more)
    assert drafted.exit_code == 0, drafted.output
    file = tmp_path / "rules" / "our-measures-2027.toml"
    file.parent.mkdir()
    wrong = drafted.output.replace("minimum_applicants =", "minimum_aplicants =", 1)
    file.write_text(wrong, "utf-8")
    refused = run("check", "rules/our-measures-2027.toml")
    assert refused.exit_code == 1
    assert refused.output in DOCS
    right = drafted.output.replace(
        'minimum_applicants = { value = 3, source = "platform default"',
        'minimum_applicants = { value = 4, clause = "第十五条"',
    )
    file.write_text(right, "utf-8")
    assert run("check", file).output == "1 个文件无误，可以施行\n"
    told = run("diff", OLD, "rules/our-measures-2027.toml").output
    assert "\n".join(told.splitlines()[:4]) in DOCS
    assert run("explain", "draw.minimum_applicants", "--on", "2026-03-02").output in DOCS
    assert run("lock", "rules").exit_code == 0
    monkeypatch.setenv("ZJCS_CITY_RULES_DIR", str(file.parent))
    assert run("check").exit_code == 0
    file.write_text(right + '\n[draws]\nx = { value = 1, clause = "一" }\n', "utf-8")
    (file.parent / "LOCK").unlink()
    refused = run("lock", "rules")
    assert refused.exit_code == 1
    assert "draws.x：程序不读取此项" in refused.output
    assert not (file.parent / "LOCK").exists()
    assert run("check", file).exit_code == 1
    assert extend_lock(file.parent) == []
    refused = run("check")
    assert refused.exit_code == 1
    assert "draws.x：程序不读取此项" in refused.output
    later = run("explain", "draw.minimum_applicants", "--on", "2027-03-01").output
    assert "数值：4" in later
    assert "沿革：2024-01-01 起为 3" in later


@pytest.fixture
def with_rules(tmp_path):
    """Open an installation with a city's rules, checked or not, on a day."""
    Keys.make(tmp_path / "keys")

    def begin(text: str, day: date) -> Installation:
        folder = tmp_path / "rules"
        folder.mkdir(exist_ok=True)
        (folder / "own.toml").write_text(text, "utf-8")
        (folder / "LOCK").unlink(missing_ok=True)
        assert extend_lock(folder) == []
        config = Config(
            database_url=f"sqlite:///{tmp_path}/city.db",
            data_dir=tmp_path,
            city_rules_dir=folder,
            demo=True,
        )
        return Installation.open(config, ManualClock(beijing(day, 9)))

    yield begin
    configure()


def test_the_program_does_not_start_with_what_the_check_refuses(with_rules, text):
    day = date(2026, 3, 2)
    with_rules(text, day).engine.dispose()
    with pytest.raises(DataFileError, match=r"draws\.x：程序不读取此项"):
        with_rules(text + '\n[draws]\nx = { value = 1, clause = "一" }\n', day)
    with pytest.raises(DataFileError, match="本文件没有"):
        with_rules(re.sub(r"(?m)^minimum_applicants = .*\n", "", text), day)


def test_a_subject_says_what_stays_under_the_rule_before(known):
    """A new subject is decided here: does anything remember its instrument, or not?"""
    of_the_day = {
        "add-on-contracts",
        "commissioned-services",
        "contract-money",
        "direct-choice",
        "document-retention",
        "documents",
        "experts",
        "fair-competition",
        "fee-disclosure",
        "posting-checks",
        "procurement-threshold",
        "staff",
        "time-counting",
    }
    assert {rules.subject for rules in known.all()} == of_the_day | set(KEPT)
    assert not of_the_day & set(KEPT)
    experts = next(rules for rules in known.all() if rules.subject == "experts")
    assert not any("公告" in line for line in compare(experts, experts)[:2])


def test_wrong_names_are_told():
    assert "已有的编号" in run("diff", "nothing", OLD).output
    assert run("explain", "x", "--on", "yesterday").exit_code == 2
    assert run("check", "nothing.toml").exit_code == 2
    with pytest.raises(NoRegulationError):
        load().in_force("nothing", date(2026, 1, 1))
