"""What panels put on an expert's record."""

from sqlalchemy.exc import IntegrityError

from market.db import UnitOfWork
from market.experts.errors import SittingKnownError
from market.experts.journal import ExpertServed
from market.experts.model import Expert, ExpertSitting
from market.experts.rules import SittingOutcome


def record_sitting(
    work: UnitOfWork,
    expert: Expert,
    *,
    panel: str,
    item_code: str,
    owner_org_id: int,
    outcome: SittingOutcome,
) -> ExpertSitting:
    """Put on record how an expert's part in a panel ended, once.

    Raises:
        SittingKnownError: It is on record.
    """
    row = ExpertSitting(
        expert_id=expert.id,
        panel=panel,
        item_code=item_code,
        owner_org_id=owner_org_id,
        outcome=outcome,
        at=work.now,
    )
    try:
        with work.session.begin_nested():
            work.session.add(row)
    except IntegrityError:
        raise SittingKnownError(panel) from None
    work.record(ExpertServed(expert=expert.code, panel=panel, outcome=outcome))
    return row
