"""Which firms and items a regulator looks after: those of its groups of service items.

A regulator without rows of ``OrganisationScope``, the operator and the supervisor see all.
"""

from collections.abc import Collection

from sqlalchemy import ColumnElement, exists, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from market.access import OrgKind
from market.accounts.model import Organisation
from market.accounts.queries import scope_of, scopes
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


def is_first(work: UnitOfWork, groups: Collection[str]) -> bool:
    """Whether the actor's organisation is the one that acts on what arose in some groups.

    Those limited to one of the groups come before those for every item. The operator acts only
    where there is no authority: what is everybody's to do is done by nobody.

    Args:
        work: The unit of work.
        groups: The groups of items; none where it arose in no matter of the market.
    """
    limited = scopes(work)
    every = work.session.scalars(
        select(Organisation.id).where(Organisation.kind == OrgKind.REGULATOR)
    ).all()
    theirs = [org_id for org_id in every if set(limited.get(org_id, ())) & set(groups)]
    chosen = theirs or [org_id for org_id in every if org_id not in limited]
    return work.actor.org_id in chosen or not chosen


def groups_of_firm(work: UnitOfWork, firm: Firm) -> frozenset[str]:
    """Return the groups of items in which a firm has registered services."""
    codes = work.session.scalars(
        select(FirmService.item_code).where(FirmService.firm_id == firm.id)
    )
    return frozenset(code.split("-")[1] for code in codes)
