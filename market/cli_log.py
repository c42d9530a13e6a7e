"""``zjcs log`` and ``zjcs policy``."""

from collections.abc import Callable, Iterator
from pathlib import Path

import click

from market import log as market_log
from market.db import Actor, reading_work
from market.draws.policy import current_policy
from market.installation import Installation
from market.selfaudit.compare import compare, sequence_differences
from market.selfaudit.differences import Difference
from market.selfaudit.errors import KeptCheckpointError
from market.selfaudit.kept import compare_kept, differences_with_witnesses
from market.selfaudit.reverify import Verified, verified_draws

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
@click.option(
    "--checkpoint",
    "kept",
    metavar="FILE",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="另存的检查点或回执（见证人、监测者、备份处所存），可重复；用于发现整库被恢复到旧状态。",
)
@click.pass_context
def verify(ctx: click.Context, kept: tuple[Path, ...]) -> None:
    """重新计算整个日志，核对每一行记录，重新核验每一次已结束的摇号。

    同时与各见证人最后见到的检查点核对。有差异时逐行指出（表、行、列），退出码 1。
    """
    here: Installation = ctx.obj()
    wrong = sum(map(_say, sequence_differences(here)))
    found = compare(here)
    wrong += sum(map(_say, found.differences))
    wrong += sum(map(_say, _against(here, kept)))
    wrong += sum(map(_say, differences_with_witnesses(here)))
    count = 0
    for one in verified_draws(here):
        count += isinstance(one, Verified)
        wrong += sum(map(_say, _lines(one)))
    if wrong:
        ctx.exit(1)
    click.echo("日志完整：全部条目、哈希块和检查点一致")
    click.echo(f"记录完整：{found.rows} 行与日志一致；已结束的 {count} 次摇号全部核验通过")


def _say(line: object) -> int:
    """Print what was found at once: nothing that fails later can take it back."""
    click.echo(f"不符  {line}")
    return 1


def _lines(one: Verified | Difference) -> Iterator[str]:
    if isinstance(one, Difference):
        yield str(one)
        return
    for name, said in one.failed:
        yield f"draw {one.number}：{name} 未通过（{said.zh}）"


def _against(here: Installation, kept: tuple[Path, ...]) -> Iterator[object]:
    with here.engine.connect().execution_options(reading=True) as connection:
        for path in kept:
            try:
                yield from compare_kept(connection, here, str(path), path.read_bytes())
            except KeptCheckpointError as error:
                yield error


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
