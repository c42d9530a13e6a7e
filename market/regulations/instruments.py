"""Instruments: the numbers, dates and on/off clauses a text of rules fixes, each with its source.

Repeal is declared by the successor (``repeals``), so that a file in force is never edited. Which
of several successors applies is worked out in ``precedence``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

from market.regulations.files import (
    SHIPPED,
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
from market.regulations.precedence import Lines, rank
from market.regulations.regulation import (
    PLATFORM_DEFAULT,
    Clause,
    NoRegulationError,
    Regulation,
    Value,
)


class Regulations:
    """All instruments an installation knows."""

    def __init__(self, instruments: Iterable[Regulation]) -> None:
        everyone = {instrument.id: instrument for instrument in instruments}
        lines = Lines(everyone)
        self._ended_on = lines.ended_on
        self._aside = lines.aside
        self._supplements = lines.supplements
        self._by_id = {one.id: self._supplied(one) for one in everyone.values()}

    def _supplied(self, one: Regulation) -> Regulation:
        """Return a city's instrument with the values that only a later shipped one has."""
        added = {
            key: replace(clause, supplied_by=other.id)
            for other in self._supplements.get(one.id, ())
            for key, clause in other.clauses.items()
            if key not in one.clauses
        }
        return replace(one, clauses=MappingProxyType({**one.clauses, **added})) if added else one

    def all(self) -> tuple[Regulation, ...]:
        """Return every instrument that applies at some time, by subject and date."""
        return tuple(
            sorted(
                (one for one in self._by_id.values() if one.id not in self._aside),
                key=lambda r: (r.subject, r.effective_from, r.id),
            )
        )

    def everyone(self) -> tuple[Regulation, ...]:
        """Return every instrument, those included that never apply: they link the others."""
        return tuple(self._by_id.values())

    def by_id(self, regulation_id: str) -> Regulation:
        """Return the instrument a need or a case remembers.

        Raises:
            KeyError: No file has that id.
        """
        return self._by_id[regulation_id]

    def aside(self) -> tuple[tuple[Regulation, Regulation], ...]:
        """Return the instruments that never apply, each with the one that does instead."""
        pairs = sorted(self._aside.items())
        return tuple((self._by_id[one], self._by_id[other]) for one, other in pairs)

    def supplements(self, regulation: Regulation) -> tuple[Regulation, ...]:
        """Return the shipped instruments that say what a city's older one does not."""
        found = self._supplements.get(regulation.id, ())
        return tuple(self._by_id[other.id] for other in found)

    def ended_on(self, regulation: Regulation) -> date | None:
        """Return the first day on which an instrument no longer applies, if another took over."""
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


def parse(
    content: bytes, file: str, problems: list[Problem], *, shipped: bool = False
) -> Regulation:
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
        shipped=shipped,
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
        parse(content, f"{folder.name}/{name}", problems, shipped=folder == SHIPPED)
        for folder in rules_folders(*folders)
        for name, content in read_files(folder, "*.toml")
    ]


def _contradictions(instruments: Sequence[Regulation]) -> list[Problem]:
    problems = []
    by_id = {instrument.id: instrument for instrument in instruments}
    if len(by_id) != len(instruments):
        problems.append(Problem("regulations", "id", "有两个文件使用同一个 id"))
    repealed = [(old, rank(one)) for one in instruments for old in one.repeals]
    problems += [
        Problem("regulations", old, "被不止一个文件废止")
        for old in sorted({pair[0] for pair in repealed if repealed.count(pair) > 1})
    ]
    problems += _differing(Regulations(instruments))
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


def _differing(regulations: Regulations) -> list[Problem]:
    """List the values of a city that a shipped file has with another type."""
    return [
        Problem(one.file, key, f"随程序发布的 {other.id} 也有此项，但类型不同。请另立文件改正")
        for one in regulations.all()
        for other in regulations.supplements(one)
        for key, clause in other.clauses.items()
        if type(one.clauses[key].value) is not type(clause.value)
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
