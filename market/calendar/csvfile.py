"""A notice as a CSV file: what an operator imports, and what anybody may download.

The first lines say what document it is (``标题``, ``文号``, ``发布日期``, ``来源``, ``年份``,
and for an amendment ``修改文号``); then comes a heading, then a line for each day. Every fault
names its line, and one reading finds them all.
"""

import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, TypeVar

from market.calendar.notices import AROUND, SATURDAY, Holiday, Notice
from market.errors import MarketError, msgid
from market.plain import is_binary

TITLE, NUMBER, ISSUED, SOURCE, YEAR, AMENDS = (
    "标题", "文号", "发布日期", "来源", "年份", "修改文号",
)  # fmt: skip
REQUIRED: Final = (TITLE, NUMBER, ISSUED, SOURCE, YEAR)
LONGEST: Final = {TITLE: 200, NUMBER: 60, SOURCE: 300, AMENDS: 60}
COLUMNS: Final = ("日期", "安排", "节日", "条款")
OFF, WORK = "放假", "上班"
KINDS: Final[Mapping[str, bool]] = {
    OFF: False, "休": False, "off": False, WORK: True, "班": True, "work": True,
}  # fmt: skip
ISSUER: Final = "国务院办公厅"
LARGEST: Final = 100_000
MOST_DAYS: Final = 200
FIRST_YEAR, LAST_YEAR = 2000, 2100
T = TypeVar("T")
_DAY: Final = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a line; ``sentence`` is a msgid whose places ``facts`` fill."""

    line: int
    sentence: str
    facts: Mapping[str, object] = field(default_factory=dict)


class NoticeFileError(MarketError):
    """The file is no notice; every fault is named with its line."""

    sentence = msgid("文件有 %(count)s 处错误，没有导入。请按列出的行号逐处更正，再重新选择文件。")

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(field="file", count=len(faults))


class NotCsvError(NoticeFileError):
    """A workbook, an archive or a picture: it has no lines that could be named."""

    sentence = msgid("这不是 CSV 文件，请在表格软件里另存为 CSV 再上传。")

    def __init__(self) -> None:
        super().__init__(())


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFile:
    """What a file says. ``amends_number`` is the number of the notice it amends, if any."""

    title: str
    document_number: str
    issued_on: date
    source: str
    year: int
    amends_number: str
    holidays: tuple[Holiday, ...]
    digest: str

    def notice(self, notice_id: str, amends: str) -> Notice:
        """Return it as a notice of the calendar; ``amends`` is the id of the one it amends."""
        return Notice(
            id=notice_id,
            title=self.title,
            issuer=ISSUER,
            document_number=self.document_number,
            issued_on=self.issued_on,
            source=self.source,
            year=self.year,
            holidays=self.holidays,
            digest=self.digest,
            amends=amends,
        )


def read_notice(content: bytes) -> NoticeFile:
    """Read a notice.

    Raises:
        NoticeFileError: The file is no notice; all its faults are named.
    """
    reader = _Reader(_rows(content))
    head = reader.head()
    found = reader.days(head)
    if reader.faults:
        raise NoticeFileError(sorted(reader.faults, key=lambda fault: fault.line))
    return NoticeFile(
        title=head.text(TITLE),
        document_number=head.text(NUMBER),
        issued_on=head.issued_on,
        source=head.text(SOURCE),
        year=head.year,
        amends_number=head.text(AMENDS),
        holidays=_holidays(found),
        digest=hashlib.sha256(content).hexdigest(),
    )


def write_notice(notice: Notice, amends_number: str = "") -> str:
    """Return a notice as a file that ``read_notice`` reads back."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    facts = [
        (TITLE, notice.title),
        (NUMBER, notice.document_number),
        (ISSUED, notice.issued_on.isoformat()),
        (SOURCE, notice.source),
        (YEAR, notice.year),
        *([(AMENDS, amends_number)] if amends_number else []),
    ]
    lines.writerows([*facts, COLUMNS])
    for holiday in notice.holidays:
        days = [*((d, OFF) for d in holiday.days_off), *((d, WORK) for d in holiday.working_days)]
        lines.writerows((d.isoformat(), kind, holiday.name, holiday.clause) for d, kind in days)
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class _Head:
    values: Mapping[str, tuple[int, str]]
    issued_on: date
    year: int

    def text(self, key: str) -> str:
        return self.values.get(key, (0, ""))[1]


@dataclass(frozen=True, slots=True)
class _Day:
    line: int
    on: date
    works: bool
    name: str
    clause: str


Rows = Sequence[tuple[int, list[str]]]


def _rows(content: bytes) -> Rows:
    if is_binary(content):
        raise NotCsvError
    if len(content) > LARGEST:
        raise NoticeFileError([Fault(1, msgid("文件过大，不是一年的放假安排。"))])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("gb18030")
        except UnicodeDecodeError:
            sentence = msgid("不是 UTF-8 或 GB18030 编码的文本。请另存为“CSV UTF-8”。")
            raise NoticeFileError([Fault(1, sentence)]) from None
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    read: list[tuple[int, list[str]]] = []
    try:
        for cells in rows:
            stripped = [cell.strip() for cell in cells]
            if any(stripped):
                read.append((rows.line_num, stripped))
    except csv.Error:
        sentence = msgid("引号不成对，无法分列。请核对后另存。")
        raise NoticeFileError([Fault(rows.line_num, sentence)]) from None
    return read


