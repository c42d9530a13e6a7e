"""Rows out of a spreadsheet file, or the reason why not.

Whatever the bytes are, this raises only ``SheetError``. A formula is never evaluated: it is
refused where it stands. What a text file was taken for (UTF-8 or GB18030) is told.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from python_calamine import CalamineError, CalamineWorkbook

from market.errors import msgid
from market.plain import is_binary
from market.sheets.archive import TOO_MANY, repacked
from market.sheets.errors import NotCsvError, SheetError

MAX_BYTES: Final = 10 * 1024 * 1024
MAX_ROWS: Final = 10_000
MAX_COLUMNS: Final = 50
MAX_CELL: Final = 5_000
_CHUNK: Final = 64 * 1024
_EXACT: Final = 10**15
_ZIP: Final = b"PK\x03\x04"
_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True, slots=True)
class Row:
    """One row as text; ``number`` is the one a spreadsheet program shows."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: its first row is the heading. ``encoding`` says how a text file was read."""

    rows: tuple[Row, ...]
    encoding: str


def read_sheet(content: bytes, headings: Sequence[str], rows: int = MAX_ROWS) -> Sheet:
    """Read the first sheet of an .xlsx file, or a CSV file.

    ``headings`` are words that a right heading may contain: a text in the wrong code page is
    recognised by containing none of them. ``rows`` is how many there may be below the heading.

    Raises:
        SheetError: It is not such a file, too large, damaged, or in another code page.
    """
    if not content.strip():
        raise SheetError(msgid("文件是空的。请选择有内容的文件。"))
    if len(content) > MAX_BYTES:
        raise SheetError(msgid("文件超过 10 MB。请拆分后分次导入。"))
    if content.startswith(_OLD_EXCEL):
        raise SheetError(
            msgid("这是旧版 Excel（.xls）或加密文件。请用 Excel 另存为 .xlsx（不设密码）后再导入。")
        )
    if content.startswith(_ZIP):
        return Sheet(_bounded(_excel_rows(content, rows), rows), "Excel")
    return _csv_sheet(content, headings, rows)


def _excel_rows(content: bytes, rows: int) -> Iterable[Sequence[object]]:
    checked = repacked(content, rows=rows, columns=MAX_COLUMNS)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(checked)) as book:
            if not book.sheet_names:
                raise SheetError(msgid("工作簿里没有工作表。"))
            return book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, ValueError, OSError):
        raise SheetError(
            msgid("不是有效的 Excel 工作簿，或文件已损坏。请用 Excel 打开后另存为 .xlsx 再导入。")
        ) from None


def _csv_sheet(content: bytes, headings: Sequence[str], rows: int) -> Sheet:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SheetError(msgid("文件是 UTF-16 编码。请另存为“CSV UTF-8”后再导入。"))
    if is_binary(content):
        raise NotCsvError
    encoding = _encoding(content, headings)
    text = _decoded(content, encoding)
    told = "UTF-8（带 BOM）" if content.startswith(_UTF8_MARK) else _NAMES[encoding]
    return Sheet(_bounded(_csv_rows(text), rows), told)


_NAMES: Final = {"utf-8-sig": "UTF-8", "gb18030": "GB18030"}
_UTF8_MARK: Final = b"\xef\xbb\xbf"


def _encoding(content: bytes, headings: Sequence[str]) -> str:
    """Choose the code page under which the first line is a heading."""
    first = content.split(b"\n", 1)[0][:_CHUNK]
    for encoding in _NAMES:
        try:
            line = first.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any(word in line for word in headings):
            return encoding
    raise SheetError(
        msgid(
            "第 1 行认不出表头：按 UTF-8 和 GB18030 解读都没有“%(heading)s”等列名。"
            "文件可能是其他编码（如 Big5），或缺少表头。请下载模板对照，另存为“CSV UTF-8”后再导入。"
        ),
        heading=headings[0],
    )


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise SheetError(
            msgid(
                "第 %(line)s 行有不符合 %(encoding)s 编码的内容，可能混用了两种编码。"
                "请在该行重新录入，另存为“CSV UTF-8”后再导入。"
            ),
            line=content.count(b"\n", 0, error.start) + 1,
            encoding=_NAMES[encoding],
        ) from None


def _csv_rows(text: str) -> Iterable[Sequence[object]]:
    heading = text.split("\n", 1)[0]
    delimiter = max(",\t;", key=heading.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        yield from reader
    except csv.Error:
        raise SheetError(
            msgid("第 %(line)s 行附近的引号不成对，无法分列。请用 Excel 打开核对后另存。"),
            line=reader.line_num,
        ) from None


def _bounded(rows: Iterable[Sequence[object]], most: int) -> tuple[Row, ...]:
    kept: list[Row] = []
    for number, cells in enumerate(rows, start=1):
        if number > most + 1 or len(cells) > MAX_COLUMNS:
            raise SheetError(TOO_MANY, rows=most, columns=MAX_COLUMNS)
        texts = tuple(_text(cell) for cell in cells)
        if any(len(text) > MAX_CELL for text in texts):
            raise SheetError(
                msgid("第 %(row)s 行有一格文字过长。请核对是否引号不成对。"), row=number
            )
        if any(texts):
            kept.append(Row(number, texts))
    return tuple(kept)


def _text(cell: object) -> str:
    match cell:
        case bool():
            return "是" if cell else "否"
        case datetime():
            return cell.date().isoformat()
        case date():
            return cell.isoformat()
        case float() if cell.is_integer() and abs(cell) < _EXACT:
            return str(int(cell))
        case float() if cell.is_integer():
            return f"{cell:E}"  # digits are lost, and the text says so
        case _:
            return str(cell).strip()
