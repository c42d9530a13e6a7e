"""A list of firms from a file: every row judged, all of them taken over or none."""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from sqlalchemy import select

from market import rulebook
from market.access import OrgKind
from market.accounts.actions import register_organisation
from market.accounts.model import Organisation
from market.calendar import default_calendar
from market.codes import credit_code, phone
from market.db import UnitOfWork
from market.errors import MarketError, msgid
from market.firms import actions
from market.firms.actions import RegistrationFacts
from market.firms.actions.registration import SUBJECT
from market.firms.journal import FirmsImported
from market.firms.rules import FirmNature, Move
from market.firms.sheets import Row, Sheet, SheetError, read_sheet
from market.plain import has_controls, is_formula, is_plain_name


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the list, and the other headings it goes by."""

    key: str
    heading: str
    aliases: tuple[str, ...]
    characters: int
    required: bool = True


COLUMNS: Final = (
    Column("name", "机构名称", ("中介机构名称", "单位名称", "企业名称", "名称"), 200),
    Column("code", "统一社会信用代码", ("信用代码", "社会信用代码", "统一信用代码"), 40),
    Column("nature", "机构性质", ("性质", "单位性质"), 20),
    Column(
        "legal_representative",
        "法定代表人",
        ("法人", "负责人", "法人代表", "法定代表人（负责人）"),
        50,
    ),
    Column("registered_on", "成立日期", ("注册日期", "登记日期", "成立时间"), 30),
    Column("address", "办公地址", ("地址", "住所", "注册地址"), 200),
    Column("business_scope", "经营范围", ("业务范围", "经营（业务）范围"), 2000),
    Column("contact_name", "联系人", ("业务联系人",), 50),
    Column("contact_phone", "联系电话", ("电话", "手机", "业务联系电话"), 30),
    Column("email", "电子邮箱", ("邮箱", "E-mail", "email"), 100, required=False),
    Column("physically_present", "实体进驻", ("是否实体进驻", "进驻"), 10, required=False),
)
HEADINGS: Final = tuple(word for c in COLUMNS for word in (c.heading, *c.aliases) if c.required)
_NATURES: Final = {
    "企业": FirmNature.ENTERPRISE,
    "公司": FirmNature.ENTERPRISE,
    "事业单位": FirmNature.INSTITUTION,
    "社会组织": FirmNature.SOCIAL,
    "社会团体": FirmNature.SOCIAL,
    "民办非企业单位": FirmNature.SOCIAL,
}
_YES: Final = dict.fromkeys(("是", "有", "1", "Y"), True) | dict.fromkeys(
    ("否", "无", "0", "N", ""), False
)
_DAY: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_EMAIL: Final = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s]+")


class RowError(MarketError):
    """A row that cannot be taken over."""


class EmptyCellError(RowError):
    """A required cell is empty."""

    sentence = msgid("未填写")


class LongCellError(RowError):
    """A cell is longer than the form allows."""

    sentence = msgid("超过 %(limit)s 个字")

    def __init__(self, limit: int) -> None:
        super().__init__(limit=limit)


class StrangeCellError(RowError):
    """A cell holds characters that are not text, or a text that a spreadsheet would execute."""

    sentence = msgid("含有乱码、控制字符，或以 = + - @ 开头像公式，请改为普通文字")


class WordCellError(RowError):
    """A cell holds none of the words it may hold."""

    sentence = msgid("“%(text)s”不在可填的范围内，应为：%(allowed)s")

    def __init__(self, text: str, allowed: str) -> None:
        super().__init__(text=text[:40], allowed=allowed)


class DayCellError(RowError):
    """A cell is no day, or one to come."""

    sentence = msgid("“%(text)s”不是有效的日期，或晚于今天。请按 2015-06-01 的格式填写")

    def __init__(self, text: str) -> None:
        super().__init__(text=text[:40])


class EmailCellError(RowError):
    """A cell is no address."""

    sentence = msgid("不是有效的电子邮箱")


class TwiceInFileError(RowError):
    """The same code stands in an earlier row."""

    sentence = msgid("与第 %(row)s 行的统一社会信用代码重复")

    def __init__(self, row: int) -> None:
        super().__init__(row=row)


class KnownFirmError(RowError):
    """The code is registered."""

    sentence = msgid("该统一社会信用代码已在系统中登记，不能重复导入")


class RoundedCodeError(RowError):
    """A code that a spreadsheet kept as a number has lost digits."""

    sentence = msgid("代码被 Excel 存为数字，末几位可能已丢失。请把该列设为“文本”格式后重新填写")


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong in a row, and in which column."""

    row: int
    column: str
    error: MarketError


