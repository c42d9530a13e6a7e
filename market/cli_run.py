"""``zjcs migrate``, ``serve`` and ``worker``."""

from collections.abc import Callable

import click

from market.config import Config
from market.installation import Installation


@click.command()
def migrate() -> None:
    """建立或升级数据库，生成缺少的密钥，写入日志的第一条。

    可以重复运行；两个节点同时运行也安全。
    """
    from market.prepare import prepare  # noqa: PLC0415 - Alembic is slow to import

    before, after = prepare(Config.from_environment())
    click.echo(f"数据库版本：{before or '空'} → {after}")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址。")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="监听端口。"
)
@click.option(
    "--threads",
    default=8,
    show_default=True,
    type=click.IntRange(1, 64),
    help="同时办理请求的线程数。",
)
@click.pass_obj
def serve(opener: Callable[[], Installation], host: str, port: int, threads: int) -> None:
    """启动网站（Waitress）。"""
    import waitress  # noqa: PLC0415 - only this command needs it

    from market.app import create_app  # noqa: PLC0415 - only this command needs Flask

    app = create_app(opener())
    click.echo(f"网站：http://{host}:{port}/")
    waitress.serve(app, host=host, port=port, threads=threads, ident=None)


@click.command()
@click.pass_obj
def worker(opener: Callable[[], Installation]) -> None:
    """启动后台任务：到期办理、时限巡查、日志定序。多个节点可同时启动，只有一个工作。"""
    from market import worker as worker_process  # noqa: PLC0415 - only this command needs it

    worker_process.run(opener())


commands = (migrate, serve, worker)
