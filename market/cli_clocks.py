"""``zjcs clock``."""

from collections.abc import Callable

import click

from market import jobs
from market.installation import Installation


@click.group("clock")
def clock() -> None:
    """服务时限。"""


@clock.command("sweep")
@click.pass_context
def sweep(ctx: click.Context) -> None:
    """立即巡查：办理一切到期事项、发放黄牌红牌。可以反复运行，不会重复发牌。"""
    opener: Callable[[], Installation] = ctx.obj
    done = jobs.tick(opener())
    for name, count in done.items():
        click.echo(f"{name}: {'失败，见日志' if count < 0 else count}")
    if min(done.values()) < 0:
        ctx.exit(1)


commands = (clock,)
