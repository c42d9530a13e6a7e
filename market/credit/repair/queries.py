"""Finding applications for repair."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from market import regulations
from market.credit.cases.model import Case
from market.credit.cases.queries import breaches_of_case
from market.credit.cases.record import rules_of
from market.credit.cases.rules import CaseState, RepairTerms, repair_from
from market.credit.repair.model import CreditRepair
from market.credit.repair.rules import PENDING, RepairState
from market.credit.rules import REPAIRED_AS
from market.credit.scope import firm_in, groups_of
from market.db import UnitOfWork
from market.duties import by_another
from market.errors import MissingError
from market.firms.model import Firm
from market.sweeping import Due, due_rows


@dataclass(frozen=True, slots=True)
class RepairRow:
    """An application with its case and firm."""

    repair: CreditRepair
    case: Case
    firm: Firm


def repairs_of(work: UnitOfWork, case: Case) -> Sequence[CreditRepair]:
    """Return the applications of a case, the latest first."""
    return work.session.scalars(
        select(CreditRepair).where(CreditRepair.case_id == case.id).order_by(CreditRepair.id.desc())
    ).all()


def pending(work: UnitOfWork, case: Case) -> CreditRepair | None:
    """Return the application of a case that waits for its answer, if there is one."""
    return work.session.scalar(
        select(CreditRepair).where(CreditRepair.case_id == case.id, CreditRepair.state.in_(PENDING))
    )


def pending_or_missing(work: UnitOfWork, case: Case) -> CreditRepair:
    """Return the application of a case that waits for its answer.

    Raises:
        MissingError: None does.
    """
    found = pending(work, case)
    if found is None:
        raise MissingError
    return found


def to_decide(work: UnitOfWork) -> list[RepairRow]:
    """Return the applications that the actor may draft an answer to, or sign one for."""
    rows = work.session.execute(
        select(CreditRepair, Case, Firm)
        .join(Case, Case.id == CreditRepair.case_id)
        .join(Firm, Firm.id == Case.firm_id)
        .where(
            or_(
                CreditRepair.state == RepairState.APPLIED,
                (CreditRepair.state == RepairState.DRAFTED)
                & by_another(work, CreditRepair.drafted_by_id),
            ),
            Case.state == CaseState.DECIDED,
            firm_in(groups_of(work)),
        )
        .order_by(CreditRepair.decide_by_at, CreditRepair.id)
    )
    return [RepairRow(*row) for row in rows]


def due(work: UnitOfWork, after: Due | None, limit: int) -> list[Due]:
    """Return the applications that time must look at, the earliest first."""
    return due_rows(work, CreditRepair.next_check_at, CreditRepair.id, after=after, limit=limit)


def terms_of(work: UnitOfWork, case: Case) -> RepairTerms | None:
    """Return what repair asks of a case's firm; none while nothing bears on it.

    A suspension follows no rule of repair: it is short, and ends by itself.
    """
    del work
    kind = REPAIRED_AS[case.measure]
    if not kind or case.effective_at is None or case.ends_at is None:
        return None
    terms = regulations.current().by_id(case.terms_regulation_id)
    return RepairTerms(
        least_months=terms.integer(f"{kind}.minimum_months"),
        effective_at=case.effective_at,
        ends_at=case.ends_at,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WayOut:
    """From when the firm of a case may apply for repair; never, if its measure ends before."""

    case: Case
    from_at: datetime | None
    until_at: datetime
    answer_days: int


def way_out(work: UnitOfWork, case: Case) -> WayOut | None:
    """Return how the firm of a decided case comes out of it; none where no rule of repair holds."""
    terms = terms_of(work, case)
    if terms is None or case.state is not CaseState.DECIDED or work.now >= terms.ends_at:
        return None
    from_at = repair_from(terms)
    return WayOut(
        case=case,
        from_at=from_at if from_at < terms.ends_at else None,
        until_at=terms.ends_at,
        answer_days=rules_of(case).integer("repair.decide_working_days"),
    )


def facts_of(work: UnitOfWork, case: Case) -> str:
    """Return in words what a firm has to put right: the evidence of its breaches."""
    return "；".join(breach.evidence for breach in breaches_of_case(work, case))
