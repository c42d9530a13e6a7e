"""What the self-audits found."""

from collections import Counter

from sqlalchemy import func, select

from market.db import UnitOfWork
from market.selfaudit.model import AuditDifference, AuditRun


def last_run(work: UnitOfWork) -> AuditRun | None:
    """Return the latest comparison, None before the first."""
    return work.session.scalars(select(AuditRun).order_by(AuditRun.id.desc()).limit(1)).first()


def runs(work: UnitOfWork, *, limit: int, offset: int = 0) -> list[AuditRun]:
    """Return the comparisons, the latest first."""
    statement = select(AuditRun).order_by(AuditRun.id.desc()).limit(limit).offset(offset)
    return list(work.session.scalars(statement))


def count_runs(work: UnitOfWork) -> int:
    """Return how many comparisons there were."""
    return work.session.scalar(select(func.count(AuditRun.id))) or 0


def differences(work: UnitOfWork, run: AuditRun, *, limit: int) -> list[AuditDifference]:
    """Return what a comparison found, in the order in which it was found."""
    statement = (
        select(AuditDifference)
        .where(AuditDifference.run_id == run.id)
        .order_by(AuditDifference.id)
        .limit(limit)
    )
    return list(work.session.scalars(statement))


def counts(work: UnitOfWork, some: list[AuditRun]) -> Counter[int]:
    """Return how many differences each of these comparisons found."""
    rows = work.session.execute(
        select(AuditDifference.run_id, func.count(AuditDifference.id).label("found"))
        .where(AuditDifference.run_id.in_([run.id for run in some]))
        .group_by(AuditDifference.run_id)
    )
    return Counter({row.run_id: row.found for row in rows})
