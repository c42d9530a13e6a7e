"""``zjcs selfaudit``: the nightly comparison by hand, and what the last one found."""

from collections.abc import Callable

import click

from market.clock import BEIJING
from market.db import Actor, reading_work
from market.installation import Installation
from market.selfaudit import actions, queries
from market.selfaudit.limits import NOT_COMPARED
from market.selfaudit.model import AuditRun

Opener = Callable[[], Installation]
ACTOR = Actor("job:command")
MOST = 10_000


@click.group("selfaudit")
def selfaudit() -> None:
    """每日自查：逐行核对记录与公开日志。"""


@selfaudit.command("run")
@click.pass_context
def run(ctx: click.Context) -> None:
    """立即自查一次，封存新增的行，并把结果写入公开日志；有差异时逐行指出，退出码 1。"""
    here: Installation = ctx.obj()
    _say(ctx, here, actions.run(here))


@selfaudit.command("show")
@click.pass_context
def show(ctx: click.Context) -> None:
    """显示上次自查的结果；有差异时退出码 1。"""
    here: Installation = ctx.obj()
    with reading_work(here.sessions, ACTOR, here.clock) as work:
        last = queries.last_run(work)
    if last is None:
        click.echo("还没有自查过。用 zjcs selfaudit run 立即自查。")
        return
    _say(ctx, here, last)


def _say(ctx: click.Context, here: Installation, run: AuditRun) -> None:
    with reading_work(here.sessions, ACTOR, here.clock) as work:
        found = queries.differences(work, run, limit=MOST)
    for one in found:
        column = f" {one.column_name} 列" if one.column_name else ""
        click.echo(f"不符  {one.table_name} {one.row_key}{column}：{one.what}")
    at = run.at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")
    click.echo(f"{at}（北京时间）核对 {run.rows} 行、日志 {run.size} 条，{len(found)} 处不符")
    click.echo(NOT_COMPARED)
    if found:
        ctx.exit(1)


commands = (selfaudit,)
