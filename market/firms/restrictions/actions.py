"""Measures against firms: ordered by a case, changed or lifted by another decision of it.

What is ordered is in the log by the case that orders it, in the same transaction.
"""

from datetime import datetime

from sqlalchemy import select

from market.db import UnitOfWork
from market.firms.restrictions.model import FirmRestriction
from market.firms.restrictions.rules import (
    SanctionMove,
    SanctionOverError,
    SanctionState,
    advance_sanction,
    state_of,
)
from market.firms.rules import Standing


def order(
    work: UnitOfWork,
    firm_id: int,
    standing: Standing,
    *,
    scope: str,
    from_at: datetime,
    until_at: datetime,
    case_number: str,
) -> FirmRestriction:
    """Bar a firm from the items of a scope between two instants.

    Raises:
        ValueError: It would never end, or begin in the past.
    """
    if until_at <= from_at or from_at < work.now:
        raise ValueError(f"a measure from {from_at} until {until_at} ordered at {work.now}")
    row = FirmRestriction(
        firm_id=firm_id,
        case_number=case_number,
        standing=standing,
        scope=scope,
        from_at=from_at,
        until_at=until_at,
    )
    work.session.add(row)
    work.session.flush()
    return row


def change(work: UnitOfWork, case_number: str, *, scope: str, until_at: datetime) -> None:
    """Make a measure milder, as a correction of its case says.

    Raises:
        SanctionOverError: It has ended.
        ValueError: It would last longer.
    """
    row = of_case(work, case_number)
    advance_sanction(_state_of(work, row), SanctionMove.CHANGE)
    if until_at > row.until_at:
        raise ValueError(f"{case_number} would last until {until_at}, beyond {row.until_at}")
    row.scope, row.until_at = scope, until_at
    work.session.flush()


def lift(work: UnitOfWork, case_number: str) -> None:
    """End a measure now: its case was withdrawn, or the firm's credit repaired.

    One that was lifted before keeps the instant at which the firm became free.
    """
    row = of_case(work, case_number)
    before = _state_of(work, row)
    if advance_sanction(before, SanctionMove.LIFT) is not before:
        row.lifted_at = work.now
    work.session.flush()


def cancel(work: UnitOfWork, case_number: str) -> None:
    """Take back a measure that has not begun: its case orders it anew, or never.

    Raises:
        SanctionOverError: It bears already, or has ended.
    """
    row = of_case(work, case_number)
    if _state_of(work, row) is not SanctionState.WAITING:
        raise SanctionOverError
    work.session.delete(row)
    work.session.flush()


def _state_of(work: UnitOfWork, row: FirmRestriction) -> SanctionState:
    return state_of(row.from_at, row.until_at, row.lifted_at, work.now)


def of_case(work: UnitOfWork, case_number: str) -> FirmRestriction:
    """Return the measure that a case ordered."""
    return work.session.scalars(
        select(FirmRestriction).where(FirmRestriction.case_number == case_number).with_for_update()
    ).one()
