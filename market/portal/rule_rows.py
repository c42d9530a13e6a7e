"""The instruments as /about shows them: grouped, each value with its name, unit and source."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final

from market.portal.rule_sections import SECTIONS
from market.portal.rule_values import named, told
from market.portal.rule_words import NAMES
from market.regulations import Clause, Regulation, Regulations
from market.web.language import language

# A list of more than so many words is folded.
FEW: Final = 8
# What stands at the end of a key and is said again by the value.
UNITS: Final = ("_working_days", "_days", "_months", "_fen", "_minutes", "_seconds", "_bp")


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueRow:
    """One value: its key, what it is called, what it says, and the clause it comes from."""

    key: str
    name: str
    texts: list[str]
    clause: Clause

    @property
    def is_long(self) -> bool:
        """Whether the list is too long to be read in passing."""
        return len(self.texts) > FEW


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The values of an instrument that stand together."""

    name: str
    rows: list[ValueRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRow:
    """An instrument, whether it is in force, and how much of it no law fixes."""

    rule: Regulation
    ended_on: date | None
    in_force: bool
    sections: list[Section]
    searched: bool = False

    @property
    def defaults(self) -> int:
        """How many values are the platform's own."""
        return sum(clause.is_platform_default for clause in self.rule.clauses.values())

    @property
    def shown(self) -> int:
        """How many values are shown of it."""
        return sum(len(section.rows) for section in self.sections)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The instruments with a number of their own, and what the platform proposes."""

    official: list[RuleRow]
    defaults: list[RuleRow]

    @property
    def total(self) -> int:
        """How many values are shown."""
        return sum(row.shown for row in (*self.official, *self.defaults))


def rules_shown(
    known: Regulations, day: date, items: Mapping[str, str], searched: str = ""
) -> Rules:
    """Return every instrument for the reader, or only the values that hold some words.

    Args:
        known: All instruments.
        day: The day for which they are said to be in force or not.
        items: Names of service items by code.
        searched: What the reader looks for; empty for everything.
    """
    rows = [_row(known, rule, day, items, searched.casefold()) for rule in known.all()]
    kept = sorted(
        (row for row in rows if row.sections),
        key=lambda row: (not row.in_force, row.ended_on is not None),
    )
    return Rules(
        official=[row for row in kept if row.rule.document_number],
        defaults=[row for row in kept if not row.rule.document_number],
    )


def _row(
    known: Regulations, rule: Regulation, day: date, items: Mapping[str, str], searched: str
) -> RuleRow:
    return RuleRow(
        rule=rule,
        ended_on=known.ended_on(rule),
        in_force=rule in known.found(rule.subject, day),
        sections=_sections(rule, items, searched),
        searched=bool(searched),
    )


def _sections(rule: Regulation, items: Mapping[str, str], searched: str) -> list[Section]:
    found = []
    for section, keys in groupby(rule.clauses, key=lambda path: path.partition(".")[0]):
        title = section_name(rule.subject, section)
        rows = [_value(rule, path, items) for path in keys]
        if searched not in f"{rule.title} {title}".casefold():
            rows = [row for row in rows if searched in _said(row)]
        if rows:
            found.append(Section(name=title, rows=rows))
    return found


def _value(rule: Regulation, path: str, items: Mapping[str, str]) -> ValueRow:
    clause = rule.clauses[path]
    return ValueRow(
        key=path,
        name=value_name(path),
        texts=told(rule.subject, path, clause, items),
        clause=clause,
    )


def _said(row: ValueRow) -> str:
    return " ".join((row.key, row.name, row.clause.clause, row.clause.note, *row.texts)).casefold()


def section_name(subject: str, section: str) -> str:
    """Return what a section is called: its words in Chinese, its own key in English."""
    chinese = SECTIONS.get(f"{subject}:{section}") or SECTIONS.get(section, "")
    return _plain(section) if language() == "en" or not chinese else chinese


def value_name(path: str) -> str:
    """Return what a value is called in the reader's language."""
    section, _, key = path.partition(".")
    if said := named(section, key):
        return said
    chinese = NAMES.get(path) or NAMES.get(key, "")
    return _plain(key) if language() == "en" or not chinese else chinese


def _plain(key: str) -> str:
    """Return a key as English words, without the unit that its value says."""
    for unit in UNITS:
        key = key.removesuffix(unit)
    text = key.replace("_", " ").replace("-", " ")
    return text[:1].upper() + text[1:]
