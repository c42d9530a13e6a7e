"""``zjcs regulation`` and ``zjcs calendar``."""

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import click

from market.clock import beijing_day, system_clock
from market.config import Config
from market.regulations import Problem, Regulation, Regulations, load
from market.regulations.drafting import Head, draft
from market.regulations.explaining import compare, explain, set_aside
from market.regulations.files import unlocked
from market.regulations.instruments import parse
from market.regulations.profile import (
    check_folders,
    check_profile,
    known_beside,
    left_unread,
    located,
)

_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)


def _report(ctx: click.Context, problems: Sequence[object], fine: str) -> None:
    for problem in problems:
        click.echo(f"问题  {problem}")
    if problems:
        ctx.exit(1)
    click.echo(fine)


@click.group("regulation")
def regulation() -> None:
    """规则文件。"""


@regulation.command("check")
@click.argument("files", nargs=-1, type=_FILE, metavar="[FILE]...")
@click.pass_context
def regulation_check(ctx: click.Context, files: tuple[Path, ...]) -> None:
    """检查规则文件：格式、字段、来源、接替关系。

    不写 FILE，检查随程序发布的和本市规则文件夹中的全部文件及 LOCK 摘要。
    写 FILE，逐个检查准备施行的规则文件、服务事项、关联审批事项、合同示范文本、收费标准表或放假
    安排，不要求列入 LOCK。
    """
    if files:
        known = known_beside(*_city_folders())
        problems = [problem for file in files for problem in _check_file(file, known)]
        _report(ctx, problems, f"{len(files)} 个文件无误，可以施行")
        return
    from market import regulations  # noqa: PLC0415 - only this command needs it
    from market.catalogue.attached import check_attached  # noqa: PLC0415 - likewise
    from market.catalogue.files import check_catalogue  # noqa: PLC0415 - likewise
    from market.tariffs.files import check_standards  # noqa: PLC0415 - likewise

    folders = _city_folders()
    everything = [
        *regulations.check(*folders),
        *(check_catalogue(*folders) or check_attached(*folders)),
        *check_standards(*folders),
    ]
    faults = everything or check_folders(*folders)
    for line in [] if everything else _notes(load(*folders)):
        click.echo(f"说明  {line}")
    _report(ctx, faults, "规则文件、服务事项目录和收费标准表无误")


def _notes(known: Regulations) -> list[str]:
    """Say what is no fault, and what somebody should know of the files in use."""
    return [*set_aside(known), *left_unread(known, load())]


def _city_folders() -> list[Path]:
    folder = Config.from_environment().city_rules_dir
    return [folder] if folder else []


def _known() -> Regulations:
    return load(*_city_folders())


def _check_file(file: Path, known: Regulations) -> Sequence[Problem]:
    """Check one file as what it is: its top keys tell."""
    from market.calendar import parse_notice  # noqa: PLC0415 - only this command needs it
    from market.catalogue.attached import parse_attached  # noqa: PLC0415 - likewise
    from market.catalogue.files import parse_items  # noqa: PLC0415 - likewise
    from market.tariffs.files import parse_standard  # noqa: PLC0415 - likewise

    content = file.read_bytes()
    text = content.decode("utf-8", "replace")
    for mark, parse_file in (
        (r"(?m)^\[\[(approval|model)\]\]", parse_attached),
        (r"(?m)^\[\[item\]\]|^withdraws", parse_items),
        (r"(?m)^\[\[holiday\]\]", parse_notice),
        (r"(?m)^\[\[variant\]\]|^\[variant\]", parse_standard),
    ):
        if re.search(mark, text):
            found: list[Problem] = []
            parse_file(content, str(file), found)
            return located(found, text)
    return check_profile(content, str(file), known, load())


@regulation.command("diff")
@click.argument("old")
@click.argument("new")
@click.pass_context
def regulation_diff(ctx: click.Context, old: str, new: str) -> None:
    """用文字说明规则文件 NEW 相对 OLD 改变了哪些数值、自何时起、依据哪一条。

    OLD 和 NEW 可以是文件路径，也可以是已有规则文件的编号。
    """
    known = _known()
    for line in compare(_instrument(ctx, old, known), _instrument(ctx, new, known)):
        click.echo(line)


def _instrument(ctx: click.Context, name: str, known: Regulations) -> Regulation:
    file = Path(name)
    if not file.is_file():
        try:
            return known.by_id(name)
        except KeyError:
            ids = "、".join(rules.id for rules in known.all())
            raise click.BadParameter(f"没有“{name}”这个文件或编号。已有的编号：{ids}") from None
    problems: list[Problem] = []
    content = file.read_bytes()
    found = parse(content, name, problems)
    if problems:
        _report(ctx, located(problems, content.decode("utf-8", "replace")), "")
    return found


@regulation.command("explain")
@click.argument("key")
@click.option(
    "--on",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="哪一天的规则，例如 2027-03-01；不写为今天。",
)
def regulation_explain(key: str, day: datetime | None) -> None:
    """说明规则项 KEY 在某一天的数值、所在文件、条款、来源，是平台默认值还是待核。

    KEY 例如 draw.minimum_applicants；只写一节（draw）或一个主题（market-process）列出其中各项。
    """
    on = day.date() if day else beijing_day(system_clock())
    for line in explain(_known(), key, on):
        click.echo(line)


@regulation.command("draft")
@click.argument("old")
@click.option("--id", "new_id", required=True, help="新文件的编号，例如 our-city-2027-1。")
@click.option("--title", required=True, help="文件名称。")
@click.option("--issuer", required=True, help="制定机关。")
@click.option("--number", required=True, help="文号。")
@click.option("--source", required=True, help="原文的出处，例如公报期号或网址。")
@click.option(
    "--from", "first", type=click.DateTime(["%Y-%m-%d"]), required=True, help="施行日期。"
)
@click.pass_context
def regulation_draft(ctx: click.Context, /, old: str, first: datetime, **head: str) -> None:
    """打印取代规则文件 OLD 的本市文件草稿：各项照抄现值、注明平台默认，供逐项修改。"""
    rules = _instrument(ctx, old, _known())
    facts = Head(
        id=head["new_id"],
        title=head["title"],
        issuer=head["issuer"],
        document_number=head["number"],
        source=head["source"],
        effective_from=first.date(),
    )
    click.echo(draft(rules, facts), nl=False)


@regulation.command("lock")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.pass_context
def regulation_lock(ctx: click.Context, folder: Path) -> None:
    """把本市规则文件夹 FOLDER 中新增文件的摘要写入 LOCK；已锁定的文件不得改动。

    新增文件先照 regulation check 检查，有误的不写入：锁定之后就不能再改。
    """
    from market import regulations  # noqa: PLC0415 - only this command needs it

    known = known_beside(folder)
    faulty = [problem for file in unlocked(folder) for problem in _check_file(file, known)]
    _report(ctx, faulty or regulations.extend_lock(folder), f"已更新 {folder / 'LOCK'}")


@click.group("calendar")
def calendar() -> None:
    """工作日历。"""


@calendar.command("check")
@click.pass_context
def calendar_check(ctx: click.Context) -> None:
    """检查放假安排文件：每年是否有国务院通知、调休是否成对、是否互相矛盾。"""
    from market.calendar import check_calendar, load_calendar  # noqa: PLC0415

    folders = _city_folders()
    problems = check_calendar(*folders)
    if not problems:
        years = load_calendar(*folders).years
        click.echo(f"已有年份：{years.start}–{years.stop - 1}")
    _report(ctx, problems, "日历无误")


commands = (regulation, calendar)
