"""``zjcs item``: the catalogue of service items as a table, and back as data files."""

from datetime import date, datetime
from pathlib import Path
from typing import Final

import click

from market.catalogue.columns import ITEM_COLUMNS
from market.catalogue.datafiles import data_files
from market.catalogue.files import load_catalogue
from market.catalogue.tables import changed, item_cells, read_items
from market.clock import beijing_day, system_clock
from market.config import Config
from market.sheets.reading import MAX_BYTES
from market.sheets.writing import Format, written

_DAY: Final = click.DateTime(["%Y-%m-%d"])


def _folders() -> list[Path]:
    folder = Config.from_environment().city_rules_dir
    return [folder] if folder else []


@click.group("item")
def item() -> None:
    """服务事项清单：导出为表格，从表格生成数据文件。"""


@item.command("export")
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--on", "day", type=_DAY, help="哪一天的清单；不写为今天。")
def export(out: Path, day: datetime | None) -> None:
    """把服务事项清单写入 OUT（.xlsx 或 .csv）。"""
    form = Format(out.suffix.lower().removeprefix(".")) if _is_table(out) else None
    if form is None:
        raise click.BadParameter("文件名须以 .xlsx 或 .csv 结尾", param_hint="OUT")
    on = day.date() if day else beijing_day(system_clock())
    items = load_catalogue(*_folders()).on(on).values()
    rows = [item_cells(one) for one in items]
    out.write_bytes(written(form, [column.heading for column in ITEM_COLUMNS], rows))
    click.echo(f"已写入 {out}：{on} 的 {len(rows)} 个事项")


def _is_table(file: Path) -> bool:
    return file.suffix.lower() in {".xlsx", ".csv"}


@item.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--from", "first", type=_DAY, required=True, help="自哪一天起适用。")
@click.option("--dry-run", is_flag=True, help="只检查，不写文件。")
def import_(file: Path, folder: Path, first: datetime, *, dry_run: bool) -> None:
    """检查表格 FILE 中的服务事项，把与现行清单不同的写成本市规则文件夹 FOLDER 的数据文件。

    与现行清单相同的事项不写；已有的文件不覆盖。写好后用 regulation check 和 regulation lock。
    """
    with file.open("rb") as stream:
        content = stream.read(MAX_BYTES + 1)
    day = first.date()
    items, problems = read_items(content, day)
    for problem in problems:
        said = f"（{problem.value}）" if problem.value else ""
        click.echo(f"第 {problem.row} 行 {problem.column}{said}：{problem.error}", err=True)
    if problems:
        click.echo(f"{len(problems)} 处问题，没有写任何文件。请改正后重新导入。", err=True)
        raise click.exceptions.Exit(1)
    different = changed(items, load_catalogue(*_folders()), day)
    click.echo(f"共 {len(items)} 个事项，其中 {len(different)} 个与 {day} 的清单不同")
    for one in different:
        click.echo(f"  {one.code} {one.name_zh}")
    if different and not dry_run:
        _write(data_files(different, day), folder / "items", day)


def _write(files: dict[str, str], folder: Path, day: date) -> None:
    if there := [name for name in files if (folder / name).exists()]:
        names = "、".join(there)
        click.echo(f"{folder} 中已有 {names}，没有写任何文件。请改用另一个施行日期。", err=True)
        raise click.exceptions.Exit(1)
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
        click.echo(f"已写入 {folder / name}")
    click.echo(f"自 {day} 起适用。请运行 zjcs regulation check，无误后 zjcs regulation lock。")


commands = (item,)
