"""Which firms and items a regulator looks after: those of its groups of service items.

A regulator without rows of ``OrganisationScope``, the operator and the supervisor see all.
"""

from sqlalchemy import ColumnElement, exists, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from market.access import OrgKind
from market.accounts.queries import scope_of
from market.db import UnitOfWork
from market.firms.model import Firm, FirmService


def groups_of(work: UnitOfWork) -> frozenset[str]:
    """Return the groups to which the actor is limited; none means all."""
    if work.actor.org_kind != OrgKind.REGULATOR or work.actor.org_id is None:
        return frozenset()
    return scope_of(work, work.actor.org_id)


def item_in(
    column: ColumnElement[str] | InstrumentedAttribute[str], groups: frozenset[str]
) -> ColumnElement[bool]:
    """Return the condition that an item's code lies in one of the groups."""
    if not groups:
        return true()
    return or_(*(column.startswith(f"ZJ-{group}-", autoescape=True) for group in sorted(groups)))


def firm_in(groups: frozenset[str]) -> ColumnElement[bool]:
    """Return the condition that a firm has registered a service in one of the groups.

    Withdrawn services count: nobody leaves a regulator's sight by withdrawing one.
    """
    if not groups:
        return true()
    return exists().where(FirmService.firm_id == Firm.id, item_in(FirmService.item_code, groups))
