"""Instruments: the numbers, dates and on/off clauses a text of rules fixes, each with its source.

Repeal is declared by the successor (``repeals``), so that a file in force is never edited.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from market.errors import MarketError, msgid
from market.regulations.files import (
    DataFileError,
    Problem,
    Table,
    check_lock,
    configured,
    digest_of,
    forget_on_configure,
    is_exactly,
    read_files,
    rules_folders,
)

PLATFORM_DEFAULT: Final = "platform default"

Value = int | str | bool | tuple[str, ...] | tuple[int, ...]


class NoRegulationError(MarketError):
    """Not exactly one instrument is in force on the day."""

    sentence = msgid(
        "%(day)s没有唯一有效的“%(subject)s”规则（找到%(found)s件）。"
        "请联系运营机构核对规则文件的施行与废止日期。"
    )

    def __init__(self, subject: str, day: date, found: int) -> None:
        super().__init__(subject=subject, day=day, found=found)


class NoClauseError(MarketError):
    """The instrument fixes no such value."""

    sentence = msgid("规则“%(title)s”没有“%(key)s”这一项。请联系运营机构补充规则文件。")

    def __init__(self, title: str, key: str) -> None:
        super().__init__(title=title, key=key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One value and where it comes from: a clause of the instrument, or the platform itself.

    ``confirm`` marks what nobody has checked against the official text yet.
    """

    value: Value
    clause: str = ""
    source: str = ""
    note: str = ""
    confirm: bool = False

    @property
    def is_platform_default(self) -> bool:
        """Whether no law fixes the value."""
        return self.source == PLATFORM_DEFAULT


