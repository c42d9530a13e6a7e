"""What a complaint says where a firm is to be excluded from a draw because of it."""

from sqlalchemy import select

from market.complaints.model import Complaint
from market.complaints.rules import ComplaintState
from market.db import UnitOfWork
from market.draws.basis import provide, standing
from market.draws.exclusion_rules import BasisKind
from market.firms.model import Firm

_HOLDS = frozenset({ComplaintState.UPHELD, ComplaintState.PARTLY})


def of_complaint(work: UnitOfWork, number: str, firm: Firm) -> BasisKind:
    """Return whether a number is that of a complaint against a firm, and whether it was upheld."""
    one = work.session.scalar(select(Complaint).where(Complaint.number == number))
    if one is None:
        return BasisKind.MISSING
    return standing(
        of_firm=one.respondent_org_id == firm.organisation_id, decided=one.state in _HOLDS
    )


provide("TS", of_complaint)