class _Reader:
    """Reads head and days; what is wrong is noted, and reading goes on."""

    def __init__(self, rows: Rows) -> None:
        self.faults: list[Fault] = []
        self._rows = rows
        self._heading = next((n for n, (_, r) in enumerate(rows) if r[0] == COLUMNS[0]), len(rows))

    def fault(self, line: int, sentence: str, **facts: object) -> None:
        self.faults.append(Fault(line, sentence, facts))

    def head(self) -> _Head:
        values: dict[str, tuple[int, str]] = {}
        for line, cells in self._rows[: self._heading]:
            key, value = cells[0].rstrip(":："), " ".join(cells[1:]).strip()
            if key not in {*REQUIRED, AMENDS}:
                self.fault(line, msgid("不认识的栏目“%(key)s”。"), key=key[:20])
            elif key in values:
                self.fault(line, msgid("“%(key)s”写了两次。"), key=key)
            elif len(value) > LONGEST.get(key, 20):
                self.fault(line, msgid("“%(key)s”过长。"), key=key)
            else:
                values[key] = (line, value)
        last = self._rows[self._heading - 1][0] if self._heading else 1
        for key in REQUIRED:
            if not values.get(key, (0, ""))[1]:
                self.fault(last, msgid("缺少“%(key)s”。"), key=key)
        issued = self._value(
            values, ISSUED, _as_day, msgid("“%(text)s”不是日期，请写成 2026-11-04。")
        )
        year = self._value(values, YEAR, _as_year, msgid("“%(text)s”不是年份，请写成 2027。"))
        return _Head(values, issued or date.min, year or 0)

    def _value(
        self,
        values: Mapping[str, tuple[int, str]],
        key: str,
        read: Callable[[str], T | None],
        sentence: str,
    ) -> T | None:
        line, text = values.get(key, (0, ""))
        value = read(text) if text else None
        if text and value is None:
            self.fault(line, sentence, text=text[:20])
        return value

    def days(self, head: _Head) -> list[_Day]:
        if self._heading == len(self._rows):
            line = self._rows[-1][0] if self._rows else 1
            self.fault(line, msgid("缺少表头“日期,安排,节日,条款”。"))
            return []
        line, heading = self._rows[self._heading]
        if tuple(heading[: len(COLUMNS)]) != COLUMNS:
            self.fault(line, msgid("表头须为“日期,安排,节日,条款”。"))
            return []
        rows = self._rows[self._heading + 1 :]
        if not rows or len(rows) > MOST_DAYS:
            self.fault(line, msgid("放假和上班的日期须有 1 至 %(most)s 行。"), most=MOST_DAYS)
            return []
        return list(self._each(rows, head))

    def _each(self, rows: Rows, head: _Head) -> Iterator[_Day]:
        seen: dict[date, int] = {}
        for line, cells in rows:
            day = self._day(line, [*cells, "", "", ""])
            if day is None:
                continue
            if day.on in seen:
                self.fault(
                    line,
                    msgid("%(day)s 在第 %(first)s 行已经列过。"),
                    day=day.on,
                    first=seen[day.on],
                )
            elif head.year and abs(day.on - date(head.year, 7, 2)) > AROUND:
                self.fault(
                    line, msgid("%(day)s 不在 %(year)s 年前后。"), day=day.on, year=head.year
                )
            elif day.works and day.on.weekday() < SATURDAY and not head.text(AMENDS):
                self.fault(line, msgid("%(day)s 不是周末，不能是调休上班日。"), day=day.on)
            seen.setdefault(day.on, line)
            yield day

    def _day(self, line: int, cells: Sequence[str]) -> _Day | None:
        text, kind, name, clause = cells[: len(COLUMNS)]
        on = _as_day(text)
        if on is None:
            self.fault(line, msgid("“%(text)s”不是日期，请写成 2026-11-04。"), text=text[:20])
        if kind.lower() not in KINDS:
            self.fault(line, msgid("安排“%(kind)s”须为“放假”或“上班”。"), kind=kind[:20])
        if not name or len(name) > 30 or not clause or len(clause) > 60:  # noqa: PLR2004 - as shown
            self.fault(line, msgid("节日和条款都要填写，节日至多 30 个字，条款至多 60 个字。"))
        if on is None or kind.lower() not in KINDS:
            return None
        return _Day(line, on, KINDS[kind.lower()], name, clause)


def _holidays(days: Sequence[_Day]) -> tuple[Holiday, ...]:
    """Gather the days by the paragraph of the notice that names them, in the file's order."""
    paragraphs = dict.fromkeys((day.name, day.clause) for day in days)
    return tuple(
        Holiday(
            name=name,
            clause=clause,
            days_off=_of(days, (name, clause), works=False),
            working_days=_of(days, (name, clause), works=True),
        )
        for name, clause in paragraphs
    )


def _of(days: Sequence[_Day], paragraph: tuple[str, str], *, works: bool) -> tuple[date, ...]:
    return tuple(d.on for d in days if (d.name, d.clause) == paragraph and d.works is works)


def _as_day(text: str) -> date | None:
    match = _DAY.fullmatch(text)
    if match is None:
        return None
    try:
        return date(*map(int, match.groups()))
    except ValueError:
        return None


def _as_year(text: str) -> int | None:
    is_year = text.isascii() and text.isdigit() and FIRST_YEAR <= int(text) <= LAST_YEAR
    return int(text) if is_year else None
