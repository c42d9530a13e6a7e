"""``zjcs clock``."""

from collections.abc import Callable, Sequence
from typing import Final

import click

from market import jobs
from market.clock import BEIJING
from market.db import Actor, reading_work
from market.installation import Installation
from market.sweeping import PutOff, put_off

READER: Final = Actor("cli")


@click.group("clock")
def clock() -> None:
    """服务时限。"""


@clock.command("sweep")
@click.pass_context
def sweep(ctx: click.Context) -> None:
    """立即巡查：办理一切到期事项、发放黄牌红牌。可以反复运行，不会重复发牌。"""
    opener: Callable[[], Installation] = ctx.obj
    here = opener()
    done = jobs.tick(here)
    for name, count in done.items():
        click.echo(f"{name}: {'失败，见日志' if count < 0 else count}")
    for row in _put_off(here):
        again = f"{row.again_at.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"
        what = f"{row.task} {row.key}（{row.fault}，已试 {row.tries} 次"
        click.echo(f"暂缓: {what}，{again} 再试）")
    if min(done.values()) < 0:
        ctx.exit(1)


def _put_off(here: Installation) -> Sequence[PutOff]:
    with reading_work(here.sessions, READER, here.clock) as work:
        return put_off(work)


commands = (clock,)
