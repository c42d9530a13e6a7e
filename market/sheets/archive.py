"""An Excel file taken apart before any parser of spreadsheets sees it.

Its own table of contents may lie, one cell in the far corner of a sheet makes a reader reserve
memory for all the cells before it, and a few kilobytes may unpack to gigabytes. So each part is
unpacked here under limits, and the sheets are looked through for what a plain list never has.
"""

import io
import re
import zipfile
import zlib
from typing import Final
from xml.parsers import expat

from market.errors import msgid
from market.sheets.errors import SheetError

MAX_PARTS: Final = 300
MAX_UNPACKED: Final = 80 * 1024 * 1024
# Text of a table shrinks ten- to fiftyfold. What shrinks more, beyond a size, is a bomb.
MAX_RATIO: Final = 200
RATIO_FROM: Final = 4 * 1024 * 1024
_CHUNK: Final = 64 * 1024
_REFERENCE: Final = re.compile(r"([A-Z]{1,7})([0-9]{1,9})", re.ASCII)
_SHEET_PART: Final = re.compile(r"xl/worksheets/[^/]+\.xml", re.ASCII | re.IGNORECASE)
_XML_PART: Final = re.compile(r".*\.(xml|rels|vml)", re.ASCII | re.IGNORECASE)
_ACTIVE: Final = re.compile(r"(.*/)?(vbaProject\.bin|externalLinks/.*)", re.ASCII | re.IGNORECASE)

TOO_MANY: Final = msgid(
    "超过 %(rows)s 行或 %(columns)s 列。请删去多余的内容（包括远处的空白格），或拆分后分次导入。"
)


def repacked(content: bytes, *, rows: int, columns: int) -> bytes:
    """Return the archive with only parts whose size and sheets whose extent were checked.

    Raises:
        SheetError: It is damaged, too large, or holds formulas, macros or document types.
    """
    out = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed, zipfile.ZipFile(out, "w") as clean:
            _copy(packed, clean, rows, columns)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError):
        raise SheetError(
            msgid("Excel 文件已损坏、加密或不完整。请用 Excel 打开后另存为 .xlsx 再导入。")
        ) from None
    return out.getvalue()


def _copy(packed: zipfile.ZipFile, clean: zipfile.ZipFile, rows: int, columns: int) -> None:
    parts = packed.infolist()
    if len(parts) > MAX_PARTS or len({part.filename for part in parts}) != len(parts):
        raise SheetError(msgid("压缩包的部件过多或重名，不像正常的 Excel 文件。"))
    left = MAX_UNPACKED
    for part in parts:
        if _ACTIVE.fullmatch(part.filename):
            raise SheetError(
                msgid("Excel 文件含有宏或外部链接，系统拒绝打开。请另存为不含宏的 .xlsx 再导入。")
            )
        data = _unpacked(packed, part, left)
        left -= len(data)
        if _SHEET_PART.fullmatch(part.filename):
            _Extent(part.filename, rows, columns).check(data)
        elif _XML_PART.fullmatch(part.filename) and b"<!DOCTYPE" in data:
            raise SheetError(_DOCUMENT_TYPE)
        clean.writestr(part.filename, data)


def _unpacked(packed: zipfile.ZipFile, part: zipfile.ZipInfo, left: int) -> bytes:
    pieces: list[bytes] = []
    size = 0
    with packed.open(part) as stream:
        while piece := stream.read(_CHUNK):
            size += len(piece)
            if size > left or size > max(RATIO_FROM, part.compress_size * MAX_RATIO):
                raise SheetError(msgid("文件解压后过大，不像正常的名单，系统拒绝打开。"))
            pieces.append(piece)
    return b"".join(pieces)


_DOCUMENT_TYPE: Final = msgid("Excel 文件含有不允许的文档类型声明，系统拒绝打开。")


class _Extent:
    """Looks through a sheet's XML for what a plain list never has."""

    def __init__(self, part: str, rows: int, columns: int) -> None:
        self._part = part
        self._rows, self._columns = rows, columns
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
        raise SheetError(_DOCUMENT_TYPE)

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
        if self._column > self._columns or self._row > self._rows + 1:
            raise SheetError(TOO_MANY, rows=self._rows, columns=self._columns)


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
