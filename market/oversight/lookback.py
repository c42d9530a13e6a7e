"""回头看: which items nobody uses, nobody offers, or still have to be confirmed."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import func, select

from market.catalogue.queries import all_items
from market.catalogue.rules import Item
from market.clock import beijing, months_after
from market.credit.scope import groups_of, item_in
from market.db import UnitOfWork
from market.needs.model import Need, Notice
from market.oversight.fees import offering_by_item

# Platform defaults: over which time an item is looked back at, and how many firms are too few.
MONTHS: Final = 12
FEW: Final = 3


class LookbackFlag(StrEnum):
    """Why somebody should look at an item again."""

    UNCONFIRMED = "unconfirmed"
    UNUSED = "unused"
    NO_FIRM = "no-firm"
    FEW_FIRMS = "few-firms"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemUse:
    """How an item was used lately, and what is odd about it."""

    item: Item
    notices: int
    firms: int

    @property
    def flags(self) -> tuple[LookbackFlag, ...]:
        """Why somebody should look at it again; nothing where all is well."""
        holds = {
            LookbackFlag.UNCONFIRMED: self.item.needs_confirmation,
            LookbackFlag.UNUSED: self.notices == 0,
            LookbackFlag.NO_FIRM: self.firms == 0,
            LookbackFlag.FEW_FIRMS: 0 < self.firms < FEW,
        }
        return tuple(flag for flag in LookbackFlag if holds[flag])


def items_used(work: UnitOfWork, flag: LookbackFlag | None = None) -> list[ItemUse]:
    """Return the use of every item the actor looks after, the oddest first, then by code."""
    groups = groups_of(work)
    noticed, firms = _noticed(work), offering_by_item(work)
    found = [
        ItemUse(item=item, notices=noticed.get(item.code, 0), firms=firms.get(item.code, 0))
        for item in all_items(work.today)
        if not groups or item.group.code in groups
    ]
    if flag is not None:
        found = [each for each in found if flag in each.flags]
    return sorted(found, key=lambda each: (-len(each.flags), each.item.code))


def _noticed(work: UnitOfWork) -> dict[str, int]:
    since = beijing(months_after(work.today, -MONTHS))
    rows = work.session.execute(
        select(Need.item_code, func.count(Notice.id))
        .join(Need, Need.id == Notice.need_id)
        .where(Notice.published_at >= since, item_in(Need.item_code, groups_of(work)))
        .group_by(Need.item_code)
    )
    return {code: number for code, number in rows.all()}  # noqa: C416 - typed as rows
