"""``zjcs draw``."""

from collections.abc import Callable
from pathlib import Path

import click

from market import log
from market.db import Actor, UnitOfWork, reading_work, unit_of_work
from market.draws import actions, bundles, jobs, queries, selfcheck, showing, verification
from market.draws.errors import NoBundleYetError
from market.draws.model import Draw
from market.draws.rules import DrawState
from market.errors import MarketError, MissingError, msgid
from market.installation import Installation
from market.jobs import sweeps
from market.labels import label_of

Opener = Callable[[], Installation]
ACTOR = Actor("job:command")
SIGNATURE_DIGITS = 96


class NoSuchDrawError(MarketError):
    """The number names no draw."""

    sentence = msgid("没有公告编号为 %(number)s 的摇号。用 zjcs draw list 查看全部编号。")

    def __init__(self, number: str) -> None:
        super().__init__(number=number)


@click.group("draw")
def draw() -> None:
    """摇号：查看、到期办理、录入信标、导出与核验。"""


@draw.command("list")
@click.option("--state", type=click.Choice([s.value for s in DrawState]), help="只列此状态。")
@click.option(
    "--limit",
    default=50,
    show_default=True,
    type=click.IntRange(1, 1000),
    help="最多列出几次摇号。",
)
@click.pass_obj
def list_(opener: Opener, state: str | None, limit: int) -> None:
    """列出摇号，最近的在前：编号、状态、随机源、开奖时刻（UTC）、核验结论、项目。"""
    here = opener()
    with reading_work(here.sessions, ACTOR, here.clock) as work:
        chosen = DrawState(state) if state else None
        for row in showing.listed(work, here, state=chosen, limit=limit):
            found = "—" if row.report is None else "核验通过" if row.report.ok else "核验未通过"
            at = row.draw.phi_at.strftime("%Y-%m-%dT%H:%M:%SZ")
            words = (row.number, label_of(row.draw.state).text, row.draw.mode, at, found, row.title)
            click.echo("  ".join(words))


@draw.command("run")
@click.pass_obj
def run(opener: Opener) -> None:
    """立即办理一切到期的摇号步骤。可以反复运行：每步只会办理一次，结果不会改变。"""
    here = opener()
    steps = _run_due(here)
    log.sequence(here)
    click.echo(f"办理了 {steps} 步")


def _run_due(here: Installation) -> int:
    """Do what is due, with every feature that the worker has: one knows the scores of firms."""
    sweeps()
    return jobs.run_due(here)


@draw.command("phi")
@click.option("--round", "round_number", required=True, type=click.IntRange(min=1), help="轮次。")
@click.option("--signature", required=True, help="该轮签名，96 位十六进制。")
@click.pass_obj
def phi(opener: Opener, round_number: int, signature: str) -> None:
    """录入人工带来的 drand 轮次，同一场次的摇号一并开奖。离线核对签名，不对的不会采用。"""
    try:
        value = bytes.fromhex("".join(signature.split()))
    except ValueError:
        raise click.BadParameter("应为十六进制", param_hint="--signature") from None
    if len(value) * 2 != SIGNATURE_DIGITS:
        raise click.BadParameter(f"应为 {SIGNATURE_DIGITS} 位十六进制", param_hint="--signature")
    here = opener()
    with unit_of_work(here.sessions, ACTOR, here.clock) as work:
        done = actions.submit_phi_round(work, here, round_number, value)
    log.sequence(here)
    done += _run_due(here)
    click.echo(f"第 {round_number} 轮核对无误，办理了 {done} 步，等待该轮的摇号已经得出结果")


@draw.command("blocks")
@click.argument("number")
@click.pass_obj
def blocks(opener: Opener, number: str) -> None:
    """说明一次摇号在等什么、被什么挡住、该怎么办。"""
    here = opener()
    with reading_work(here.sessions, ACTOR, here.clock) as work:
        found = selfcheck.blocks_of(work, here, _draw(work, number))
    for block in found:
        click.echo(f"{block.what % block.facts}（{block.do % block.facts}）")
    if not found:
        click.echo("没有等待办理的事项，到时自动进行")


@draw.command("bundle")
@click.argument("number")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def bundle(opener: Opener, number: str, file: Path) -> None:
    """把验证包写入 FILE。"""
    here = opener()
    with reading_work(here.sessions, ACTOR, here.clock) as work:
        body = bundles.bundle_of(work, here, _draw(work, number))
    try:
        file.write_bytes(body)
    except OSError as error:
        raise click.FileError(str(file), str(error.strerror)) from None
    click.echo(f"已写出 {file}（{len(body)} 字节）")


@draw.command("verify")
@click.argument("number")
@click.pass_context
def verify(ctx: click.Context, number: str) -> None:
    """用公开的核验程序核验一次摇号，逐项列出；有一项不成立则退出码 1。

    这里使用平台自己的信任文件。外部核验请用 python -m lottery verify 和公开印发的信任文件。
    """
    here: Installation = ctx.obj()
    with reading_work(here.sessions, ACTOR, here.clock) as work:
        report = verification.report_of(work, here, _draw(work, number))
    if report is None:
        raise NoBundleYetError
    for check in report.checks:
        click.echo(f"{check.outcome.value:<8} {check.name:<4} {check.title.zh}  {check.detail.zh}")
    if report.is_demonstration:
        click.echo("演示模式：平台单方产生随机值，不构成保障")
    click.echo("核验通过" if report.ok else "核验未通过")
    if not report.ok:
        ctx.exit(1)


def _draw(work: UnitOfWork, number: str) -> Draw:
    try:
        return queries.by_number(work, number)
    except MissingError:
        raise NoSuchDrawError(number) from None


commands = (draw,)
