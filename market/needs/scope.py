"""Which needs an authority looks after: those of its groups of service items.

A regulator without rows of ``OrganisationScope`` looks after all; whoever is no regulator is not
limited by groups.
"""

from collections.abc import Collection

from sqlalchemy import ColumnElement, or_, select, true

from market.access import OrgKind
from market.accounts.model import Organisation
from market.accounts.queries import scope_of, scopes
from market.db import UnitOfWork
from market.needs.model import Need


def looks_after(work: UnitOfWork, need: Need) -> bool:
    """Whether a need lies within what the actor's organisation looks after."""
    return is_of(need.item_code, _groups(work))


def is_of(item_code: str, groups: Collection[str]) -> bool:
    """Whether an item lies in one of the groups; no groups mean all."""
    return not groups or any(item_code.startswith(_prefix(group)) for group in groups)


def within(work: UnitOfWork) -> ColumnElement[bool]:
    """Return the condition that a need lies within what the actor's organisation looks after."""
    groups = _groups(work)
    if not groups:
        return true()
    return or_(*(Need.item_code.startswith(_prefix(each), autoescape=True) for each in groups))


def authority_of(work: UnitOfWork, item_code: str) -> int | None:
    """Return the one authority that answers for an item; none where there is no regulator.

    Who names the item's group comes before who looks after everything, and who was registered
    first before who came later (docs/adr/0067).
    """
    groups = scopes(work)
    every = work.session.scalars(
        select(Organisation.id)
        .where(Organisation.kind == OrgKind.REGULATOR)
        .order_by(Organisation.id)
    ).all()
    naming = [each for each in every if each in groups and is_of(item_code, groups[each])]
    return next(iter(naming + [each for each in every if each not in groups]), None)


def _groups(work: UnitOfWork) -> list[str]:
    if work.actor.org_kind != OrgKind.REGULATOR or work.actor.org_id is None:
        return []
    return sorted(scope_of(work, work.actor.org_id))


def _prefix(group: str) -> str:
    return f"ZJ-{group}-"
