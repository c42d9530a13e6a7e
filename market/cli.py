"""The command ``zjcs``. Exit codes: 0 done, 1 refused or failed a check, 2 wrong usage."""

import errno
import importlib
import logging
import sys
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any, NoReturn

import click
from sqlalchemy.exc import OperationalError, ProgrammingError

from audit.errors import AuditError
from market.config import Config
from market.errors import MarketError
from market.installation import Installation

# Each module offers ``commands``: click commands mounted at the top of ``zjcs``.
MODULES = (
    "market.cli_run",
    "market.cli_accounts",
    "market.cli_firms",
    "market.cli_experts",
    "market.cli_rules",
    "market.cli_items",
    "market.cli_draws",
    "market.cli_quotes",
    "market.cli_clocks",
    "market.cli_log",
    "market.cli_witness",
    "market.cli_monitor",
    "market.cli_selfaudit",
    "market.cli_demo",
)


def open_installation() -> Installation:
    """Open the installation the environment describes."""
    return Installation.open(Config.from_environment())


class _Zjcs(click.Group):
    """The top group: turns a refusal into its sentence and exit code 1."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,  # noqa: ANN401 - click's own signature
    ) -> click.Context:
        """Write UTF-8 whatever the locale says, the help and a wrong usage included."""
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(encoding="utf-8")
        return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except MarketError as error:
            _refuse(ctx, str(error))
        except AuditError as error:
            _refuse(ctx, f"公开日志拒绝了这个操作（{error}）。请保留现场并联系维护人员。")
        except (OperationalError, ProgrammingError) as error:
            why = str(error.orig).splitlines()[0]
            _refuse(ctx, f"数据库不能使用（{why}）。请检查 DATABASE_URL，并先运行 zjcs migrate。")
        except OSError as error:
            if error.errno == errno.EPIPE:  # whoever read the output has seen enough
                raise
            _refuse(ctx, f"文件不能使用（{error}）。请检查路径、权限和磁盘空间。")


def _refuse(ctx: click.Context, sentence: str) -> NoReturn:
    click.echo(f"错误：{sentence}", err=True)
    ctx.exit(1)


@click.group(cls=_Zjcs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="zjcs")
@click.pass_context
def main(ctx: click.Context) -> None:
    """中介超市：可公开验证的中介服务超市。

    配置取自环境变量（DATABASE_URL 与 ZJCS_*），见 docs/operate.md。
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for chatty in ("apscheduler", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    opener: Callable[[], Installation] = open_installation
    ctx.obj = opener


for _module in MODULES:
    if find_spec(_module):
        for _command in importlib.import_module(_module).commands:
            main.add_command(_command)
