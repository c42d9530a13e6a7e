"""``zjcs demo``."""

from pathlib import Path

import click


@click.command()
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="监听端口。"
)
@click.option(
    "--folder",
    default=Path("var/demo"),
    show_default=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="演示城市的数据文件夹；已存在则沿用。",
)
@click.pass_context
def demo(ctx: click.Context, port: int, folder: Path) -> None:
    """建立演示城市（首次）并启动网站和后台任务，按 Ctrl-C 全部停止。"""
    from market.demo import run  # noqa: PLC0415 - only this command needs it

    ctx.exit(run.run(folder, port, click.echo))


commands = (demo,)
