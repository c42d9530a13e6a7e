"""Whose a person is: the firm's that has handed in, not that of a registration begun."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from market.db import UnitOfWork
from market.firms import staff_ties
from market.firms.errors import StaffElsewhereError
from market.firms.model import Firm, FirmStaff
from market.firms.rules import EDITABLE, FirmState


def claim_staff(work: UnitOfWork, firm: Firm, state: FirmState) -> None:
    """Let a firm's people count for it once it has handed in; let them go while it may rewrite.

    Whom a running contract holds stays the firm's in any case.

    Raises:
        StaffElsewhereError: Another firm that has handed in has one of them.
    """
    counts = state not in EDITABLE
    if firm.id is None:  # A new firm of an import: it has nobody yet.
        return
    rows = work.session.scalars(
        select(FirmStaff).where(
            FirmStaff.firm_id == firm.id,
            FirmStaff.left_at.is_(None),
            FirmStaff.counts.is_(not counts),
        )
    ).all()
    if not counts:
        for row in rows:
            row.counts = staff_ties.is_held(work, row)
        return
    _require_nobody_elsewhere(work, rows)
    try:
        with work.session.begin_nested():
            for row in rows:
                row.counts = True
    except IntegrityError:
        # Another firm handed in between the question and the answer.
        raise StaffElsewhereError([row.name for row in rows]) from None


def _require_nobody_elsewhere(work: UnitOfWork, rows: Sequence[FirmStaff]) -> None:
    taken = set(
        work.session.scalars(
            select(FirmStaff.person_digest).where(
                FirmStaff.person_digest.in_([row.person_digest for row in rows]),
                FirmStaff.left_at.is_(None),
                FirmStaff.counts,
            )
        )
    )
    if names := [row.name for row in rows if row.person_digest in taken]:
        raise StaffElsewhereError(names)
