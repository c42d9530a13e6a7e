"""``zjcs firm``: firms from the command line."""

from collections.abc import Callable
from pathlib import Path

import click

from market.db import Actor, unit_of_work
from market.firms import importing
from market.firms.importing import Report
from market.firms.sheets import MAX_BYTES
from market.installation import Installation

_COMMAND_LINE = Actor("cli")


@click.group()
def firm() -> None:
    """中介机构：从名单批量导入。"""


@firm.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="只检查，不导入。")
@click.pass_obj
def import_(opener: Callable[[], Installation], file: Path, *, dry_run: bool) -> None:
    """从 Excel（.xlsx）或 CSV 文件 FILE 导入机构名单。

    逐行报告问题；有一行不符就一家也不导入。导入的机构待运营机构审核。
    """
    here = opener()
    with file.open("rb") as stream:
        content = stream.read(MAX_BYTES + 1)
    with unit_of_work(here.sessions, _COMMAND_LINE, here.clock) as work:
        report = importing.import_firms(work, content, dry_run=dry_run)
    _print(report, dry_run=dry_run)
    if report.problems:
        raise click.exceptions.Exit(1)


def _print(report: Report, *, dry_run: bool) -> None:
    click.echo(f"编码：{report.encoding}；共 {report.rows} 行；文件摘要 {report.sha256}")
    for problem in report.problems:
        click.echo(f"第 {problem.row} 行 {problem.column}：{problem.error}", err=True)
    if report.problems:
        click.echo(f"{len(report.problems)} 处问题，没有导入任何机构。请改正后重新导入。", err=True)
    elif dry_run:
        click.echo(f"检查通过：{len(report.firms)} 家机构可以导入（本次没有导入）。")
    else:
        click.echo(f"已导入 {len(report.firms)} 家机构，待运营机构审核。")


commands = (firm,)
