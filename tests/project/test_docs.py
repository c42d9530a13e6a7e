"""What the documents say of the program is true: commands, settings, roles, links, checks."""

import argparse
import re
import shlex
import tomllib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import click
import pytest

import audit.__main__
import lottery.__main__
from deploy import cli_reference
from lottery.checks.findings import TITLES
from market import config, jobs, keys
from market.access import ROLES
from market.app import create_app
from market.cli import main
from market.config import Config
from market.installation import Installation
from market.keys import Keys
from market.labels import label_of
from market.needs.rules import ENROLMENT_CLOSES_HOUR
from market.regulations import current
from market.worker import LEASE_SECONDS, SEQUENCE_SECONDS, TICK_SECONDS

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
ADRS = sorted((DOCS / "adr").glob("[0-9]*.md"))
READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md")
PAGES = [*ROOT.glob("*.md"), *sorted(DOCS.rglob("*.md"))]
OPERATE = (DOCS / "operate.md").read_text("utf-8")
NONE = "（无）"


def short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def section(text: str, heading: str) -> str:
    """Return what stands under a heading, up to the next one."""
    found = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#|\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"there is no section {heading!r}"
    return found[1]


def rows(text: str) -> list[list[str]]:
    """Return the cells of a Markdown table, without its head."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def ticked(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


# The commands.


def test_the_reference_of_the_commands_is_what_the_programs_say():
    written = (DOCS / "cli.md").read_text("utf-8")
    assert written == cli_reference.reference(), "run .venv/bin/python -m deploy.cli_reference"


def commands(command: click.Command, path: str = "zjcs") -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            yield from commands(below, f"{path} {name}")


@pytest.mark.parametrize(("path", "command"), [pytest.param(*c, id=c[0]) for c in commands(main)])
def test_every_command_and_option_has_help(path: str, command: click.Command):
    assert command.help, path
    options = [param for param in command.params if isinstance(param, click.Option)]
    assert [param.name for param in options if not param.help] == []


def told_commands(page: Path) -> list[str]:
    """Return each command line of a page: in a block of code, or between backticks."""
    text = page.read_text("utf-8")
    blocks = re.findall(r"^```(?:sh|text)?\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    lines += re.findall(r"`((?:zjcs|python3? -m) [^`\n]*)`", text)
    return [line.removeprefix("$ ") for line in lines]


PROGRAMS = re.compile(r"(?:^|exec )(?:/opt/zjcs/bin/)?(zjcs|python3? -m (?:lottery|audit)) (.*)")
TOLD = [
    pytest.param(found[1], found[2], id=f"{short(page)}: {line.strip()}"[:100])
    for page in PAGES
    if page.name != "cli.md"
    for line in told_commands(page)
    if (found := PROGRAMS.search(line))
]


def words_of(line: str) -> list[str]:
    """Return the words of a command line up to a comment, a pipe or the end of a quotation."""
    return shlex.split(re.split(r"\s#|\||['…]|\$\(", line)[0].replace('"', ""))


def options_of(words: list[str]) -> list[str]:
    return [word.partition("=")[0] for word in words if word.startswith("-")]


def check_click(words: list[str]) -> None:
    command: click.Command = main
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        name, *words = words
        assert name in command.commands, name
        command = command.commands[name]
    context = click.Context(command, help_option_names=["-h", "--help"])
    known = {name for param in command.get_params(context) for name in param.opts}
    assert set(options_of(words)) <= known


def check_argparse(parser: argparse.ArgumentParser, words: list[str]) -> None:
    name, *words = words
    below = next(a for a in parser._actions if isinstance(a, argparse._SubParsersAction)).choices
    assert name in below, name
    known = {option for action in below[name]._actions for option in action.option_strings}
    assert set(options_of(words)) <= known


def test_the_documents_tell_commands():
    assert len(TOLD) > 20


@pytest.mark.parametrize(("program", "arguments"), TOLD)
def test_every_command_in_the_documents_exists(program: str, arguments: str):
    words = words_of(arguments)
    match program.rsplit(maxsplit=1)[-1]:
        case "zjcs":
            check_click(words)
        case _ if not words:
            pass  # The program as such is meant.
        case "lottery":
            check_argparse(lottery.__main__._parser(), words)
        case "audit":
            check_argparse(audit.__main__._parser(), words)


# The settings.


def test_every_setting_is_described_with_its_default():
    table = {ticked(row[0])[0]: row[1] for row in rows(section(OPERATE, "配置"))}
    assert list(table) == ["DATABASE_URL", *config._VARIABLES]
    for variable, cell in table.items():
        if cell != NONE:
            assert Config.from_environment({variable: ticked(cell)[0]}) == Config(), variable
    fields = {config._VARIABLES[name][0] for name, cell in table.items() if cell == NONE}
    assert {field for field in fields if getattr(Config(), field)} == set()


@pytest.mark.parametrize("page", PAGES, ids=short)
def test_no_page_names_a_setting_that_there_is_not(page: Path):
    told = set(re.findall(r"ZJCS_[A-Z_]*[A-Z]", page.read_text("utf-8")))
    assert told <= set(config._VARIABLES) | config._FOR_OTHERS


def test_the_keys_are_those_the_platform_makes():
    told = [ticked(row[0])[0] for row in rows(section(OPERATE, "密钥"))]
    assert sorted(told) == sorted(keys._FILES)


def test_the_table_of_roles_is_the_programs():
    told = {ticked(row[0])[0]: row for row in rows(section(OPERATE, "账号和角色"))}
    assert set(told) == {role.value for role in ROLES}
    for role, (kind, permissions) in ROLES.items():
        name, organisation, allowed = told[role.value]
        assert name == f"`{role}` {label_of(role).text}"
        assert organisation == label_of(kind).text
        assert ticked(allowed) == sorted(permissions)


def test_what_the_worker_does_is_told_in_its_order():
    told = [ticked(row[1])[0] for row in rows(section(OPERATE, "后台任务"))]
    assert told == [name for name, _, _ in jobs.SWEEPS]
    assert (SEQUENCE_SECONDS, TICK_SECONDS, LEASE_SECONDS) == (1, 5, 30)


def test_the_hours_at_which_nothing_may_be_stopped_are_those_of_the_draws():
    rules = current().by_id("platform-market-process-2024")
    close = timedelta(hours=ENROLMENT_CLOSES_HOUR)
    freeze = close + timedelta(minutes=rules.integer("draw.freeze_within_minutes"))
    drawn = freeze + timedelta(minutes=rules.integer("draw.list_shown_minutes"))
    assert (close, freeze - close, drawn) == (
        timedelta(hours=10),
        timedelta(minutes=5),
        timedelta(hours=10, minutes=35),
    )
    assert "上午 10 时截止、10:35 开奖" in OPERATE
    assert "平台默认为报名截止后 5 分钟" in OPERATE


# The pages.

PLACES = {"公告编号": "GG-2026-000001"}


@pytest.fixture(scope="module")
def addresses(tmp_path_factory):
    """Return what tells whether the site has an address."""
    folder = tmp_path_factory.mktemp("docs")
    settings = Config(database_url=f"sqlite:///{folder / 'none.db'}", data_dir=folder)
    Keys.make(settings.keys_dir)
    here = Installation.open(settings)
    yield create_app(here).url_map.bind("")
    here.engine.dispose()


@pytest.mark.parametrize("page", [DOCS / "operate.md", DOCS / "verify.md", *READMES], ids=short)
def test_every_address_of_the_site_exists(page: Path, addresses):
    pattern = r"`(/(?:healthz|readyz|log|draws|enrol|firm)[^`\s]*)`"
    told = re.findall(pattern, page.read_text("utf-8"))
    assert told
    for address in told:
        for place, value in PLACES.items():
            address = address.replace(place, value).replace("<notice>", value)  # noqa: PLW2901
        if not address.endswith(("/", "…")):
            addresses.match(address, method="GET")


# What a citizen reads.


@pytest.mark.parametrize("heading", ["十四项检查各是什么意思", "Verify a draw yourself"])
def test_every_check_is_explained(heading: str):
    table = rows(section((DOCS / "verify.md").read_text("utf-8"), heading))
    assert [row[0] for row in table] == list(TITLES)
    assert all(len(row) == 3 and all(row) for row in table)


@pytest.mark.parametrize("page", ["operate.md", "verify.md", "trust.md", "install.md"])
def test_a_page_in_chinese_has_an_english_part(page: str):
    text = (DOCS / page).read_text("utf-8")
    assert re.search(r"^## (In English|Verify a draw yourself)$", text, re.MULTILINE)


# Links, decisions, and the two front pages.


def slug(heading: str) -> str:
    """Return the anchor of a heading, as code hosts make it."""
    plain = re.sub(r"[`*]", "", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")


def without_code(text: str) -> str:
    return re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=short)
def test_every_link_leads_somewhere(page: Path):
    for target in re.findall(r"\]\(([^)\s]+)\)", without_code(page.read_text("utf-8"))):
        if target.startswith(("http://", "https://")):
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), target
        if anchor:
            text = without_code(there.read_text("utf-8"))
            anchors = {slug(line) for line in re.findall(r"^#+ (.*)$", text, re.MULTILINE)}
            assert anchor in anchors, target


@pytest.mark.parametrize("page", ADRS, ids=short)
def test_a_decision_has_its_reasons_and_its_price(page: Path):
    text = page.read_text("utf-8")
    assert text.startswith(f"# {page.name[:4]} ")
    for heading in ("Context", "Decision", "Consequences"):
        assert section(text, heading).strip()
    assert "**Cost:**" in section(text, "Consequences")
    assert len(text.splitlines()) <= 70, "one page"


def test_the_list_of_decisions_is_complete():
    listed = re.findall(r"\]\(([0-9][^)]*)\)", (DOCS / "adr" / "README.md").read_text("utf-8"))
    assert listed == [page.name for page in ADRS]
    numbers = [int(page.name[:4]) for page in ADRS]
    assert numbers == list(range(1, len(numbers) + 1))


def shape(page: Path) -> tuple[list[int], list[str], set[str], list[str]]:
    """Return what two versions of one page have in common, whatever their language."""
    text = page.read_text("utf-8")
    levels = [len(marks) for marks in re.findall(r"^(#+) ", without_code(text), re.MULTILINE)]
    blocks = re.findall(r"^```\w*\n.*?^```", text, re.MULTILINE | re.DOTALL)
    links = set(re.findall(r"\]\(([^)\s]+)\)", text)) - {path.name for path in READMES}
    return levels, blocks, links, [ticked(row[0])[0] for row in rows(text)]


def test_the_two_front_pages_say_the_same():
    assert shape(READMES[0]) == shape(READMES[1])


# The features as the Chinese front page calls them.
FEATURES_ZH = {
    "accounts": "账号", "messages": "消息", "letters": "文书", "holidays": "放假安排",
    "clocks": "时限", "supervision": "亮牌督查", "catalogue": "服务事项", "firms": "机构",
    "documents": "材料", "tariffs": "收费标准", "affiliations": "关联", "experts": "专家",
    "needs": "需求", "draws": "摇号", "quotes": "报价", "direct": "直接选取", "bidding": "竞价",
    "panels": "评审组", "scoring": "评分", "explanations": "低价说明", "contracts": "合同",
    "rereview": "复审", "objections": "异议", "complaints": "投诉", "ratings": "评价",
    "credit": "信用", "supplements": "补充合同", "payments": "收付款", "timelines": "项目历程",
    "dossiers": "卷宗", "selfaudit": "自查", "oversight": "监管", "portal": "门户",
}  # fmt: skip


def test_the_front_pages_list_every_feature_from_below():
    """The layers of the import contract are the list; ``sheets`` and what is not one follow."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    (layers,) = (
        contract["layers"]
        for contract in contracts["tool"]["importlinter"]["contracts"]
        if contract["name"].startswith("Features:")
    )
    features = [name.strip("()") for name in reversed(layers) if name.startswith("(")]
    features.remove("sheets")
    english, chinese = (page.read_text("utf-8") for page in READMES)
    assert f"from below: {', '.join(features)};" in english
    assert f"由下至上：{'、'.join(FEATURES_ZH[name] for name in features)}；" in chinese


def test_a_decision_that_changes_another_is_named_by_it():
    """Whoever reads an old record finds the one that extends, changes or supersedes it."""
    known = {page.name[:4]: page.read_text("utf-8") for page in ADRS}
    for number, record in known.items():
        status = re.search(r"\*\*Status:\*\*.*?(?=\n\n)", record, re.DOTALL)
        assert status, number
        for other in set(re.findall(r"\b0\d{3}\b", status[0])) - {number}:
            assert re.search(rf"\b{number}\b", known[other]), f"{other} does not name {number}"


def test_every_folder_on_the_front_page_exists():
    for name in shape(READMES[0])[3]:
        assert (ROOT / name).is_dir(), name
