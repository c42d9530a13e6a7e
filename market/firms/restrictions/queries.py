"""Asking which measures bear on a firm."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from market.catalogue.queries import groups
from market.db import UnitOfWork
from market.firms.model import Firm, StandingChange
from market.firms.restrictions.model import FirmRestriction
from market.firms.restrictions.rules import Bearing, bears, covers
from market.firms.rules import Standing, standing_in_effect


def running(work: UnitOfWork, firm_id: int) -> Sequence[FirmRestriction]:
    """Return the measures that bear on a firm now, the one that ends last first."""
    return work.session.scalars(
        select(FirmRestriction)
        .where(
            FirmRestriction.firm_id == firm_id,
            FirmRestriction.lifted_at.is_(None),
            FirmRestriction.until_at > work.now,
            FirmRestriction.from_at <= work.now,
        )
        .order_by(FirmRestriction.until_at.desc(), FirmRestriction.id)
    ).all()


def blacklistings(work: UnitOfWork, *, ordered: bool = False) -> Sequence[FirmRestriction]:
    """Return every blacklisting that runs now, whoever's, the earliest case first.

    With ``ordered`` also those that begin at the next midnight.
    """
    query = select(FirmRestriction).where(
        FirmRestriction.standing == Standing.BLACKLISTED,
        FirmRestriction.lifted_at.is_(None),
        FirmRestriction.until_at > work.now,
    )
    if not ordered:
        query = query.where(FirmRestriction.from_at <= work.now)
    return work.session.scalars(query.order_by(FirmRestriction.case_number)).all()


def standing_for(work: UnitOfWork, firm: Firm, item_code: str) -> tuple[Standing, datetime | None]:
    """Return the standing of a firm for an item now, and until when.

    A standing that no measure accounts for bars the firm from everything: in doubt, nobody
    sanctioned takes part.
    """
    found = running(work, firm.id)
    now = standing_in_effect(firm.standing, firm.standing_until_at, work.now)
    if now is not Standing.ACTIVE and not any(row.standing is now for row in found):
        return now, firm.standing_until_at
    return bears([_bearing(row) for row in found], item_code, work.now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A measure that runs, and the names of the groups of items it is for; none means every one."""

    standing: Standing
    until_at: datetime
    items: tuple[str, ...]


def measured(work: UnitOfWork, firm: Firm, other_than: str = "") -> list[Measured]:
    """Return what bears on a firm now and for which items; only on items other than one, if given.

    A standing that no measure accounts for is for every item.
    """
    rows = running(work, firm.id)
    names = {group.code: group.name_zh for group in groups()}
    found = [
        Measured(
            standing=row.standing,
            until_at=row.until_at,
            items=tuple(names.get(code, code) for code in row.scope.split()),
        )
        for row in rows
        if not (other_than and covers(frozenset(row.scope.split()), other_than))
    ]
    now = standing_in_effect(firm.standing, firm.standing_until_at, work.now)
    whole = now is not Standing.ACTIVE and not any(row.standing is now for row in rows)
    if whole and not other_than and firm.standing_until_at is not None:
        found.append(Measured(standing=now, until_at=firm.standing_until_at, items=()))
    return found


def public_changes(work: UnitOfWork, firm: Firm) -> list[StandingChange]:
    """Return what the public is told of a firm's standing: what bears on it now.

    What has ended, was repaired or withdrawn is kept for audit and shown no longer.
    """
    if standing_in_effect(firm.standing, firm.standing_until_at, work.now) is Standing.ACTIVE:
        return []
    bearing = {row.case_number for row in running(work, firm.id)}
    rows = work.session.scalars(
        select(StandingChange)
        .where(StandingChange.firm_id == firm.id)
        .order_by(StandingChange.changed_at.desc(), StandingChange.id.desc())
    )
    return [
        row
        for row in rows
        if row.standing is not Standing.ACTIVE
        and (row.case_number in bearing or row.until_at == firm.standing_until_at)
    ]


def _bearing(row: FirmRestriction) -> Bearing:
    return Bearing(
        standing=row.standing,
        groups=frozenset(row.scope.split()),
        from_at=row.from_at,
        until_at=row.until_at,
    )
