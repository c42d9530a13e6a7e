"""``zjcs regulation`` and ``zjcs calendar``."""

from collections.abc import Sequence
from pathlib import Path

import click

from market.config import Config


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
@click.pass_context
def regulation_check(ctx: click.Context) -> None:
    """检查随程序发布的和本市自己的规则文件：格式、来源、LOCK 摘要、施行日期。"""
    from market import regulations  # noqa: PLC0415 - only this command needs it
    from market.catalogue.files import check_catalogue  # noqa: PLC0415 - likewise
    from market.tariffs.files import check_standards  # noqa: PLC0415 - likewise

    folder = Config.from_environment().city_rules_dir
    folders = [folder] if folder else []
    problems = [
        *regulations.check(*folders),
        *check_catalogue(*folders),
        *check_standards(*folders),
    ]
    _report(ctx, problems, "规则文件、服务事项目录和收费标准表无误")


@regulation.command("lock")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.pass_context
def regulation_lock(ctx: click.Context, folder: Path) -> None:
    """把本市规则文件夹 FOLDER 中新增文件的摘要写入 LOCK；已锁定的文件不得改动。"""
    from market import regulations  # noqa: PLC0415 - only this command needs it

    _report(ctx, regulations.extend_lock(folder), f"已更新 {folder / 'LOCK'}")


@click.group("calendar")
def calendar() -> None:
    """工作日历。"""


@calendar.command("check")
@click.pass_context
def calendar_check(ctx: click.Context) -> None:
    """检查放假安排文件：每年是否有国务院通知、调休是否成对、是否互相矛盾。"""
    from market.calendar import check_calendar, load_calendar  # noqa: PLC0415

    folder = Config.from_environment().city_rules_dir
    folders = [folder] if folder else []
    problems = check_calendar(*folders)
    if not problems:
        years = load_calendar(*folders).years
        click.echo(f"已有年份：{years.start}–{years.stop - 1}")
    _report(ctx, problems, "日历无误")


commands = (regulation, calendar)
