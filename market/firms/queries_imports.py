"""Finding imports: one's own, and those the operator entered for a firm."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, false, select

from market.access import Permission
from market.db import UnitOfWork
from market.errors import MissingError
from market.firms.tables import PERMISSIONS, Subject
from market.sheets.model import SheetImport, SheetImportRow


def find(work: UnitOfWork, import_id: int) -> SheetImport:
    """Return an import of the actor's organisation that the actor's role may see.

    Raises:
        MissingError: There is none.
    """
    row = work.session.scalar(
        select(SheetImport).where(
            SheetImport.id == import_id,
            _is_own(work) | _is_entered_by(work),
        )
    )
    if row is None:
        raise MissingError
    return row


def _is_own(work: UnitOfWork) -> ColumnElement[bool]:
    return and_(
        SheetImport.organisation_id == work.org_id,
        SheetImport.subject.in_(_permitted(work)),
    )


def _is_entered_by(work: UnitOfWork) -> ColumnElement[bool]:
    """Return the condition that the actor's organisation entered a table for another."""
    if Permission.FIRM_IMPORT not in work.actor.permissions:
        return false()
    return SheetImport.entered_by_org_id == work.org_id


def recent(work: UnitOfWork, subjects: Sequence[Subject], most: int = 10) -> list[SheetImport]:
    """Return the organisation's last imports of some subjects, newest first."""
    wanted = [subject.value for subject in subjects if subject.value in _permitted(work)]
    query = select(SheetImport).where(
        SheetImport.organisation_id == work.org_id, SheetImport.subject.in_(wanted)
    )
    return list(work.session.scalars(query.order_by(SheetImport.id.desc()).limit(most)))


def waiting(work: UnitOfWork, row: SheetImport, most: int) -> list[SheetImportRow]:
    """Return the first rows of an import that still have to be taken over."""
    query = select(SheetImportRow).where(SheetImportRow.import_id == row.id)
    return list(work.session.scalars(query.order_by(SheetImportRow.row_no).limit(most)))


def _permitted(work: UnitOfWork) -> list[str]:
    may = work.actor.permissions
    return [subject.value for subject, wanted in PERMISSIONS.items() if wanted in may]
