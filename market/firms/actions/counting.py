"""Deciding whether what a firm stated counts: the row, and what the log is told of it."""

from market.db import UnitOfWork
from market.firms.checks import QualificationState
from market.firms.journal import QualificationMoved
from market.firms.model import Firm, FirmQualification, FirmStaff


def settle(
    work: UnitOfWork, firm: Firm, row: FirmQualification | FirmStaff, state: QualificationState
) -> None:
    """Move a qualification, or a person, to another state.

    Of people the log is told nothing here: only how many count is public.
    """
    row.state = state
    if isinstance(row, FirmQualification):
        work.record(
            QualificationMoved(
                firm=firm.code,
                qualification_kind=row.kind,
                number=row.number,
                valid_from_on=row.valid_from_on,
                state=state,
            )
        )
