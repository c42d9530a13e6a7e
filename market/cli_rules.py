"""``zjcs regulation`` and ``zjcs calendar``."""

import click

from market.config import Config


def _report(ctx: click.Context, problems: list[object], fine: str) -> None:
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

    folder = Config.from_environment().city_rules_dir
    _report(ctx, [*regulations.check(*([folder] if folder else []))], "规则文件无误")


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
    _report(ctx, [*problems], "日历无误")


commands = (regulation, calendar)
