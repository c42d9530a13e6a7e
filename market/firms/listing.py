"""The public lists: the directory, the fees, the publicity. Paged, sorted, and never more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, and_, exists, func, select

from market.db import UnitOfWork
from market.firms import queries_entry
from market.firms.checks import QualificationState
from market.firms.model import Firm, FirmFee, FirmQualification, FirmService, FirmStaff
from market.firms.rules import (
    PUBLIC,
    SETTLED,
    FirmState,
    ServiceState,
    Standing,
    standing_in_effect,
)

PAGE_ROWS: Final = 20
FEE_ROWS: Final = 50
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Listed(Generic[T]):
    """One page of a list, and how long the whole list is."""

    rows: Sequence[T]
    number: int
    pages: int
    total: int


class DirectorySort(StrEnum):
    """By what the directory may be sorted."""

    NAME = "name"
    LISTED = "listed"


class FeeSort(StrEnum):
    """By what the published fees may be sorted."""

    ITEM = "item"
    AMOUNT = "amount"
    RATE = "rate"
    DISCOUNT = "discount"


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryQuery:
    """What a reader looks for in the directory."""

    words: str = ""
    item_code: str = ""
    group_code: str = ""
    standing: Standing | None = None
    sort: DirectorySort = DirectorySort.NAME
    descending: bool = False


@dataclass(frozen=True, slots=True)
class DirectoryRow:
    """A firm as the directory shows it."""

    firm: Firm
    standing: Standing
    services: tuple[FirmService, ...]
    # Listed on its promise, which nobody has verified yet.
    is_unverified: bool = False


@dataclass(frozen=True, slots=True)
class FeeRow:
    """A fee in force, and whose it is."""

    fee: FirmFee
    firm: Firm
    promised_working_days: int


def directory(work: UnitOfWork, wanted: DirectoryQuery, number: int) -> Listed[DirectoryRow]:
    """Return one page of the listed firms that fit."""
    query = select(Firm).where(Firm.state == FirmState.LISTED, *_conditions(wanted))
    key: ColumnElement[Any] = (
        Firm.name.expression if wanted.sort is DirectorySort.NAME else Firm.listed_at.expression
    )
    ordered = query.order_by(key.desc() if wanted.descending else key, Firm.id)
    firms, number, pages, total = _page(work, query, ordered, number, PAGE_ROWS)
    services = _services_of(work, [firm.id for firm in firms])
    unverified = queries_entry.unverified(work, [firm.id for firm in firms])
    return Listed(
        [
            DirectoryRow(
                firm,
                standing_in_effect(firm.standing, firm.standing_until_at, work.now),
                tuple(services.get(firm.id, ())),
                firm.id in unverified,
            )
            for firm in firms
        ],
        number,
        pages,
        total,
    )


def _conditions(wanted: DirectoryQuery) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.words:
        conditions.append(
            Firm.name.contains(wanted.words, autoescape=True)
            | (Firm.code == wanted.words.replace(" ", "").upper())
        )
    offers = and_(FirmService.firm_id == Firm.id, FirmService.state != ServiceState.WITHDRAWN)
    if wanted.item_code:
        conditions.append(exists().where(offers, FirmService.item_code == wanted.item_code))
    if wanted.group_code:
        prefix = f"ZJ-{wanted.group_code}-"
        conditions.append(
            exists().where(offers, FirmService.item_code.startswith(prefix, autoescape=True))
        )
    if wanted.standing is not None:
        conditions.append(Firm.standing == wanted.standing)
    return conditions


def _services_of(work: UnitOfWork, firm_ids: Sequence[int]) -> dict[int, list[FirmService]]:
    found: dict[int, list[FirmService]] = {}
    for service in work.session.scalars(
        select(FirmService)
        .where(FirmService.firm_id.in_(firm_ids), FirmService.state != ServiceState.WITHDRAWN)
        .order_by(FirmService.firm_id, FirmService.item_code)
    ):
        found.setdefault(service.firm_id, []).append(service)
    return found


def fees(
    work: UnitOfWork, *, item_code: str, sort: FeeSort, descending: bool, number: int
) -> Listed[FeeRow]:
    """Return one page of the fees in force of all listed firms, comparable item by item."""
    latest = (
        select(FirmFee.firm_id, FirmFee.item_code, func.max(FirmFee.version_no).label("version_no"))
        .where(FirmFee.valid_from_on <= work.today)
        .group_by(FirmFee.firm_id, FirmFee.item_code)
    )
    if item_code:
        latest = latest.where(FirmFee.item_code == item_code)
    newest = latest.subquery()
    query = (
        select(FirmFee, Firm, FirmService.promised_working_days)
        .join(
            newest,
            and_(
                FirmFee.firm_id == newest.c.firm_id,
                FirmFee.item_code == newest.c.item_code,
                FirmFee.version_no == newest.c.version_no,
            ),
        )
        .join(Firm, Firm.id == FirmFee.firm_id)
        .join(
            FirmService,
            and_(FirmService.firm_id == Firm.id, FirmService.item_code == FirmFee.item_code),
        )
        .where(
            Firm.state == FirmState.LISTED,
            FirmService.state != ServiceState.WITHDRAWN,
            FirmFee.valid_to_on.is_(None) | (FirmFee.valid_to_on >= work.today),
        )
    )
    total = work.session.scalar(select(func.count()).select_from(query.subquery("all_fees"))) or 0
    number, pages = _within(number, total, FEE_ROWS)
    rows = work.session.execute(
        query.order_by(*_fee_order(sort, descending=descending))
        .limit(FEE_ROWS)
        .offset((number - 1) * FEE_ROWS)
    )
    return Listed([FeeRow(*row) for row in rows], number, pages, total)


def _fee_order(sort: FeeSort, *, descending: bool) -> list[ColumnElement[Any]]:
    columns: dict[FeeSort, ColumnElement[Any]] = {
        FeeSort.ITEM: FirmFee.item_code.expression,
        FeeSort.AMOUNT: FirmFee.amount_fen.expression,
        FeeSort.RATE: FirmFee.rate_ppm.expression,
        FeeSort.DISCOUNT: FirmFee.discount_bp.expression,
    }
    column = columns[sort]
    # Fees of another kind have no such number: they come last, whatever the direction.
    ties = [FirmFee.item_code.expression, Firm.code.expression]
    return [column.is_(None), column.desc() if descending else column, *ties]


def in_publicity(work: UnitOfWork, number: int) -> Listed[Firm]:
    """Return one page of the firms in publicity, before their listing or beside it."""
    beside = Firm.state.in_(SETTLED) & (Firm.publicity_ends_at > work.now)
    query = select(Firm).where((Firm.state == FirmState.PUBLICITY) | beside)
    ordered = query.order_by(Firm.publicity_ends_at, Firm.id)
    return Listed(*_page(work, query, ordered, number, PAGE_ROWS))


def to_check(work: UnitOfWork) -> list[Firm]:
    """Return the registrations that wait for the operator, the most urgent first."""
    return list(
        work.session.scalars(
            select(Firm)
            .where(Firm.state == FirmState.SUBMITTED)
            .order_by(Firm.check_due_at, Firm.id)
            .limit(500)
        )
    )


def qualifications_to_check(work: UnitOfWork) -> list[tuple[FirmQualification, Firm]]:
    """Return the qualifications that public firms added and nobody has confirmed."""
    rows = work.session.execute(
        select(FirmQualification, Firm)
        .join(Firm, Firm.id == FirmQualification.firm_id)
        .where(FirmQualification.state == QualificationState.PENDING, Firm.state.in_(PUBLIC))
        .order_by(FirmQualification.entered_at, FirmQualification.id)
        .limit(500)
    )
    return [(row, firm) for row, firm in rows]


def staff_to_check(work: UnitOfWork) -> list[tuple[FirmStaff, Firm]]:
    """Return the people whom public firms added and nobody has confirmed."""
    rows = work.session.execute(
        select(FirmStaff, Firm)
        .join(Firm, Firm.id == FirmStaff.firm_id)
        .where(
            FirmStaff.state == QualificationState.PENDING,
            FirmStaff.left_at.is_(None),
            Firm.state.in_(PUBLIC),
        )
        .order_by(FirmStaff.joined_at, FirmStaff.id)
        .limit(500)
    )
    return [(member, firm) for member, firm in rows]


def listed_counts(work: UnitOfWork) -> tuple[int, int]:
    """Return how many firms are listed and how many services they offer."""
    firms = work.session.scalar(select(func.count(Firm.id)).where(Firm.state == FirmState.LISTED))
    services = work.session.scalar(
        select(func.count(FirmService.id))
        .join(Firm, Firm.id == FirmService.firm_id)
        .where(Firm.state == FirmState.LISTED, FirmService.state == ServiceState.OFFERED)
    )
    return firms or 0, services or 0


def sanctioned(work: UnitOfWork, standing: Standing, at: datetime) -> list[Firm]:
    """Return the firms that a sanction of a kind bears on at an instant, by name."""
    return list(
        work.session.scalars(
            select(Firm)
            .where(
                Firm.standing == standing,
                Firm.standing_until_at.is_(None) | (Firm.standing_until_at > at),
            )
            .order_by(Firm.name, Firm.id)
        )
    )


def _page(
    work: UnitOfWork,
    query: Select[Firm],
    ordered: Select[Firm],
    number: int,
    rows: int,
) -> tuple[list[Firm], int, int, int]:
    total = work.session.scalar(select(func.count()).select_from(query.subquery("all_firms"))) or 0
    number, pages = _within(number, total, rows)
    found = work.session.scalars(ordered.limit(rows).offset((number - 1) * rows))
    return list(found), number, pages, total


def _within(number: int, total: int, rows: int) -> tuple[int, int]:
    pages = max(1, -(-total // rows))
    return min(max(1, number), pages), pages
