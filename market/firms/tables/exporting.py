"""The tables that go out: what anyone may have, and what the operator may have beside it.

A table has the columns of its import where there is one, so that what went out comes in again.
Of a person a table for the operator tells a family name and masked numbers; the public learns
of firms only.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from itertools import islice
from types import MappingProxyType
from typing import Final

from sqlalchemy import Executable, and_, exists, select
from sqlalchemy.orm import aliased

from market.catalogue.columns import ITEM_COLUMNS
from market.catalogue.queries import all_items
from market.catalogue.tables import item_cells
from market.db import UnitOfWork
from market.errors import msgid
from market.firms import queries
from market.firms.checks import COUNTED
from market.firms.model import Firm, FirmFee, FirmQualification, FirmService, FirmStaff
from market.firms.rules import STATE_WORDS, FirmState, ServiceState
from market.firms.tables import TAKERS, Subject
from market.firms.tables.fees import Fees
from market.firms.tables.firms import Firms
from market.firms.tables.qualifications import Qualifications
from market.firms.tables.staff import Staff
from market.labels import label_of
from market.sheets.columns import Column

# A file that a person opens in a spreadsheet. A market of a city has fewer rows.
MOST_ROWS: Final = 50_000


class Export(StrEnum):
    """What may be had as a table."""

    FIRMS = "firms"
    QUALIFICATIONS = "qualifications"
    STAFF = "staff"
    FEES = "fees"
    ITEMS = "items"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: its heading and its rows, in Chinese as the State's own tables are."""

    header: Sequence[str]
    rows: Iterable[Sequence[str]]


Maker = Callable[[UnitOfWork], Sheet]
_CODE: Final = msgid("统一社会信用代码")
_NAME: Final = msgid("机构名称")
_STATE: Final = msgid("状态")
_CHECKED: Final = msgid("核对情况")
# How a firm is reached is on its page; in bulk nobody is told whom to call.
_PUBLIC_FIRM: Final = (
    "name",
    "code",
    "nature",
    "registered_on",
    "address",
    "business_scope",
    "physically_present",
    "registered_address",
    "registering_authority",
    "registered_capital_fen",
    "capital_currency",
    "parent_code",
)


_NAMES_OF_PEOPLE: Final = frozenset({"contact_name"})
_NUMBERS_OF_PEOPLE: Final = frozenset({"contact_phone", "landline", "fax"})


def _family_name(name: str) -> str:
    return name[:1] + "*" * max(1, len(name) - 1) if name else ""


def _guarded(column: Column, of: object) -> str:
    """Return a cell with what identifies a person masked."""
    text = column.shown(of)
    if column.key in _NAMES_OF_PEOPLE or (isinstance(of, FirmStaff) and column.key == "name"):
        return _family_name(text)
    if column.key in _NUMBERS_OF_PEOPLE:
        return text[:3] + "*" * len(text[3:-4]) + text[-4:]
    if column.key == "email" and text:
        return text[:1] + "***" + text[text.index("@") :]
    return text


def _firms(work: UnitOfWork, *, public: bool) -> Sheet:
    columns = [c for c in Firms.columns if not public or c.key in _PUBLIC_FIRM]
    query = select(Firm).order_by(Firm.code).limit(MOST_ROWS)
    if public:
        query = query.where(Firm.state == FirmState.LISTED)
    else:
        query = query.where(Firm.state != FirmState.DRAFT)
    return Sheet(
        [*(c.heading for c in columns), _STATE],
        (
            [*(_guarded(c, firm) for c in columns), STATE_WORDS[firm.state]]
            for firm in work.session.scalars(query)
        ),
    )


def _of_firms(
    work: UnitOfWork, query: Executable, columns: Sequence[Column], *, stated: bool
) -> Sheet:
    """Return a table of what firms have: whose it is, what it is, and how far it was checked."""
    return Sheet(
        [_CODE, _NAME, *(c.heading for c in columns), *([_CHECKED] if stated else [])],
        (
            [
                firm.code,
                firm.name,
                *(_guarded(c, row) for c in columns),
                *([label_of(row.state).text] if stated else []),
            ]
            for firm, row in islice(work.session.execute(query), MOST_ROWS)
        ),
    )


