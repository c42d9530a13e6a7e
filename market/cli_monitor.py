"""``zjcs monitor``: for whoever wants to watch a platform; it opens no installation."""

import json
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click

from market.monitoring.errors import MonitorError, NumbersFileError
from market.monitoring.files import replace
from market.monitoring.findings import Kept, instant
from market.monitoring.folder import Folder
from market.monitoring.monitor import Monitor, Round, open_monitor
from market.monitoring.page import status_page

NOTHING, FOUND, COULD_NOT = 0, 1, 2
LEAST_SECONDS: Final = 5


@click.command("monitor")
@click.argument("url")
@click.option(
    "--policy",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="您自己的信任文件，从公报等渠道取得，不要从平台下载。",
)
@click.option(
    "--folder",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="保存所见一切的文件夹。",
)
@click.option("--once", is_flag=True, help="只看一次（不写 --every 时也是如此）。")
@click.option("--every", type=click.IntRange(min=LEAST_SECONDS), help="每隔多少秒看一次。")
@click.option("--json", "as_json", is_flag=True, help="每次查看输出一行 JSON。")
@click.option(
    "--html", type=click.Path(path_type=Path, dir_okay=False), help="同时写出静态状态页。"
)
@click.pass_context
def monitor(
    ctx: click.Context,
    url: str,
    policy: Path,
    folder: Path,
    *,
    once: bool,
    every: int | None,
    as_json: bool,
    html: Path | None,
) -> None:
    """从外部监测一个平台：跟随公开日志，重新核验每一次摇号，保存证据。

    不需要平台的配置和数据库。退出码：0 没有发现，1 有发现，2 无法工作。用法见 docs/monitor.md。
    """
    if once and every:
        raise click.UsageError("--once 与 --every 不能同时使用")
    code = COULD_NOT
    try:
        with Folder(folder) as kept:
            watcher = open_monitor(url, policy, kept)
            for done in _rounds(watcher, every):
                text = _json(url, done) if as_json else _text(done, whole=every is None)
                click.echo(text)
                if html:
                    replace(html, status_page(url, done).encode())
                code = _code(done)
    except (MonitorError, OSError) as error:
        click.echo(f"错误：{error}", err=True)
        ctx.exit(COULD_NOT)
    ctx.exit(code)


def _rounds(watcher: Monitor, every: int | None) -> Iterator[Round]:
    """Yield one round, or one after another until SIGTERM or Ctrl-C."""
    if every is None:
        yield watcher.round()
        return
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    while not stop.is_set():
        try:
            yield watcher.round()
        except NumbersFileError as error:  # somebody is typing: the next round reads it again
            click.echo(f"错误：{error}", err=True)
        stop.wait(every)


def _code(done: Round) -> int:
    if done.open:
        return FOUND
    return COULD_NOT if done.unreachable else NOTHING


def _text(done: Round, *, whole: bool) -> str:
    """Say what is new, what no longer holds and, if asked, what still does; then a summary."""
    lines = [kept.finding.line for kept in done.changes.found]
    new = {kept.finding.name for kept in done.changes.found}
    lines += [
        f"仍未解决 / still open  {kept.finding.line}"
        for kept in done.open
        if whole and kept.finding.name not in new
    ]
    lines += [f"已不再出现 / gone  {kept.finding.line}" for kept in done.changes.gone]
    if done.unreachable:
        lines.append(f"{done.unreachable} / The platform did not answer.")
        lines.append(
            "本次未能完成核对，不能说明没有问题；以下是以前所见 / "
            "this look could not be finished and shows nothing; below is what was seen before"
        )
    if done.untyped:
        lines.append(
            f"有 {done.untyped} 次摇号的开奖号码待您录入 numbers.txt / "
            f"type the lottery numbers of {done.untyped} draws into numbers.txt"
        )
    lines.append(
        f"{instant(int(done.at.timestamp()))}  日志 {done.size} 条，摇号 {done.draws} 次，"
        f"已结束 {done.finished}，核验通过 {done.verified}，未解决的发现 {len(done.open)} / "
        f"log {done.size}, draws {done.draws}, finished {done.finished}, "
        f"verified {done.verified}, open findings {len(done.open)}"
    )
    return "\n".join(lines)


def _json(url: str, done: Round) -> str:
    row = {
        "at": instant(int(done.at.timestamp())),
        "url": url,
        "size": done.size,
        "draws": done.draws,
        "finished": done.finished,
        "verified": done.verified,
        "numbers_to_type": done.untyped,
        "reached": done.unreachable is None,
        "new": [_finding(kept) for kept in done.changes.found],
        "gone": [_finding(kept) for kept in done.changes.gone],
        "open": [_finding(kept) for kept in done.open],
    }
    return json.dumps(row, ensure_ascii=False, sort_keys=True)


def _finding(kept: Kept) -> dict[str, object]:
    times = {"first_seen": instant(kept.first_seen), "last_seen": instant(kept.last_seen)}
    return kept.finding.to_json() | times


commands = (monitor,)