@dataclass(frozen=True, slots=True)
class NewFirm:
    """A row that can be taken over."""

    row: int
    code: str
    name: str
    facts: RegistrationFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What became of a file. ``imported`` is false for a dry run and where there are problems."""

    rows: int
    firms: tuple[NewFirm, ...]
    problems: tuple[RowProblem, ...]
    encoding: str
    sha256: str
    imported: bool


def import_firms(work: UnitOfWork, content: bytes, *, dry_run: bool = False) -> Report:
    """Take over a list of firms, if every row can be; each then waits for the operator's check.

    Raises:
        SheetError: The file is no table with the right heading.
    """
    sheet = read_sheet(content, HEADINGS)
    firms, problems = _judge(work, sheet)
    digest = hashlib.sha256(content).hexdigest()
    imported = bool(firms) and not problems and not dry_run
    if imported:
        _take_over(work, firms, digest)
    return Report(
        rows=len(sheet.rows) - 1,
        firms=tuple(firms),
        problems=tuple(problems),
        encoding=sheet.encoding,
        sha256=digest,
        imported=imported,
    )


def _judge(work: UnitOfWork, sheet: Sheet) -> tuple[list[NewFirm], list[RowProblem]]:
    if not sheet.rows:
        raise SheetError(msgid("表中没有内容。"))
    places = _places(sheet.rows[0])
    if len(sheet.rows) == 1:
        raise SheetError(msgid("只有表头，没有机构。请填写后再导入。"))
    known = set(work.session.scalars(select(Organisation.code)))
    seen: dict[str, int] = {}
    firms: list[NewFirm] = []
    problems: list[RowProblem] = []
    for row in sheet.rows[1:]:
        reader = _RowReader(row, places, work.today)
        firm = reader.firm()
        if firm is not None:
            if firm.code in seen:
                reader.blame("code", TwiceInFileError(seen[firm.code]))
            elif firm.code in known:
                reader.blame("code", KnownFirmError())
            seen.setdefault(firm.code, row.number)
        problems += reader.problems
        if firm is not None and not reader.problems:
            firms.append(firm)
    return firms, problems


def _places(heading: Row) -> dict[str, int]:
    """Return where each column stands.

    Raises:
        SheetError: A required column is missing, or one stands there twice.
    """
    places: dict[str, int] = {}
    for place, text in enumerate(heading.cells):
        word = re.sub(r"[\s*＊]", "", text)
        for column in COLUMNS:
            if word in (column.heading, *column.aliases):
                if column.key in places:
                    raise SheetError(
                        msgid("表头中“%(heading)s”出现了两次。请删去一列。"), heading=column.heading
                    )
                places[column.key] = place
    missing = [c.heading for c in COLUMNS if c.required and c.key not in places]
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
    today: date
    problems: list[RowProblem] = field(default_factory=list)

    def firm(self) -> NewFirm | None:
        """Return the firm of the row; none if a cell is wrong."""
        values = {c.key: self._read(c) for c in COLUMNS}
        if self.problems:
            return None
        code, name = str(values.pop("code")), str(values.pop("name"))
        return NewFirm(self.row.number, code, name, RegistrationFacts(**values))  # type: ignore[arg-type]  # read by key, each by its own reader

    def blame(self, key: str, error: MarketError) -> None:
        """Note what is wrong in a column."""
        heading = next(c.heading for c in COLUMNS if c.key == key)
        self.problems.append(RowProblem(self.row.number, heading, error))

    def _read(self, column: Column) -> object:
        try:
            text = self._cell(column)
            reader = _READERS.get(column.key)
            return reader(text, self.today) if reader else text
        except MarketError as error:
            self.blame(column.key, error)
            return None

    def _cell(self, column: Column) -> str:
        place = self.places.get(column.key)
        cells = self.row.cells
        text = cells[place] if place is not None and place < len(cells) else ""
        if not text and column.required:
            raise EmptyCellError
        if len(text) > column.characters:
            raise LongCellError(column.characters)
        if _is_strange(text) or (is_formula(text) and column.key != "contact_phone"):
            raise StrangeCellError
        if column.key == "name" and not is_plain_name(text):
            raise StrangeCellError
        return text


def _is_strange(text: str) -> bool:
    """Whether a text has controls, private-use or replacement characters: a wrong code page."""
    return has_controls(text) or any(
        c == "\ufffd" or 0xE000 <= ord(c) <= 0xF8FF  # noqa: PLR2004 - the private use area
        for c in text
    )


def _code(text: str, today: date) -> str:
    del today
    if re.fullmatch(r"\d(\.\d+)?[eE]\+?\d+|\d{15}000", text):
        raise RoundedCodeError
    return credit_code(text)


def _nature(text: str, today: date) -> FirmNature:
    del today
    if text not in _NATURES:
        raise WordCellError(text, "、".join(_NATURES))
    return _NATURES[text]


def _day(text: str, today: date) -> date:
    found = _DAY.fullmatch(text) or re.fullmatch(r"(\d{4})(\d{2})(\d{2})", text)
    try:
        day = date(*map(int, found.groups())) if found else None
    except ValueError:
        day = None
    if day is None or day > today:
        raise DayCellError(text)
    return day


def _phone(text: str, today: date) -> str:
    del today
    return phone(text)


def _email(text: str, today: date) -> str:
    del today
    if text and not _EMAIL.fullmatch(text):
        raise EmailCellError
    return text


def _present(text: str, today: date) -> bool:
    del today
    if text.upper() not in _YES:
        raise WordCellError(text, "是、否")
    return _YES[text.upper()]


_READERS: Final[Mapping[str, Callable[[str, date], object]]] = {
    "code": _code,
    "nature": _nature,
    "registered_on": _day,
    "contact_phone": _phone,
    "email": _email,
    "physically_present": _present,
}


def _take_over(work: UnitOfWork, firms: list[NewFirm], digest: str) -> None:
    rules = rulebook.apply(work, SUBJECT)
    due_at = default_calendar().due_at(work.today, rules.integer("registration.check_working_days"))
    for new in firms:
        organisation = register_organisation(work, kind=OrgKind.FIRM, code=new.code, name=new.name)
        firm = actions.save_facts(work, organisation, new.facts)
        firm.imported = True
        firm.imported_by_id = work.actor.user_id
        firm.regulation_id = rules.id
        firm.check_due_at = due_at
        actions.move(work, firm, Move.SUBMIT)
    work.record(FirmsImported(file_sha256=digest, firms=len(firms)))


def template() -> bytes:
    """Return the empty list to fill in, as a CSV file that Excel opens in the right code page."""
    heading = ",".join(c.heading + ("*" if c.required else "") for c in COLUMNS)
    return ("\ufeff" + heading + "\r\n").encode()
