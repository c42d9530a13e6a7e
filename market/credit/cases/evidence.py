"""What a firm hands in to its case: with its reply, or with its request to be heard."""

from collections.abc import Sequence

from sqlalchemy import select

from market.credit.cases.model import Case, CaseFile
from market.db import UnitOfWork
from market.errors import MissingError
from market.files import StoredFile


def hand_in(work: UnitOfWork, case: Case, stored: StoredFile | None, *, for_hearing: bool) -> None:
    """Put what the firm handed in to its case, if it handed anything in."""
    if stored is not None:
        work.session.add(
            CaseFile(
                case_id=case.id,
                file_id=stored.id,
                for_hearing=for_hearing,
                handed_in_at=work.now,
            )
        )


def files_of(work: UnitOfWork, of: Case) -> Sequence[CaseFile]:
    """Return what the firm handed in to its case, the first first."""
    return work.session.scalars(
        select(CaseFile).where(CaseFile.case_id == of.id).order_by(CaseFile.id)
    ).all()


def file_of(work: UnitOfWork, of: Case, file_id: int) -> CaseFile:
    """Return one thing that the firm handed in to its case.

    Raises:
        MissingError: There is none.
    """
    found = work.session.get(CaseFile, file_id)
    if found is None or found.case_id != of.id:
        raise MissingError
    return found
