"""Fee disclosure per service item: who has published, how much, and who has not."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, and_, func, select

from market.catalogue.queries import all_items
from market.catalogue.rules import Item
from market.credit.scope import groups_of, item_in
from market.db import UnitOfWork
from market.firms.fees import FeeKind
from market.firms.model import Firm, FirmFee, FirmService
from market.firms.rules import FirmState, ServiceState
from market.oversight.rules import Spread, spread

SORTS: Final = ("item", "firms", "undisclosed", "middle")


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFees:
    """What the listed firms have published for one item."""

    item: Item
    firms: int
    disclosed: int
    versions: int
    fixed: Spread | None
    rate: Spread | None
    discount: Spread | None

    @property
    def undisclosed(self) -> int:
        """How many offer the item without a fee that is in force."""
        return self.firms - self.disclosed


def item_fees(work: UnitOfWork, words: str = "") -> list[ItemFees]:
    """Return the disclosures of every item the actor looks after, in order of code."""
    groups = groups_of(work)
    offering = offering_by_item(work)
    versions = _versions(work)
    in_force: dict[str, list[FirmFee]] = {}
    for fee in _in_force(work):
        in_force.setdefault(fee.item_code, []).append(fee)
    found = []
    for item in all_items(work.today):
        if groups and item.group.code not in groups:
            continue
        if (
            words
            and words.casefold() not in f"{item.code} {item.name_zh} {item.name_en}".casefold()
        ):
            continue
        fees = in_force.get(item.code, [])
        found.append(
            ItemFees(
                item=item,
                firms=offering.get(item.code, 0),
                disclosed=len(fees),
                versions=versions.get(item.code, 0),
                fixed=_spread_of(fees, FeeKind.FIXED),
                rate=_spread_of(fees, FeeKind.RATE),
                discount=_spread_of(fees, FeeKind.DISCOUNT),
            )
        )
    return found


def sorted_fees(rows: list[ItemFees], key: str, *, descending: bool) -> list[ItemFees]:
    """Return the rows in another order; items without a fixed fee come last."""

    def value(row: ItemFees) -> tuple[bool, int | str]:
        match key:
            case "firms":
                return False, -row.firms if descending else row.firms
            case "undisclosed":
                return False, -row.undisclosed if descending else row.undisclosed
            case "middle":
                middle = row.fixed.middle if row.fixed else 0
                return row.fixed is None, -middle if descending else middle
            case _:
                return False, 0

    if key == "item":
        return sorted(rows, key=lambda row: row.item.code, reverse=descending)
    return sorted(rows, key=value)


def undisclosed(work: UnitOfWork) -> int:
    """Return how many services of listed firms have no fee in force, among the actor's items."""
    same = (FirmFee.firm_id == FirmService.firm_id, FirmFee.item_code == FirmService.item_code)
    newest = (
        select(func.max(FirmFee.version_no))
        .where(*same, FirmFee.valid_from_on <= work.today)
        .correlate(FirmService)
        .scalar_subquery()
    )
    published = (
        select(FirmFee.id)
        .where(*same, FirmFee.version_no == newest, _not_ended(work.today))
        .exists()
    )
    return (
        work.session.scalar(
            select(func.count(FirmService.id))
            .join(Firm, Firm.id == FirmService.firm_id)
            .where(*_LIVE, ~published, item_in(FirmService.item_code, groups_of(work)))
        )
        or 0
    )


_LIVE: Final = (Firm.state == FirmState.LISTED, FirmService.state != ServiceState.WITHDRAWN)


def offering_by_item(work: UnitOfWork) -> dict[str, int]:
    """Return how many listed firms have not withdrawn each item, by its code."""
    rows = work.session.execute(
        select(FirmService.item_code, func.count(FirmService.id))
        .join(Firm, Firm.id == FirmService.firm_id)
        .where(*_LIVE)
        .group_by(FirmService.item_code)
    )
    return {code: number for code, number in rows.all()}  # noqa: C416 - typed as rows


def _versions(work: UnitOfWork) -> dict[str, int]:
    rows = work.session.execute(
        select(FirmFee.item_code, func.count(FirmFee.id)).group_by(FirmFee.item_code)
    )
    return {code: number for code, number in rows.all()}  # noqa: C416 - typed as rows


def _in_force(work: UnitOfWork) -> list[FirmFee]:
    newest = (
        select(FirmFee.firm_id, FirmFee.item_code, func.max(FirmFee.version_no).label("version_no"))
        .where(FirmFee.valid_from_on <= work.today)
        .group_by(FirmFee.firm_id, FirmFee.item_code)
        .subquery()
    )
    return list(
        work.session.scalars(
            select(FirmFee)
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
            .where(*_LIVE, _not_ended(work.today))
        )
    )


def _not_ended(day: date) -> ColumnElement[bool]:
    """Return whether a version still counts on a day: one that has ended is no disclosure."""
    return FirmFee.valid_to_on.is_(None) | (FirmFee.valid_to_on >= day)


def _spread_of(fees: list[FirmFee], kind: FeeKind) -> Spread | None:
    columns = {
        FeeKind.FIXED: "amount_fen",
        FeeKind.RATE: "rate_ppm",
        FeeKind.DISCOUNT: "discount_bp",
    }
    return spread([getattr(fee, columns[kind]) for fee in fees if fee.kind is kind])
