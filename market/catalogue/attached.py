"""What dated files attach to items: the approvals they serve, the model contracts for them.

A file adds entries, or replaces those of the same id, from ``effective_from``; ``withdraws`` ends
entries from that day. Like the items themselves, files in force are never edited (``LOCK``).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final, Generic, Protocol, TypeVar

from market.catalogue.files import (
    SHIPPED,
    current_catalogue,
    load_catalogue,
    one_basis,
)
from market.catalogue.rules import Basis
from market.regulations.files import (
    DataFileError,
    Problem,
    Table,
    configured,
    forget_on_configure,
    read_files,
)

APPROVALS: Final = "approvals/*.toml"
MODELS: Final = "models/*.toml"


class _Attached(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def items(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """An administrative approval that the result of a service is handed in for."""

    id: str
    name_zh: str
    name_en: str
    # The code in the catalogue of government affairs; empty where nobody has checked it yet.
    code: str
    authority: str
    basis: tuple[Basis, ...]
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelContract:
    """A model contract that an authority has published for a service. The text is not shipped."""

    id: str
    title: str
    number: str
    issuer: str
    items: tuple[str, ...]
    confirm: bool = False

    @property
    def name(self) -> str:
        """Its title with its number."""
        return f"{self.title}（{self.number}）" if self.number else self.title


A = TypeVar("A", bound=_Attached)


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachedFile(Generic[A]):
    """One data file: entries that apply from a day, and entries that end on it."""

    name: str
    effective_from: date
    entries: tuple[A, ...]
    withdraws: tuple[str, ...]


class Attachments(Generic[A]):
    """All dated entries of one kind; ``of(code, day)`` gives those of an item on a day."""

    def __init__(self, files: Sequence[AttachedFile[A]]) -> None:
        self._files = sorted(files, key=lambda file: file.effective_from)

    def on(self, day: date) -> Mapping[str, A]:
        """Return the entries in force on a day, by id."""
        found: dict[str, A] = {}
        for file in self._files:
            if file.effective_from <= day:
                found = {key: found[key] for key in found if key not in file.withdraws}
                found |= {entry.id: entry for entry in file.entries}
        return found

    def of(self, code: str, day: date) -> tuple[A, ...]:
        """Return the entries in force on a day that name an item, in the order of their ids."""
        entries = sorted(self.on(day).items())
        return tuple(entry for _, entry in entries if code in entry.items)


def approval_of(table: Table) -> Approval:
    """Read one approval; what is wrong with it is noted in the table."""
    approval = Approval(
        id=table.text("id"),
        name_zh=table.text("name_zh"),
        name_en=table.text("name_en"),
        code=table.text("code", optional=True),
        authority=table.text("authority"),
        basis=tuple(map(one_basis, table.tables("basis"))),
        items=table.texts("items"),
    )
    if not approval.basis:
        table.fault("basis", "至少写一项")
    return _closed(table, approval)


def model_of(table: Table) -> ModelContract:
    """Read one model contract; what is wrong with it is noted in the table."""
    model = ModelContract(
        id=table.text("id"),
        title=table.text("title"),
        number=table.text("number"),
        issuer=table.text("issuer"),
        items=table.texts("items"),
        confirm=table.flag("confirm"),
    )
    return _closed(table, model)


def _closed(table: Table, entry: A) -> A:
    table.close()
    if not entry.items:
        table.fault("items", "至少写一个事项编码")
    return entry


_KINDS: Final[Mapping[str, tuple[str, Callable[[Table], Approval | ModelContract]]]] = {
    APPROVALS: ("approval", approval_of),
    MODELS: ("model", model_of),
}


def check_attached(*folders: Path) -> list[Problem]:
    """List everything that is wrong with the shipped approvals and models, and the folders'.

    Raises:
        DataFileError: The catalogue, in which their items are looked up, is not in order.
    """
    return _problems(folders, load_catalogue(*folders).codes())


def parse_attached(content: bytes, file: str, problems: list[Problem]) -> None:
    """Read one file of approvals or of model contracts, whichever it is."""
    text = content.decode("utf-8", "replace")
    key, read = next(kind for kind in _KINDS.values() if f"[[{kind[0]}]]" in text)
    _one_file(content, file, key, read, problems)


def _problems(folders: Sequence[Path], known: frozenset[str]) -> list[Problem]:
    problems: list[Problem] = []
    for pattern, (key, read) in _KINDS.items():
        files = _files(folders, pattern, key, read, problems)
        problems += [
            Problem(file.name, entry.id, f"事项 {code} 不在清单中")
            for file in files
            for entry in file.entries
            for code in entry.items
            if code not in known
        ]
        problems += _twice(files)
    return problems


def _twice(files: Sequence[AttachedFile[A]]) -> list[Problem]:
    problems: list[Problem] = []
    seen: set[tuple[str, date]] = set()
    ids = {entry.id for file in files for entry in file.entries}
    for file in files:
        for entry in file.entries:
            if (entry.id, file.effective_from) in seen:
                problems.append(Problem(file.name, entry.id, "同一日规定两次"))
            seen.add((entry.id, file.effective_from))
        problems += [
            Problem(file.name, "withdraws", f"{unknown} 没有规定过")
            for unknown in sorted({*file.withdraws} - ids)
        ]
    return problems


def _files(
    folders: Sequence[Path],
    pattern: str,
    key: str,
    read: Callable[[Table], A],
    problems: list[Problem],
) -> list[AttachedFile[A]]:
    return [
        _one_file(content, f"{folder.name}/{name}", key, read, problems)
        for folder in dict.fromkeys((SHIPPED, *folders))
        for name, content in read_files(folder, pattern)
    ]


def _one_file(
    content: bytes, name: str, key: str, read: Callable[[Table], A], problems: list[Problem]
) -> AttachedFile[A]:
    table = Table.parse(content, name, problems)
    file = AttachedFile(
        name=name,
        effective_from=table.day("effective_from"),
        entries=tuple(map(read, table.tables(key))),
        withdraws=table.texts("withdraws"),
    )
    table.close()
    return file


def _load(pattern: str, key: str, read: Callable[[Table], A]) -> Attachments[A]:
    # Reading the catalogue checks the LOCK of every folder.
    problems = _problems(configured(), current_catalogue().codes())
    files = _files(configured(), pattern, key, read, problems)
    if problems:
        raise DataFileError(problems)
    return Attachments(files)


@cache
def approvals() -> Attachments[Approval]:
    """Return the approvals of this installation.

    Raises:
        DataFileError: A file is malformed, was changed, or contradicts another.
    """
    return _load(APPROVALS, "approval", approval_of)


@cache
def models() -> Attachments[ModelContract]:
    """Return the model contracts of this installation.

    Raises:
        DataFileError: A file is malformed, was changed, or contradicts another.
    """
    return _load(MODELS, "model", model_of)


forget_on_configure(approvals.cache_clear)
forget_on_configure(models.cache_clear)
