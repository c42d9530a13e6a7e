"""What the columns of a table are, and how its rows are read: every fault noted, none guessed."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from market.errors import MarketError, msgid
from market.plain import has_controls, is_formula, is_plain_name, visible
from market.sheets.errors import (
    DayCellError,
    EmptyCellError,
    FormulaCellError,
    LaterDayCellError,
    LongCellError,
    NumberCellError,
    SheetError,
    StrangeCellError,
    WordCellError,
)
from market.sheets.reading import Row, Sheet

Reader = Callable[[str, date], object]
_DAY: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_COMPACT_DAY: Final = re.compile(r"(\d{4})(\d{2})(\d{2})")
_PRIVATE_USE: Final = range(0xE000, 0xF900)
_YES: Final = ("是", "有", "1", "Y", "YES", "TRUE")
_NO: Final = ("否", "无", "0", "N", "NO", "FALSE", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: its heading, the other headings it goes by, and what its cells may say.

    ``private`` columns are never shown again, not even in the report of what is wrong with them;
    ``signed`` ones may begin with + or -, as a telephone number does. ``show`` writes what
    ``read`` reads; ``stored`` is what the value is called where it is kept, if not ``key``.
    """

    key: str
    heading: str
    characters: int
    aliases: tuple[str, ...] = ()
    required: bool = True
    read: Reader | None = None
    show: Callable[[object], str] | None = None
    stored: str = ""
    private: bool = False
    signed: bool = False
    is_name: bool = False
    hint: str = ""

    def shown(self, of: object) -> str:
        """Return the cell of a stored row, or of a row that waits (a mapping)."""
        name = self.stored or self.key
        value = of.get(name) if isinstance(of, Mapping) else getattr(of, name)
        if value is None:
            return ""
        return self.show(value) if self.show else _plain(value)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a row, in which column, and what the cell says."""

    row: int
    column: str
    value: str
    error: MarketError


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row as values by key, or what is wrong with it."""

    number: int
    texts: Mapping[str, str]
    values: Mapping[str, object]
    problems: tuple[Problem, ...]


def _plain(value: object) -> str:
    match value:
        case bool():
            return "是" if value else "否"
        case date():
            return value.isoformat()
        case _:
            return str(value)


def headings(columns: Sequence[Column]) -> tuple[str, ...]:
    """Return every word by which a right heading is recognised."""
    return tuple(word for c in columns if c.required for word in (c.heading, *c.aliases))


def read_rows(sheet: Sheet, columns: Sequence[Column], today: date) -> list[ReadRow]:
    """Read every row of a table by its heading.

    Raises:
        SheetError: The table is empty, or its heading lacks a column or has one twice.
    """
    if not sheet.rows:
        raise SheetError(msgid("表中没有内容。"))
    places = _places(sheet.rows[0], columns)
    if len(sheet.rows) == 1:
        raise SheetError(msgid("只有表头，没有内容。请填写后再导入。"))
    return [_RowReader(row, places, columns, today).read() for row in sheet.rows[1:]]


def problem_of(columns: Sequence[Column], row: ReadRow, error: MarketError) -> Problem:
    """Return a refusal as a problem of the column that it names, or of the first one."""
    column = next((c for c in columns if c.key == error.field), columns[0])
    return Problem(row.number, column.heading, _shown(column, row.texts), error)


def _shown(column: Column, texts: Mapping[str, str]) -> str:
    return "" if column.private else texts.get(column.key, "")[:60]


def _places(heading: Row, columns: Sequence[Column]) -> dict[str, int]:
    places: dict[str, int] = {}
    for place, text in enumerate(heading.cells):
        word = re.sub(r"[\s*＊]", "", text)
        for column in columns:
            if word in (column.heading, *column.aliases):
                if column.key in places:
                    raise SheetError(
                        msgid("表头中“%(heading)s”出现了两次。请删去一列。"), heading=column.heading
                    )
                places[column.key] = place
    missing = [c.heading for c in columns if c.required and c.key not in places]
    if missing:
        raise SheetError(
            msgid("第 %(row)s 行表头缺少：%(missing)s。请对照模板补全。"),
            row=heading.number,
            missing="、".join(missing),
        )
    return places


