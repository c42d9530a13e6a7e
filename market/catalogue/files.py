"""The catalogue's data files: dated, closed schema, one file per group and date.

A file adds items, or replaces items of the same code, from ``effective_from``; ``withdraws``
ends items from that day. Files in force are never edited (``LOCK``).
"""

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cache
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeVar

from market.catalogue.rules import (
    GRADE_SCALES,
    AuthorityReview,
    Basis,
    Fee,
    FeeKind,
    Group,
    Item,
    Match,
    QualificationKind,
    QualificationNeed,
    StaffNeed,
)
from market.regulations.files import (
    DataFileError,
    Problem,
    Table,
    check_lock,
    configured,
    forget_on_configure,
    read_files,
)

SHIPPED: Final = Path(__file__).parent
CODE: Final = re.compile(r"ZJ-\d{2}-\d{3}-\d{2}", re.ASCII)
GRADES: Final = frozenset(grade for scale in GRADE_SCALES for grade in scale)

E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFile:
    """One data file: items that apply from a day, and items that end on it."""

    name: str
    effective_from: date
    group: Group
    items: tuple[Item, ...]
    withdraws: tuple[str, ...]


class Catalogue:
    """All dated entries; ``on(day)`` gives the items of a day."""

    def __init__(self, files: Sequence[ItemFile]) -> None:
        self._files = sorted(files, key=lambda file: file.effective_from)
        self._changes_on: list[date] = []
        self._from_then: list[Mapping[str, Item]] = []
        items: dict[str, Item] = {}
        for day, changes in groupby(self._files, key=lambda file: file.effective_from):
            for file in changes:
                items = {code: items[code] for code in items if code not in file.withdraws}
                items |= {item.code: item for item in file.items}
            self._changes_on.append(day)
            self._from_then.append(MappingProxyType(_mutual(dict(sorted(items.items())))))

    def on(self, day: date) -> Mapping[str, Item]:
        """Return the items in force on a day, by code, in order of code."""
        place = bisect_right(self._changes_on, day)
        return self._from_then[place - 1] if place else MappingProxyType({})

    def latest(self, code: str) -> Item | None:
        """Return an item as it stood last: what is past is still called what it was."""
        return next((items[code] for items in reversed(self._from_then) if code in items), None)

    def codes(self) -> frozenset[str]:
        """Return the codes of all items, whenever they apply."""
        return frozenset(item.code for file in self._files for item in file.items)

    def groups(self) -> tuple[Group, ...]:
        """Return every group, in order of code; a later file may rename one."""
        groups = {file.group.code: file.group for file in self._files}
        return tuple(groups[code] for code in sorted(groups))


def _mutual(items: Mapping[str, Item]) -> dict[str, Item]:
    """Let both items of an incompatible pair name each other, whichever of them was told.

    What an item publishes as incompatible is then whole.
    """
    named_by: dict[str, set[str]] = {
        code: {*item.incompatible_with} for code, item in items.items()
    }
    for code, item in items.items():
        for other in item.incompatible_with:
            named_by.setdefault(other, set()).add(code)
    return {
        code: replace(item, incompatible_with=tuple(sorted(named_by[code])))
        for code, item in items.items()
    }


def load_catalogue(*folders: Path) -> Catalogue:
    """Read the shipped items and those in the given rules folders.

    Raises:
        DataFileError: A file is malformed, was changed, or contradicts another.
    """
    if problems := check_catalogue(*folders):
        raise DataFileError(problems)
    return Catalogue(_read(folders, []))


@cache
def current_catalogue() -> Catalogue:
    """Return the catalogue of this installation (see ``market.regulations.configure``).

    Raises:
        DataFileError: A file is malformed, was changed, or contradicts another.
    """
    return load_catalogue(*configured())


forget_on_configure(current_catalogue.cache_clear)


def check_catalogue(*folders: Path) -> list[Problem]:
    """List everything that is wrong with the shipped items and those of the folders."""
    problems = [p for folder in (SHIPPED, *folders) for p in check_lock(folder)]
    files = _read(folders, problems)
    return problems + _contradictions(files)


def parse_items(content: bytes, file: str, problems: list[Problem]) -> ItemFile:
    """Read one file; what is wrong with it is added to ``problems``."""
    table = Table.parse(content, file, problems)
    effective_from = table.day("effective_from")
    group = _group(table.table("group"))
    parsed = ItemFile(
        name=file,
        effective_from=effective_from,
        group=group,
        items=tuple(_item(item, group, effective_from) for item in table.tables("item")),
        withdraws=table.texts("withdraws"),
    )
    table.close()
    return parsed


def _group(table: Table) -> Group:
    group = Group(
        code=table.text("code"), name_zh=table.text("name_zh"), name_en=table.text("name_en")
    )
    table.close()
    return group


