"""Tables as CSV and Excel files that every program reads and none executes.

Every cell is text. One that a spreadsheet would take for a formula gets an apostrophe before it,
in both kinds of file: an Excel file is often saved as CSV by the next person.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final
from xml.sax.saxutils import escape

from market.plain import is_formula

# A tab or a line end before a formula does not protect.
_BLANKS: Final = ("\t", "\r", "\n")
_NOT_XML: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


class Format(StrEnum):
    """How a table is written."""

    CSV = "csv"
    XLSX = "xlsx"


MEDIA: Final = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    dangerous = text.startswith(_BLANKS) or is_formula(text)
    return f"'{text}" if dangerous else text


def written(form: Format, header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a table as a file: a heading, then the rows; nothing is an empty cell."""
    texts = ([harmless(_text(cell)) for cell in row] for row in (header, *rows))
    return _csv(texts) if form is Format.CSV else _xlsx(texts)


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _csv(rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def _xlsx(rows: Iterable[Sequence[str]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in (*_PARTS.items(), ("xl/worksheets/sheet1.xml", _sheet(rows))):
            part = zipfile.ZipInfo(name, _EPOCH)  # the same rows are the same bytes
            part.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(part, content)
    return out.getvalue()


def _sheet(rows: Iterable[Sequence[str]]) -> str:
    lines = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in rows)
    return (
        f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView>'
        '</sheetViews><cols><col min="1" max="50" width="20" style="1" customWidth="1"/></cols>'
        f"<sheetData>{lines}</sheetData></worksheet>"
    )


def _cell(text: str) -> str:
    """Return a cell of the format “text”: long numbers keep all their digits when edited."""
    words = escape(_NOT_XML.sub("\ufffd", text))
    return f'<c s="1" t="inlineStr"><is><t xml:space="preserve">{words}</t></is></c>'


_XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_KIND: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS: Final = {
    "[Content_Types].xml": (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" '
        f'ContentType="{_KIND}.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        '<sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ),
    "xl/styles.xml": (
        f'{_XML}<styleSheet xmlns="{_MAIN}"><fonts count="1"><font/></fonts>'
        '<fills count="1"><fill/></fills><borders count="1"><border/></borders>'
        '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf/>'
        '<xf numFmtId="49" applyNumberFormat="1"/></cellXfs></styleSheet>'
    ),
}
