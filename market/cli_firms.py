"""``zjcs firm``: firms from the command line."""

from collections.abc import Callable
from pathlib import Path

import click

from market.db import Actor, reading_work, unit_of_work
from market.errors import MarketError
from market.firms import entered_for, import_jobs, importing
from market.firms.actions.holding import LicenceFolder, take
from market.firms.identity import identity_key
from market.firms.importing import Report
from market.firms.tables import OWN, Subject
from market.installation import Installation
from market.sheets.model import SheetImport
from market.sheets.reading import MAX_BYTES
from market.sheets.rules import ImportState
from market.tariffs import queries as _tables  # noqa: F401 - fees may name the fee tables

_COMMAND_LINE = Actor("cli")


@click.group()
def firm() -> None:
    """中介机构：从名单批量导入，接收数据平台的证照数据。"""


@firm.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="只检查，不导入。")
@click.option("--for", "code", help="代这一统一社会信用代码的机构录入，须机构自己登录确认。")
@click.option(
    "--table",
    type=click.Choice([one.value for one in OWN]),
    help="代为录入的是资质（qualifications）、人员（staff）还是收费（fees）；与 --for 同用。",
)
@click.pass_obj
def import_(
    opener: Callable[[], Installation],
    file: Path,
    *,
    dry_run: bool,
    code: str | None,
    table: str | None,
) -> None:
    """从 Excel（.xlsx）或 CSV 文件 FILE 导入机构名单，最多 10000 行；或者代一家机构录入。

    逐行报告问题；有一行不符就一家也不导入。导入的机构待运营机构审核。同一文件再次导入不会有改动。
    代一家机构录入的，机构自己登录确认之前一概不生效。
    """
    here = opener()
    with file.open("rb") as stream:
        content = stream.read(MAX_BYTES + 1)
    key = identity_key(here.keys)
    if (code is None) != (table is None):
        raise click.UsageError("--for 和 --table 须同时使用。")
    if code and table:
        _enter_for(here, code, Subject(table), content, dry_run=dry_run)
        return
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


@firm.command("licences")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.pass_obj
def licences(opener: Callable[[], Installation], folder: Path) -> None:
    """接收本市数据平台写入文件夹 FOLDER 的登记和证照数据（每家机构一个 .json 文件）。

    机构填报入驻时据此预填，核查承诺时自动比对。同一文件再次接收不会有改动；读不懂的文件逐个报告，
    不影响其余文件。格式见 docs/operate.md。
    """
    here = opener()
    with unit_of_work(here.sessions, _COMMAND_LINE, here.clock) as work:
        taken = take(work, LicenceFolder(folder))
    for name, why in taken.refused:
        click.echo(f"{name}：{why}", err=True)
    click.echo(f"新接收 {taken.fresh} 份，已有 {taken.known} 份，未接收 {len(taken.refused)} 份。")
    if taken.refused:
        raise click.exceptions.Exit(1)


def _enter_for(
    here: Installation, code: str, subject: Subject, content: bytes, *, dry_run: bool
) -> None:
    """Put a table to a firm, which confirms it or does not."""
    try:
        with unit_of_work(here.sessions, _COMMAND_LINE, here.clock) as work:
            firm = entered_for.firm_for(work, code)
            row = entered_for.preview_for(work, firm, subject, content, identity_key(here.keys))
            for words in importing.refusals(row):
                click.echo(words, err=True)
            if row.state is ImportState.PREVIEWED:
                if dry_run:
                    importing.discard(work, row)
                else:
                    entered_for.offer(work, row)
            problems, fresh = row.problem_count, row.fresh
    except MarketError as error:
        raise click.ClickException(str(error)) from None
    if problems:
        raise click.exceptions.Exit(1)
    if not fresh:
        click.echo("表中的内容系统都已有，没有改动。")
    elif dry_run:
        click.echo(f"检查通过：{fresh} 行可以交机构确认（本次没有录入）。")
    else:
        click.echo(f"{fresh} 行已交机构确认；机构确认之前一概不生效。")


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
