"""``zjcs log`` and ``zjcs policy``."""

from collections.abc import Callable
from pathlib import Path

import click

from market import log as market_log
from market.db import Actor, reading_work
from market.draws.policy import current_policy
from market.installation import Installation

Opener = Callable[[], Installation]


@click.group("log")
def log_group() -> None:
    """公开日志：导出、验证。"""


@log_group.command("export")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.pass_obj
def export(opener: Opener, folder: Path) -> None:
    """把日志导出为静态文件：DIR/checkpoint、DIR/tile/…、DIR/log.vkey。"""
    market_log.export(opener(), folder)
    click.echo(f"已导出到 {folder}")


@log_group.command("verify")
@click.pass_context
def verify(ctx: click.Context) -> None:
    """从数据库内的条目重新计算整个日志；有差异时逐行指出，退出码 1。"""
    here: Installation = ctx.obj()
    with here.engine.connect().execution_options(reading=True) as connection:
        findings = market_log.log_of(here).verify(connection)
    for finding in findings:
        click.echo(f"不符  {finding}")
    if findings:
        ctx.exit(1)
    click.echo("日志完整：全部条目、哈希块和检查点一致")


@click.group("policy")
def policy_group() -> None:
    """验证者的信任文件。"""


@policy_group.command("export")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def policy_export(opener: Opener, file: Path) -> None:
    """写出 C2SP tlog-policy 文件，供市民验证摇号时使用。

    请通过公报、公告栏等渠道公布本文件；验证者不应从平台网站取得它。
    """
    here = opener()
    with reading_work(here.sessions, Actor("job:policy"), here.clock) as work:
        file.write_text(current_policy(work, here), "utf-8")
    click.echo(f"已写出 {file}")


commands = (log_group, policy_group)
