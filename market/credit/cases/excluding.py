"""What a credit case says where a firm is to be excluded from a draw because of it."""

from sqlalchemy import select

from market.credit.cases.model import Case
from market.credit.cases.rules import CaseState
from market.db import UnitOfWork
from market.draws.basis import provide, standing
from market.draws.exclusion_rules import BasisKind
from market.firms.model import Firm


def of_case(work: UnitOfWork, number: str, firm: Firm) -> BasisKind:
    """Return whether a number is that of a case against a firm, and whether it was decided."""
    case = work.session.scalar(select(Case).where(Case.number == number))
    if case is None:
        return BasisKind.MISSING
    return standing(of_firm=case.firm_id == firm.id, decided=case.state is CaseState.DECIDED)


provide("AJ", of_case)