@dataclass(frozen=True, slots=True, kw_only=True)
class Regulation:
    """One instrument. Values are looked up by ``section.key``; a missing one is loud."""

    id: str
    subject: str
    title: str
    issuer: str
    document_number: str
    source: str
    effective_from: date
    repeals: tuple[str, ...]
    clauses: Mapping[str, Clause]
    digest: str
    file: str

    def __getitem__(self, key: str) -> Value:
        return self._clause(key).value

    def __contains__(self, key: str) -> bool:
        return key in self.clauses

    def integer(self, key: str) -> int:
        """Return a number.

        Raises:
            NoClauseError: The instrument has no number under the key.
        """
        value = self[key]
        if isinstance(value, bool) or not isinstance(value, int):
            raise NoClauseError(self.title, key)
        return value

    def flag(self, key: str) -> bool:
        """Return an on/off clause.

        Raises:
            NoClauseError: The instrument has no such clause under the key.
        """
        value = self[key]
        if not isinstance(value, bool):
            raise NoClauseError(self.title, key)
        return value

    def text(self, key: str) -> str:
        """Return a text.

        Raises:
            NoClauseError: The instrument has no text under the key.
        """
        value = self[key]
        if not isinstance(value, str):
            raise NoClauseError(self.title, key)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts.

        Raises:
            NoClauseError: The instrument has no list of texts under the key.
        """
        value = self[key]
        if not isinstance(value, tuple):
            raise NoClauseError(self.title, key)
        return tuple(item for item in value if isinstance(item, str))

    def integers(self, key: str) -> tuple[int, ...]:
        """Return a list of numbers.

        Raises:
            NoClauseError: The instrument has no list of numbers under the key.
        """
        value = self[key]
        if not isinstance(value, tuple):
            raise NoClauseError(self.title, key)
        return tuple(item for item in value if isinstance(item, int))

    def clause_of(self, key: str) -> str:
        """Return where a value comes from: the clause's number, or ``platform default``.

        Raises:
            NoClauseError: The instrument has no such value.
        """
        clause = self._clause(key)
        return clause.clause or clause.source

    def _clause(self, key: str) -> Clause:
        try:
            return self.clauses[key]
        except KeyError:
            raise NoClauseError(self.title, key) from None


class Regulations:
    """All instruments an installation knows."""

    def __init__(self, instruments: Iterable[Regulation]) -> None:
        self._by_id = {instrument.id: instrument for instrument in instruments}
        self._ended_on = {
            repealed: instrument.effective_from
            for instrument in self._by_id.values()
            for repealed in instrument.repeals
        }

    def all(self) -> tuple[Regulation, ...]:
        """Return every instrument, by subject and date."""
        return tuple(
            sorted(self._by_id.values(), key=lambda r: (r.subject, r.effective_from, r.id))
        )

    def by_id(self, regulation_id: str) -> Regulation:
        """Return the instrument a need or a case remembers.

        Raises:
            KeyError: No file has that id.
        """
        return self._by_id[regulation_id]

    def ended_on(self, regulation: Regulation) -> date | None:
        """Return the first day on which an instrument no longer applies, if it was repealed."""
        return self._ended_on.get(regulation.id)

    def found(self, subject: str, day: date) -> list[Regulation]:
        """Return all instruments on a subject in force on a day; its first day counts."""
        return [
            regulation
            for regulation in self._by_id.values()
            if regulation.subject == subject
            and regulation.effective_from <= day < self._ended_on.get(regulation.id, date.max)
        ]

    def in_force(self, subject: str, day: date) -> Regulation:
        """Return the one instrument on a subject in force on a day.

        Raises:
            NoRegulationError: None is, or several are.
        """
        found = self.found(subject, day)
        if len(found) != 1:
            raise NoRegulationError(subject, day, len(found))
        return found[0]


def load(*folders: Path) -> Regulations:
    """Read the shipped instruments and those in the given rules folders.

    Raises:
        DataFileError: A file is malformed, was changed, or contradicts another.
    """
    problems, instruments = _examined(folders)
    if problems:
        raise DataFileError(problems)
    return Regulations(instruments)


@cache
def current() -> Regulations:
    """Return the instruments of this installation (see ``configure``).

    Raises:
        DataFileError: A file is malformed, was changed, or contradicts another.
    """
    return load(*configured())


forget_on_configure(current.cache_clear)


def in_force(subject: str, day: date) -> Regulation:
    """Return this installation's one instrument on a subject in force on a day.

    Raises:
        NoRegulationError: None is, or several are.
    """
    return current().in_force(subject, day)


def check(*folders: Path) -> list[Problem]:
    """List everything that is wrong with the shipped files and those of the folders."""
    problems, _ = _examined(folders)
    return problems


def parse(content: bytes, file: str, problems: list[Problem]) -> Regulation:
    """Read one instrument; what is wrong with it is added to ``problems``."""
    table = Table.parse(content, file, problems)
    facts = {key: table.text(key) for key in ("id", "subject", "title", "issuer", "source")}
    number = table.text("document_number", optional=True)
    effective_from = table.day("effective_from")
    repeals = table.texts("repeals")
    clauses = {
        f"{section}.{key}": clause
        for section in table.unread()
        for key, clause in _section(table.table(section)).items()
    }
    if not number and any(clause.clause for clause in clauses.values()):
        table.fault("document_number", "引用条款的文件须写明文号")
    if not clauses:
        table.fault("", "没有任何规则项")
    return Regulation(
        **facts,
        document_number=number,
        effective_from=effective_from,
        repeals=repeals,
        clauses=MappingProxyType(clauses),
        digest=digest_of(content),
        file=file,
    )


def _section(section: Table) -> dict[str, Clause]:
    return {key: _clause(section.table(key)) for key in section.keys()}  # noqa: SIM118  # a Table is no dict


def _clause(table: Table) -> Clause:
    clause = Clause(
        value=_value(table),
        clause=table.text("clause", optional=True),
        source=table.text("source", optional=True),
        note=table.text("note", optional=True),
        confirm=table.flag("confirm"),
    )
    table.close()
    if bool(clause.clause) == bool(clause.source):
        table.fault("clause", f'须注明 clause（条款号）或 source = "{PLATFORM_DEFAULT}"，二者取一')
    elif clause.source and not clause.is_platform_default:
        table.fault("source", f'只能是 "{PLATFORM_DEFAULT}"；有法律依据的写 clause')
    return clause


def _value(table: Table) -> Value:
    value = table.raw("value")
    if isinstance(value, bool | str) or (is_exactly(value, int) and isinstance(value, int)):
        return value
    if isinstance(value, list) and value:
        for kind in (str, int):
            if all(is_exactly(item, kind) for item in value):
                return tuple(value)
    table.fault("value", "应为整数、文字、true/false 或同类的非空列表")
    return 0


def _examined(folders: Sequence[Path]) -> tuple[list[Problem], list[Regulation]]:
    problems = [p for folder in rules_folders(*folders) for p in check_lock(folder)]
    instruments = _read(folders, problems)
    return problems + _contradictions(instruments), instruments


def _read(folders: Sequence[Path], problems: list[Problem]) -> list[Regulation]:
    return [
        parse(content, f"{folder.name}/{name}", problems)
        for folder in rules_folders(*folders)
        for name, content in read_files(folder, "*.toml")
    ]


def _contradictions(instruments: Sequence[Regulation]) -> list[Problem]:
    problems = []
    by_id = {instrument.id: instrument for instrument in instruments}
    if len(by_id) != len(instruments):
        problems.append(Problem("regulations", "id", "有两个文件使用同一个 id"))
    repealed = [old for instrument in instruments for old in instrument.repeals]
    problems += [
        Problem("regulations", old, "被不止一个文件废止")
        for old in sorted({old for old in repealed if repealed.count(old) > 1})
    ]
    for new in instruments:
        for old in new.repeals:
            problems += _succession(by_id.get(old), old, new)
    return problems + _overlaps(Regulations(instruments))


def _succession(old: Regulation | None, old_id: str, new: Regulation) -> list[Problem]:
    if old is None:
        return [Problem(new.file, "repeals", f"所废止的 {old_id} 不存在")]
    if old.subject != new.subject or old.effective_from >= new.effective_from:
        return [Problem(new.file, "repeals", f"{old_id} 主题不同，或施行日期不早于本文件")]
    # A successor that lacks a value, or turns a number into a text, would break a deadline.
    return [
        Problem(new.file, key, f"{old_id} 有此项，本文件没有或类型不同")
        for key, clause in old.clauses.items()
        if key not in new.clauses or type(new.clauses[key].value) is not type(clause.value)
    ]


def _overlaps(regulations: Regulations) -> list[Problem]:
    everyone = regulations.all()
    days = [r.effective_from for r in everyone]
    days += [day for r in everyone if (day := regulations.ended_on(r))]
    return [
        Problem("regulations", subject, f"{day} 有{count}个文件同时有效")
        for subject in sorted({r.subject for r in everyone})
        for day in sorted(set(days))
        if (count := len(regulations.found(subject, day))) > 1
    ]