@dataclass(slots=True)
class _RowReader:
    """Reads one row, cell by cell, and notes everything that is wrong with it."""

    row: Row
    places: Mapping[str, int]
    columns: Sequence[Column]
    today: date
    texts: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def read(self) -> ReadRow:
        values = {column.key: self._value(column) for column in self.columns}
        return ReadRow(self.row.number, self.texts, values, tuple(self.problems))

    def _value(self, column: Column) -> object:
        place = self.places.get(column.key)
        cells = self.row.cells
        text = visible(cells[place]) if place is not None and place < len(cells) else ""
        self.texts[column.key] = text
        try:
            _check(column, text)
            return column.read(text, self.today) if column.read else text
        except MarketError as error:
            shown = _shown(column, self.texts)
            self.problems.append(Problem(self.row.number, column.heading, shown, error))
            return None


def _check(column: Column, text: str) -> None:
    if not text and column.required:
        raise EmptyCellError
    if len(text) > column.characters:
        raise LongCellError(column.characters)
    if is_formula(text) and not (column.signed and text[0] in "+-"):
        raise FormulaCellError(text[0])
    if _is_strange(text) or (column.is_name and not is_plain_name(text)):
        raise StrangeCellError


def _is_strange(text: str) -> bool:
    """Whether a text has controls, private-use or replacement characters: a wrong code page."""
    if text.isprintable() and "\ufffd" not in text:
        return False  # the usual case, quickly
    return has_controls(text) or any(c == "\ufffd" or ord(c) in _PRIVATE_USE for c in text)


def a_day(text: str, today: date) -> date | None:
    """Read a day as people write them; an empty cell is none."""
    del today
    found = _DAY.fullmatch(text) or _COMPACT_DAY.fullmatch(text)
    if not text:
        return None
    try:
        return date(*map(int, found.groups())) if found else _no_day(text)
    except ValueError:
        return _no_day(text)


def _no_day(text: str) -> date:
    raise DayCellError(text)


def a_past_day(text: str, today: date) -> date | None:
    """Read a day that is not to come."""
    day = a_day(text, today)
    if day is not None and day > today:
        raise LaterDayCellError(text)
    return day


def a_word(words: Mapping[str, object]) -> Reader:
    """Return a reader of cells that hold one of some words, each with its meaning."""

    def read(text: str, today: date) -> object:
        del today
        if text not in words:
            raise WordCellError(text, "、".join(word for word in words if word))
        return words[text]

    return read


def a_truth(text: str, today: date) -> bool:
    """Read yes or no; an empty cell is no."""
    del today
    if text.upper() not in (*_YES, *_NO):
        raise WordCellError(text, "是、否")
    return text.upper() in _YES


def a_number(places: int, *, factor: int) -> Reader:
    """Return a reader of numbers not below zero, kept as whole multiples of a small unit.

    ``factor`` is how many units one of what is written has: 100 for yuan kept in fen.
    """
    fraction = rf"(?:\.(\d{{1,{places}}})0*)?" if places else "()"

    def read(text: str, today: date) -> int | None:
        del today
        plain = text.replace(",", "").replace("，", "")
        if not plain:
            return None
        found = re.fullmatch(rf"(\d{{1,12}}){fraction}", plain, re.ASCII)
        if found is None:
            raise NumberCellError(text, places)
        digits = found[1] + (found[2] or "").ljust(places, "0")
        return int(digits) * factor // int("1".ljust(places + 1, "0"))

    return read


def show_word(words: Mapping[str, object]) -> Callable[[object], str]:
    """Return the writer of what ``a_word`` reads: the first word of each meaning."""

    def show(value: object) -> str:
        return next((word for word, meant in words.items() if meant == value), str(value))

    return show


def show_number(places: int, *, factor: int) -> Callable[[object], str]:
    """Return the writer of what ``a_number`` reads: digits and a point, nothing rounded."""

    def show(value: object) -> str:
        whole, rest = divmod(int(str(value)), factor)
        fraction = f"{rest * 10**places // factor:0{places}d}"
        return f"{whole}.{fraction}"

    return show