def _item(table: Table, group: Group, effective_from: date) -> Item:
    item = Item(
        code=table.text("code"),
        group=group,
        name_zh=table.text("name_zh"),
        name_en=table.text("name_en"),
        scope=table.text("scope"),
        result_zh=table.text("result_zh"),
        result_en=table.text("result_en"),
        time_limit_working_days=table.integer("time_limit_working_days"),
        time_limit_source=table.text("time_limit_source"),
        fee=_fee(table.table("fee")),
        basis=tuple(map(one_basis, table.tables("basis"))),
        match=_one_of(table, "match", Match, Match.ALL),
        qualifications=tuple(map(_need, table.tables("qualifications"))),
        effective_from=effective_from,
        staff=_staff(table.table("staff")) if "staff" in table else None,
        scarce=table.flag("scarce"),
        incompatible_with=table.texts("incompatible_with"),
        tender_class=table.text("tender_class", optional=True),
        commissioned_by_authority=table.flag("commissioned_by_authority"),
        review=_review(table.table("review")) if "review" in table else None,
    )
    table.close()
    if not CODE.fullmatch(item.code) or not item.code.startswith(f"ZJ-{group.code}-"):
        table.fault("code", f"编码应为 ZJ-{group.code}-三位类型-两位变体")
    if not item.time_limit_working_days:
        table.fault("time_limit_working_days", "时限至少1个工作日")
    for key, present in (("basis", item.basis), ("qualifications", item.qualifications)):
        if not present:
            table.fault(key, "至少写一项")
    return item


def _review(table: Table) -> AuthorityReview:
    review = AuthorityReview(
        by=table.text("by"),
        working_days=table.integer("working_days"),
        source=table.text("source"),
        confirm=table.flag("confirm"),
    )
    table.close()
    if not review.working_days:
        table.fault("working_days", "评审时限至少1个工作日")
    return review


def one_basis(table: Table) -> Basis:
    """Read one provision; what is wrong with it is noted in the table."""
    basis = Basis(
        document=table.text("document"),
        number=table.text("number", optional=True),
        article=table.text("article", optional=True),
        confirm=table.flag("confirm"),
    )
    table.close()
    return basis


def _need(table: Table) -> QualificationNeed:
    need = QualificationNeed(
        kind=_one_of(table, "kind", QualificationKind, QualificationKind.LICENCE),
        name=table.text("name"),
        minimum_grade=table.text("minimum_grade", optional=True),
        majors=table.texts("majors"),
        confirm=table.flag("confirm"),
    )
    table.close()
    if need.minimum_grade and need.minimum_grade not in GRADES:
        table.fault("minimum_grade", f"不认识的等级“{need.minimum_grade}”")
    return need


def _staff(table: Table) -> StaffNeed:
    staff = StaffNeed(
        count=table.integer("count"),
        certificate=table.text("certificate"),
        confirm=table.flag("confirm"),
    )
    table.close()
    return staff


def _fee(table: Table) -> Fee:
    fee = Fee(
        kind=_one_of(table, "kind", FeeKind, FeeKind.MARKET),
        document=table.text("document", optional=True),
        number=table.text("number", optional=True),
        note=table.text("note", optional=True),
        confirm=table.flag("confirm"),
    )
    table.close()
    if fee.kind is FeeKind.REFERENCE and not fee.document:
        table.fault("document", "参考标准须写明文件名称")
    return fee


def _one_of(table: Table, key: str, kind: type[E], stand_in: E) -> E:
    text = table.text(key)
    if text in {member.value for member in kind}:
        return kind(text)
    if text:
        table.fault(key, f"只能是 {'、'.join(kind)} 之一")
    return stand_in


def _read(folders: Sequence[Path], problems: list[Problem]) -> list[ItemFile]:
    return [
        parse_items(content, f"{folder.name}/{name}", problems)
        for folder in dict.fromkeys((SHIPPED, *folders))
        for name, content in read_files(folder, "items/*.toml")
    ]


def _contradictions(files: Sequence[ItemFile]) -> list[Problem]:
    problems: list[Problem] = []
    seen: dict[tuple[str, date], str] = {}
    codes = {item.code for file in files for item in file.items}
    for file in files:
        for item in file.items:
            other = seen.setdefault((item.code, file.effective_from), file.name)
            if other != file.name:
                problems.append(Problem(file.name, item.code, f"与 {other} 同日规定同一编码"))
            problems += [
                Problem(file.name, item.code, f"不相容的 {unknown} 不在清单中")
                for unknown in sorted({*item.incompatible_with} - codes)
            ]
        problems += [
            Problem(file.name, "withdraws", f"{unknown} 不在清单中")
            for unknown in sorted({*file.withdraws} - codes)
        ]
        problems += _twice(file)
    return problems


def _twice(file: ItemFile) -> list[Problem]:
    codes = [item.code for item in file.items]
    return [
        Problem(file.name, code, "同一文件中出现两次")
        for code in sorted({code for code in codes if codes.count(code) > 1})
    ]
