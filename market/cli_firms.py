"""``zjcs firm``: firms from the command line."""

from collections.abc import Callable
from pathlib import Path

import click

from market.db import Actor, reading_work, unit_of_work
from market.firms import import_jobs, importing
from market.firms.identity import identity_key
from market.firms.importing import Report
from market.firms.tables import Subject
from market.installation import Installation
from market.sheets.model import SheetImport
from market.sheets.reading import MAX_BYTES
from market.tariffs import queries as _tables  # noqa: F401 - fees may name the fee tables

_COMMAND_LINE = Actor("cli")


@click.group()
def firm() -> None:
    """中介机构：从名单批量导入。"""


@firm.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="只检查，不导入。")
@click.pass_obj
def import_(opener: Callable[[], Installation], file: Path, *, dry_run: bool) -> None:
    """从 Excel（.xlsx）或 CSV 文件 FILE 导入机构名单，最多 10000 行。

    逐行报告问题；有一行不符就一家也不导入。导入的机构待运营机构审核。同一文件再次导入不会有改动。
    """
    here = opener()
    with file.open("rb") as stream:
        content = stream.read(MAX_BYTES + 1)
    key = identity_key(here.keys)
    with reading_work(here.sessions, _COMMAND_LINE, here.clock) as work:
        report = importing.judge(work, Subject.FIRMS, content, key)
    _print(report)
    if report.problems:
        raise click.exceptions.Exit(1)
    if not report.fresh:
        click.echo("名单中的机构都已登记，内容相同，没有改动。")
    elif dry_run:
        click.echo(f"检查通过：{report.fresh} 家机构可以导入（本次没有导入）。")
    else:
        _import(here, report)


def _print(report: Report) -> None:
    click.echo(f"编码：{report.encoding}；共 {report.rows} 行；文件摘要 {report.sha256}")
    for problem in report.problems:
        said = f"（{problem.value}）" if problem.value else ""
        click.echo(f"第 {problem.row} 行 {problem.column}{said}：{problem.error}", err=True)
    if report.problems:
        click.echo(f"{len(report.problems)} 处问题，没有导入任何机构。请改正后重新导入。", err=True)


def _import(here: Installation, report: Report) -> None:
    with unit_of_work(here.sessions, _COMMAND_LINE, here.clock) as work:
        row = importing.keep(work, report)
        importing.confirm(work, row)
        import_id = row.id
    while import_jobs.step(here, import_id):
        click.echo(f"已处理 {_now(here, import_id).gone_through}/{report.fresh} 行")
    ended = _now(here, import_id)
    for words in importing.refusals(ended):
        click.echo(words, err=True)
    click.echo(f"已导入 {ended.taken} 家机构，待运营机构审核。")
    if ended.taken < report.fresh:
        raise click.exceptions.Exit(1)


def _now(here: Installation, import_id: int) -> SheetImport:
    with reading_work(here.sessions, _COMMAND_LINE, here.clock) as work:
        return work.session.get_one(SheetImport, import_id)


commands = (firm,)