def _qualifications(work: UnitOfWork, *, public: bool) -> Sheet:
    of = FirmQualification
    query = select(Firm, of).join(of, of.firm_id == Firm.id).order_by(Firm.code, of.id)
    if public:
        query = query.where(Firm.state == FirmState.LISTED, of.state.in_(COUNTED))
    else:
        query = query.where(Firm.state != FirmState.DRAFT)
    return _of_firms(work, query, Qualifications.columns, stated=not public)


def _staff(work: UnitOfWork) -> Sheet:
    query = (
        select(Firm, FirmStaff)
        .join(FirmStaff, FirmStaff.firm_id == Firm.id)
        .where(Firm.state != FirmState.DRAFT, FirmStaff.left_at.is_(None))
        .order_by(Firm.code, FirmStaff.id)
    )
    return _of_firms(work, query, Staff.columns, stated=True)


def _fees(work: UnitOfWork, *, public: bool) -> Sheet:
    """Return the fees in force today: of each firm and item the version that applies."""
    later = aliased(FirmFee)
    newer = exists().where(
        later.firm_id == FirmFee.firm_id,
        later.item_code == FirmFee.item_code,
        later.version_no > FirmFee.version_no,
        later.valid_from_on <= work.today,
    )
    query = (
        select(Firm, FirmFee)
        .join(FirmFee, FirmFee.firm_id == Firm.id)
        .where(
            FirmFee.valid_from_on <= work.today,
            FirmFee.valid_to_on.is_(None) | (FirmFee.valid_to_on >= work.today),
            ~newer,
        )
        .order_by(Firm.code, FirmFee.item_code)
    )
    if public:
        offered = and_(FirmService.firm_id == Firm.id, FirmService.item_code == FirmFee.item_code)
        query = query.join(FirmService, offered).where(
            Firm.state == FirmState.LISTED, FirmService.state == ServiceState.OFFERED
        )
    else:
        query = query.where(Firm.state != FirmState.DRAFT)
    return _of_firms(work, query, Fees.columns, stated=False)


def _items(work: UnitOfWork) -> Sheet:
    return Sheet(
        [column.heading for column in ITEM_COLUMNS],
        (item_cells(one) for one in all_items(work.today)),
    )


# What anyone may have.
PUBLIC: Final[Mapping[Export, Maker]] = MappingProxyType(
    {
        Export.FIRMS: partial(_firms, public=True),
        Export.QUALIFICATIONS: partial(_qualifications, public=True),
        Export.FEES: partial(_fees, public=True),
        Export.ITEMS: _items,
    }
)
# What the operator may have: everything but drafts; of people masked numbers only.
OPERATOR: Final[Mapping[Export, Maker]] = MappingProxyType(
    {
        Export.FIRMS: partial(_firms, public=False),
        Export.QUALIFICATIONS: partial(_qualifications, public=False),
        Export.STAFF: _staff,
        Export.FEES: partial(_fees, public=False),
        Export.ITEMS: _items,
    }
)


def own(work: UnitOfWork, subject: Subject) -> Sheet:
    """Return a firm's own table, in the columns of its import."""
    firm = queries.own(work)
    rows: Sequence[object]
    match subject:
        case Subject.QUALIFICATIONS:
            rows = queries.qualifications(work, firm.id)
        case Subject.STAFF:
            rows = queries.staff(work, firm.id)
        case Subject.FEES:
            rows = [fee for _, fee in queries.offers(work, firm.id) if fee is not None]
        case Subject.FIRMS:
            rows = [firm]
    columns = TAKERS[subject].columns
    return Sheet(
        [column.heading for column in columns],
        ([column.shown(row) for column in columns] for row in rows),
    )
