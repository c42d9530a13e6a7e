"""Finding social-insurance evidence, and whom it covers."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select

from market import regulations
from market.db import UnitOfWork
from market.errors import MissingError
from market.firms.checks import QualificationState
from market.firms.insurance import is_covered
from market.firms.model import Firm, FirmStaff
from market.firms.model_insurance import StaffInsurance

SUBJECT = "staff"
_WAITING = (StaffInsurance.state == QualificationState.PENDING, FirmStaff.left_at.is_(None))


def evidence_of(work: UnitOfWork, member: FirmStaff) -> Sequence[StaffInsurance]:
    """Return a person's evidence, the latest first."""
    return work.session.scalars(
        select(StaffInsurance)
        .where(StaffInsurance.staff_id == member.id)
        .order_by(StaffInsurance.id.desc())
    ).all()


def to_check(
    work: UnitOfWork, *, limit: int, offset: int = 0
) -> list[tuple[StaffInsurance, FirmStaff, Firm]]:
    """Return the evidence that waits for the operator, the oldest first."""
    rows = work.session.execute(
        select(StaffInsurance, FirmStaff, Firm)
        .join(FirmStaff, FirmStaff.id == StaffInsurance.staff_id)
        .join(Firm, Firm.id == FirmStaff.firm_id)
        .where(*_WAITING)
        .order_by(StaffInsurance.entered_at, StaffInsurance.id)
        .limit(limit)
        .offset(offset)
    )
    return [(evidence, member, firm) for evidence, member, firm in rows]


def count_to_check(work: UnitOfWork) -> int:
    """Return how many ``to_check`` chooses from."""
    waiting = select(func.count(StaffInsurance.id)).join(
        FirmStaff, FirmStaff.id == StaffInsurance.staff_id
    )
    return work.session.scalar(waiting.where(*_WAITING)) or 0


def pending(work: UnitOfWork, evidence_id: int) -> StaffInsurance:
    """Return evidence to decide, held against every other change.

    Raises:
        MissingError: There is none such.
    """
    found = work.session.scalar(
        select(StaffInsurance)
        .where(StaffInsurance.id == evidence_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise MissingError
    return found


def covered(work: UnitOfWork, staff_ids: Sequence[int], day: date) -> frozenset[int]:
    """Return those of some people whose confirmed evidence covers the months that count."""
    months = regulations.in_force(SUBJECT, day).integer("insurance.months")
    ranges: dict[int, list[tuple[date, date]]] = {}
    for row in work.session.scalars(
        select(StaffInsurance).where(
            StaffInsurance.staff_id.in_(staff_ids),
            StaffInsurance.state == QualificationState.CONFIRMED,
        )
    ):
        ranges.setdefault(row.staff_id, []).append((row.from_on, row.to_on))
    return frozenset(one for one in staff_ids if is_covered(ranges.get(one, []), day, months))


def is_required(day: date) -> bool:
    """Whether people without evidence do not count, by the rules in force on a day."""
    return regulations.in_force(SUBJECT, day).flag("insurance.required")


def by_id(work: UnitOfWork, evidence_id: int) -> StaffInsurance:
    """Return evidence by its id: for operators.

    Raises:
        MissingError: There is none such.
    """
    found = work.session.get(StaffInsurance, evidence_id)
    if found is None:
        raise MissingError
    return found
