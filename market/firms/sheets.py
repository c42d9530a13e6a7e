"""Rows out of a spreadsheet file, or the reason why not.

Whatever the bytes are, this raises only ``SheetError``. An Excel file is unpacked here with a
limit on every part before the real parser sees it: its own table of contents may lie, and one
cell in the far corner of a sheet makes a reader reserve memory for all the cells before it.
"""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from xml.parsers import expat

from python_calamine import CalamineError, CalamineWorkbook

from market.errors import MarketError, msgid

MAX_BYTES: Final = 5 * 1024 * 1024
MAX_ROWS: Final = 3_000
MAX_COLUMNS: Final = 50
MAX_PARTS: Final = 300
MAX_UNPACKED: Final = 60 * 1024 * 1024
MAX_CELL: Final = 5_000
_CHUNK: Final = 64 * 1024
_ZIP: Final = b"PK\x03\x04"
_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_REFERENCE: Final = re.compile(r"([A-Z]{1,7})([0-9]{1,9})", re.ASCII)
_SHEET_PART: Final = re.compile(r"xl/worksheets/[^/]+\.xml", re.ASCII | re.IGNORECASE)


class SheetError(MarketError):
    """A file that is not a table anyone could read."""

    sentence = msgid("文件无法读取：%(problem)s")

    def __init__(self, problem: str, **facts: object) -> None:
        super().__init__(problem=problem % facts if facts else problem, field="file")


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


def read_sheet(content: bytes, headings: Sequence[str]) -> Sheet:
    """Read the first sheet of an .xlsx file, or a CSV file.

    ``headings`` are words that a right heading may contain: a text in the wrong code page is
    recognised by containing none of them.

    Raises:
        SheetError: It is not such a file, too large, damaged, or in another code page.
    """
    if not content.strip():
        raise SheetError(msgid("文件是空的。请选择有内容的文件。"))
    if len(content) > MAX_BYTES:
        raise SheetError(msgid("文件超过 5 MB。请拆分后分次导入。"))
    if content.startswith(_OLD_EXCEL):
        raise SheetError(
            msgid("这是旧版 Excel（.xls）或加密文件。请用 Excel 另存为 .xlsx（不设密码）后再导入。")
        )
    if content.startswith(_ZIP):
        return Sheet(_bounded(_excel_rows(content)), "Excel")
    return _csv_sheet(content, headings)


def _excel_rows(content: bytes) -> Iterable[Sequence[object]]:
    checked = _repacked(content)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(checked)) as book:
            if not book.sheet_names:
                raise SheetError(msgid("工作簿里没有工作表。"))
            return book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, ValueError, OSError):
        raise SheetError(
            msgid("不是有效的 Excel 工作簿，或文件已损坏。请用 Excel 打开后另存为 .xlsx 再导入。")
        ) from None


def _repacked(content: bytes) -> bytes:
    """Return the archive with only parts whose size and sheets whose extent were checked."""
    out = io.BytesIO()
    left = MAX_UNPACKED
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed, zipfile.ZipFile(out, "w") as clean:
            parts = packed.infolist()
            if len(parts) > MAX_PARTS or len({part.filename for part in parts}) != len(parts):
                raise SheetError(msgid("压缩包的部件过多或重名，不像正常的 Excel 文件。"))
            for part in parts:
                data = _unpacked(packed, part, left)
                left -= len(data)
                if _SHEET_PART.fullmatch(part.filename):
                    _Extent(part.filename).check(data)
                clean.writestr(part.filename, data)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError):
        raise SheetError(
            msgid("Excel 文件已损坏、加密或不完整。请用 Excel 打开后另存为 .xlsx 再导入。")
        ) from None
    return out.getvalue()


def _unpacked(packed: zipfile.ZipFile, part: zipfile.ZipInfo, left: int) -> bytes:
    pieces = []
    with packed.open(part) as stream:
        while piece := stream.read(_CHUNK):
            left -= len(piece)
            if left < 0:
                raise SheetError(msgid("文件解压后过大，不像正常的机构名单，系统拒绝打开。"))
            pieces.append(piece)
    return b"".join(pieces)


class _Extent:
    """Looks through a sheet's XML for what a list of firms never has."""

    def __init__(self, part: str) -> None:
        self._part = part
        self._cell = ""
        # Cells and rows may leave out where they stand: they follow the one before.
        self._row = self._column = 0
        self._parser = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = self._document_type
        self._parser.StartElementHandler = self._element

    def check(self, data: bytes) -> None:
        """Refuse formulas, document types, and cells outside the limits.

        Raises:
            SheetError: There is one.
        """
        try:
            self._parser.Parse(data, True)  # noqa: FBT003 - expat's own signature
        except expat.ExpatError:
            raise SheetError(msgid("Excel 文件的工作表已损坏。请另存为 .xlsx 再导入。")) from None

    def _document_type(self, *_: object) -> None:
        raise SheetError(msgid("Excel 文件含有不允许的文档类型声明，系统拒绝打开。"))

    def _element(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "row":
            number = attributes.get("r", "")
            self._row = int(number[:9]) if number.isdecimal() else self._row + 1
            self._column = 0
            self._limit()
        elif local == "c":
            self._cell = attributes.get("r", "")
            self._column += 1
            if self._cell:
                self._place(self._cell)
            self._limit()
        elif local == "f":
            raise SheetError(
                msgid(
                    "工作表 %(part)s 的单元格 %(cell)s 是公式。请把公式“选择性粘贴”为数值后再导入。"
                ),
                part=self._part.rpartition("/")[2].removesuffix(".xml"),
                cell=self._cell,
            )

    def _place(self, reference: str) -> None:
        found = _REFERENCE.fullmatch(reference.upper())
        if found is None:
            raise SheetError(msgid("Excel 文件的单元格位置有误。请另存为 .xlsx 再导入。"))
        self._column, self._row = _column_number(found[1]), int(found[2])

    def _limit(self) -> None:
        if self._column > MAX_COLUMNS or self._row > MAX_ROWS + 1:
            raise SheetError(_TOO_MANY, rows=MAX_ROWS, columns=MAX_COLUMNS)


_TOO_MANY: Final = msgid(
    "超过 %(rows)s 行或 %(columns)s 列。请删去多余的内容（包括远处的空白格），或拆分后分次导入。"
)


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _csv_sheet(content: bytes, headings: Sequence[str]) -> Sheet:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SheetError(msgid("文件是 UTF-16 编码。请另存为“CSV UTF-8”后再导入。"))
    if b"\x00" in content:
        raise SheetError(msgid("文件含有空字节，不是文本文件。请选择 .xlsx 或 .csv 文件。"))
    encoding = _encoding(content, headings)
    text = _decoded(content, encoding)
    return Sheet(_bounded(_csv_rows(text)), _NAMES[encoding])


_NAMES: Final = {"utf-8-sig": "UTF-8", "gb18030": "GB18030"}


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


def _bounded(rows: Iterable[Sequence[object]]) -> tuple[Row, ...]:
    kept: list[Row] = []
    for number, cells in enumerate(rows, start=1):
        if number > MAX_ROWS + 1 or len(cells) > MAX_COLUMNS:
            raise SheetError(_TOO_MANY, rows=MAX_ROWS, columns=MAX_COLUMNS)
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
        case float() if cell.is_integer():
            return str(int(cell))
        case _:
            return str(cell).strip()
