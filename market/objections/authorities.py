"""The public record of the authorities that decide objections: how many, how, and how late."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, exists, func, select

from market.accounts.model import Organisation
from market.clock import beijing, months_after
from market.db import UnitOfWork
from market.objections.model import AwardObjection, ObjectionStep
from market.objections.queries import ANNULLED_BY_PROCEDURE
from market.objections.rules import ObjectionState


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityRow:
    """What an authority decided in a period, and what it has let lie."""

    name: str
    decided: int
    upheld: int
    by_procedure: int
    late: int


def authorities(work: UnitOfWork, months: int) -> list[AuthorityRow]:
    """Return the public record of each authority that decided anything in the last months.

    A step was late if it was taken after the term that ran for it.
    """
    since = beijing(months_after(work.today, -months))
    upheld = AwardObjection.state == ObjectionState.UPHELD
    late = exists().where(
        ObjectionStep.objection_id == AwardObjection.id,
        ObjectionStep.move.in_(("take-up", "refuse", "propose", "dismiss", "uphold")),
        ObjectionStep.at >= ObjectionStep.due_at,
    )
    rows = work.session.execute(
        select(
            Organisation.name,
            func.count(),
            _times(upheld),
            _times(and_(*ANNULLED_BY_PROCEDURE)),
            _times(late),
        )
        .join(Organisation, Organisation.id == AwardObjection.decided_by_org_id)
        .where(AwardObjection.closed_at >= since)
        .group_by(Organisation.id, Organisation.name)
        .order_by(Organisation.name)
    )
    return [
        AuthorityRow(name=name, decided=decided, upheld=right, by_procedure=annulled, late=slow)
        for name, decided, right, annulled, slow in rows
    ]


def _times(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
