"""Dated rules: the right one on the right day, each value with its source, no file edited."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from market.calendar import default_calendar
from market.regulations import (
    DataFileError,
    NoClauseError,
    NoRegulationError,
    Regulations,
    check,
    configure,
    current,
    extend_lock,
    in_force,
    load,
)
from market.regulations.files import LOCK, SHIPPED, check_lock, lock_text
from market.regulations.instruments import parse

DOCS = Path(__file__).parents[2] / "docs/regulations.md"
MARKET = SHIPPED.parent
SPINE = ("market-process", "credit", "credit-terms", "procurement-threshold", "time-counting")


def an_instrument(**differences: str) -> str:
    facts = {
        "id": '"city-2026"',
        "subject": '"market-process"',
        "title": '"示例市中介超市管理办法"',
        "issuer": '"示例市人民政府"',
        "document_number": '"示府办〔2026〕1号"',
        "source": '"示例市人民政府公报"',
        "effective_from": "2026-07-01",
        "repeals": "[]",
    } | differences
    head = "".join(f"{key} = {value}\n" for key, value in facts.items() if value)
    return head + '[draw]\nminimum_applicants = { value = 4, clause = "第十五条" }\n'


def a_successor(**changes: str) -> str:
    """The shipped process rules as a city would replace them, with some values changed."""
    text = (SHIPPED / "platform-market-process-2024.toml").read_text("utf-8")
    text = text.replace('id = "platform-market-process-2024"', 'id = "city-2026"')
    text = text.replace(
        "effective_from = 2024-01-01",
        'effective_from = 2026-07-01\nrepeals = ["platform-market-process-2024"]\n'
        'document_number = "示府办〔2026〕1号"',
    )
    for key, value in changes.items():
        text = re.sub(rf"(?m)^{key} = .*$", f"{key} = {value}", text)
    return text


def a_folder(tmp_path: Path, **files: str) -> Path:
    for name, text in files.items():
        (tmp_path / f"{name}.toml").write_text(text, "utf-8")
    assert extend_lock(tmp_path) == []
    return tmp_path


def sentences(*folders: Path) -> str:
    return "\n".join(map(str, check(*folders)))


def test_what_ships_is_in_order():
    assert check() == []
    assert (SHIPPED / LOCK).read_text("utf-8") == lock_text(SHIPPED)
    assert check_lock(SHIPPED / "demonstration") == []


@pytest.mark.parametrize("subject", SPINE)
def test_one_instrument_is_in_force_on_every_day_since_2024(subject: str):
    for week in range(160):
        assert in_force(subject, date(2024, 1, 1) + timedelta(weeks=week)).subject == subject


def test_the_first_day_counts_and_the_predecessor_ends_the_day_before():
    assert in_force("credit-terms", date(2026, 3, 31)).id == "platform-credit-terms-2024"
    assert in_force("credit-terms", date(2026, 4, 1)).id == "ndrc-2025-36"
    old = current().by_id("platform-credit-terms-2024")
    assert current().ended_on(old) == date(2026, 4, 1)


def test_nothing_was_in_force_before():
    with pytest.raises(NoRegulationError, match="2023-12-31"):
        in_force("market-process", date(2023, 12, 31))
    with pytest.raises(NoRegulationError, match="no-such-subject"):
        in_force("no-such-subject", date(2026, 1, 1))


def test_values_are_read_by_key_and_say_where_they_come_from():
    rules = in_force("market-process", date(2026, 11, 21))
    assert rules["draw.minimum_applicants"] == 3
    assert rules.integer("clock.yellow_percent_left") == 20
    assert rules.flag("deliverable.silence_accepts") is True
    assert rules.integers("registration.expiry_reminder_days") == (60, 30, 7)
    assert rules.clause_of("draw.minimum_applicants") == "platform default"
    law = in_force("procurement-threshold", date(2026, 11, 21))
    assert (
        law.clause_of("engineering_services.single_contract_from_fen") == "第五条第一款第（三）项"
    )
    assert law.integer("engineering_services.single_contract_from_fen") == 1_000_000 * 100
    assert law.texts("engineering_services.listed") == ("勘察", "设计", "监理")
    assert in_force("credit", date(2026, 1, 1)).texts("listing.direct_breaches")


@pytest.mark.parametrize(
    "ask",
    [
        lambda rules: rules["draw.nothing"],
        lambda rules: rules.integer("deliverable.silence_accepts"),
        lambda rules: rules.flag("draw.minimum_applicants"),
        lambda rules: rules.text("draw.minimum_applicants"),
        lambda rules: rules.texts("draw.minimum_applicants"),
        lambda rules: rules.integers("draw.minimum_applicants"),
        lambda rules: rules.clause_of("draw.nothing"),
    ],
)
def test_a_missing_value_or_one_of_another_type_is_loud(ask):
    with pytest.raises(NoClauseError):
        ask(in_force("market-process", date(2026, 11, 21)))


def test_every_value_the_program_asks_for_ships():
    asked = re.compile(r'\.(integers?|flag|texts?)\(\s*"([a-z_]+\.[a-z_]+)"')
    shipped = {key for regulation in current().all() for key in regulation.clauses}
    modules = [path for path in MARKET.rglob("*.py") if path.parent != SHIPPED]
    keys = {key for path in modules for _, key in asked.findall(path.read_text("utf-8"))}
    assert keys
    assert keys - shipped == set()


def test_no_platform_default_claims_a_clause_and_no_law_lacks_one():
    for regulation in current().all():
        for key, clause in regulation.clauses.items():
            assert bool(clause.clause) != clause.is_platform_default, (regulation.id, key)
            assert regulation.document_number or clause.is_platform_default


def test_a_city_repeals_the_defaults_from_its_own_day(tmp_path: Path):
    folder = a_folder(
        tmp_path, city=a_successor(minimum_applicants='{ value = 4, clause = "第十五条" }')
    )
    assert check(folder) == []
    rules = load(folder)
    assert (
        rules.in_force("market-process", date(2026, 6, 30)).integer("draw.minimum_applicants") == 3
    )
    after = rules.in_force("market-process", date(2026, 7, 1))
    assert after.integer("draw.minimum_applicants") == 4
    assert after.clause_of("draw.minimum_applicants") == "第十五条"


def test_two_at_once_are_a_problem(tmp_path: Path):
    folder = a_folder(tmp_path, city=an_instrument())
    assert "2026-07-01 有2个文件同时有效" in sentences(folder)
    with pytest.raises(DataFileError):
        load(folder)


def test_two_at_once_are_refused_when_asked():
    problems: list = []
    twice = [
        parse(an_instrument(id=f'"{name}"').encode(), name, problems) for name in ("one", "two")
    ]
    assert problems == []
    with pytest.raises(NoRegulationError, match="找到2件"):
        Regulations(twice).in_force("market-process", date(2026, 7, 1))


def test_a_successor_must_carry_every_value_of_its_predecessor(tmp_path: Path):
    text = an_instrument(repeals='["platform-market-process-2024"]')
    assert "notice.default_working_days" in sentences(a_folder(tmp_path, city=text))


def test_a_successor_must_keep_the_type_of_a_value(tmp_path: Path):
    text = a_successor(silence_accepts='{ value = 1, clause = "第九条" }')
    assert "deliverable.silence_accepts" in sentences(a_folder(tmp_path, city=text))


@pytest.mark.parametrize(
    ("repeals", "sentence"),
    [
        ('["nothing"]', "不存在"),
        ('["platform-credit-2024"]', "主题不同"),
        ('["platform-market-process-2024", "platform-market-process-2024"]', "重复项"),
    ],
)
def test_a_wrong_repeal_is_a_problem(tmp_path: Path, repeals: str, sentence: str):
    assert sentence in sentences(a_folder(tmp_path, city=an_instrument(repeals=repeals)))


def test_an_instrument_repealed_twice_is_a_problem(tmp_path: Path):
    other = a_successor().replace("city-2026", "city-2027").replace("2026-07-01", "2027-07-01")
    assert "被不止一个文件废止" in sentences(a_folder(tmp_path, a=a_successor(), b=other))


def test_two_files_with_one_id_are_a_problem(tmp_path: Path):
    assert "同一个 id" in sentences(a_folder(tmp_path, a=an_instrument(), b=an_instrument()))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (an_instrument(effective_from=""), "缺少此字段"),
        (an_instrument(effective_from="2026-07-01T00:00:00Z"), "应为日期"),
        (an_instrument(effective_to="2027-01-01"), "effective_to：应为表"),
        (an_instrument(document_number=""), "引用条款的文件须写明文号"),
        (an_instrument(title="1"), "应为文字"),
        (an_instrument().split("[draw]")[0], "没有任何规则项"),
        (an_instrument() + "x = { value = 1 }\n", "二者取一"),
        (
            an_instrument() + 'x = { value = 1, clause = "一", source = "platform default" }\n',
            "二者取一",
        ),
        (an_instrument() + 'x = { value = 1, source = "common sense" }\n', "只能是"),
        (an_instrument() + 'x = { value = 1, clause = "一", colour = "red" }\n', "colour：不认识"),
        (an_instrument() + 'x = { value = 1.5, clause = "一" }\n', "应为整数"),
        (an_instrument() + 'x = { value = [], clause = "一" }\n', "应为整数"),
        (an_instrument() + 'x = { value = [1, "a"], clause = "一" }\n', "应为整数"),
        (an_instrument() + 'x = { clause = "一" }\n', "应为整数"),
        (an_instrument() + "x = 3\n", "应为表"),
        ("not toml", "不是有效的 UTF-8 TOML"),
    ],
)
def test_a_bad_file_is_told_what_is_wrong(text: str, sentence: str):
    problems: list = []
    parse(text.encode(), "bad.toml", problems)
    assert sentence in "\n".join(map(str, problems))


def test_a_changed_file_is_noticed(tmp_path: Path):
    folder = a_folder(tmp_path, city=a_successor())
    (folder / "city.toml").write_text(a_successor() + "\n", "utf-8")
    assert "不得修改" in sentences(folder)
    assert "不得修改" in "".join(map(str, extend_lock(folder)))
    with pytest.raises(DataFileError, match="不得修改"):
        load(folder)


def test_a_lost_file_and_an_unlisted_one_are_noticed(tmp_path: Path):
    folder = a_folder(tmp_path, city=a_successor())
    (folder / "city.toml").rename(folder / "renamed.toml")
    found = sentences(folder)
    assert "文件不见了" in found
    assert "未列入 LOCK" in found


def test_a_folder_without_a_lock_is_refused(tmp_path: Path):
    (tmp_path / "city.toml").write_text(a_successor(), "utf-8")
    assert "缺少 LOCK" in sentences(tmp_path)


def test_a_digest_is_of_the_bytes_of_the_file():
    line = next(x for x in lock_text(SHIPPED).splitlines() if "ndrc-2025-36" in x)
    assert current().by_id("ndrc-2025-36").digest == line.split()[0]


def test_configured_folders_feed_the_rules_in_force(tmp_path: Path):
    try:
        configure(a_folder(tmp_path, city=a_successor()))
        assert in_force("market-process", date(2026, 7, 1)).id == "city-2026"
    finally:
        configure()
    assert in_force("market-process", date(2026, 7, 1)).id == "platform-market-process-2024"


def test_the_documentation_lists_every_instrument_and_every_value_to_be_confirmed():
    text = DOCS.read_text("utf-8")
    for regulation in current().all():
        row = next((x for x in text.splitlines() if f"`{regulation.id}`" in x), "")
        assert regulation.title in row, regulation.id
        assert f"`{regulation.subject}`" in row
        assert str(regulation.effective_from) in row
        for key, clause in regulation.clauses.items():
            line = next(
                x for x in text.splitlines() if x.startswith(f"| `{regulation.id}` | `{key}`")
            )
            assert ("待核" in line) == clause.confirm, (regulation.id, key)
            assert (clause.clause or "平台默认") in line
            assert f"| {as_printed(clause.value)} |" in line
    for notice in default_calendar().notices:
        assert f"| {notice.year} | {notice.document_number} | {notice.issued_on} |" in text


def as_printed(value: object) -> str:
    if isinstance(value, tuple):
        return "、".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)
