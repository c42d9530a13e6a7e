"""A table of a dossier: which rows of the case it holds, without which columns."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Table, select

from market.accounts.model import Organisation
from market.contracts.model import Contract
from market.db import Base, UnitOfWork
from market.draws.model import Award
from market.errors import msgid
from market.files import StoredFile
from market.firms.model import Firm, FirmStaff
from market.installation import Installation
from market.needs.model import Need

# Of no meaning outside the program.
_INSIDE: Final = frozenset({"version", "next_check_at"})
FILE: Final = "file_id"
# What officials propose to each other, and what is said of it.
PROPOSED: Final = frozenset({"proposal", "proposed_by_id", "proposed_at"})
INTERNAL: Final = msgid("审查人员的内部拟办意见不列，结论和理由照列。")


@dataclass(frozen=True, slots=True)
class Case:
    """What a dossier is about, as those who gather need it."""

    work: UnitOfWork
    here: Installation
    contract: Contract
    award: Award
    need: Need


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One table: its file, its name (a msgid), the rows that belong to a case, and their uploads.

    ``upload`` names the upload of a row, without its ending; ``note`` says which words of these
    rows are left out, and why.
    """

    path: str
    title: str
    model: type[Base]
    chosen: Callable[[Case], ColumnElement[bool]]
    without: frozenset[str] = frozenset()
    upload: Callable[[Any], str] | None = None
    note: str = ""

    @property
    def columns(self) -> list[str]:
        """Its columns, as they are named in the database."""
        table = self.model.__table__
        return [one.key for one in table.columns if one.key not in _INSIDE | self.without]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One part: its folder, its name (a msgid) and its tables."""

    folder: str
    title: str
    sheets: tuple[Sheet, ...]


def rows_of(case: Case, sheet: Sheet) -> Sequence[Base]:
    """Return the rows of a case that a sheet holds, in the order in which they were stored."""
    keys = list(sheet.model.__table__.primary_key)
    query = select(sheet.model).where(sheet.chosen(case)).order_by(*keys)
    return case.work.session.scalars(query).all()


def uploads_of(case: Case, sheet: Sheet, rows: Sequence[Base]) -> Iterator[tuple[str, StoredFile]]:
    """Yield the uploads that came with rows, each with its name in the dossier."""
    if sheet.upload is None:
        return
    for row in rows:
        file_id = getattr(row, FILE)
        if file_id is not None:
            stored = case.work.session.get_one(StoredFile, file_id)
            yield f"{sheet.upload(row)}.{stored.name.rpartition('.')[2].lower()}", stored


def values_of(case: Case, sheet: Sheet, row: Base) -> list[object]:
    """Return what a row says: organisations and firms by name and code, uploads by their path."""
    return [_value(case, sheet, row, key) for key in sheet.columns]


def _value(case: Case, sheet: Sheet, row: Base, key: str) -> object:
    value = getattr(row, key)
    if value is None:
        return None
    if key == FILE and sheet.upload is not None:
        stored = case.work.session.get_one(StoredFile, value)
        return f"{sheet.upload(row)}.{stored.name.rpartition('.')[2].lower()}"
    match target_of(sheet, key):
        case "organisation":
            org = case.work.session.get_one(Organisation, value)
            return f"{org.name}（{org.code}）"
        case "firm":
            firm = case.work.session.get_one(Firm, value)
            return f"{firm.name}（{firm.code}）"
        case "firm_staff":
            return case.work.session.get_one(FirmStaff, value).name
        case _:
            return value


def target_of(sheet: Sheet, key: str) -> str:
    """Return the table a column refers to, or nothing."""
    table = sheet.model.__table__
    assert isinstance(table, Table)  # noqa: S101 - no model is mapped to anything else
    found = next(iter(table.columns[key].foreign_keys), None)
    return found.column.table.name if found is not None else ""
