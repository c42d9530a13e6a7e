"""The public record of the authorities that decide objections: how many, how, and how late.

Every authority stands in it, also one that never decided anything: what lies with it is counted
by whose items it is about, not by who decided.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, case, exists, func, select

from market.access import OrgKind
from market.accounts.model import Organisation
from market.accounts.queries import scopes
from market.clock import beijing, beijing_day, months_after
from market.db import UnitOfWork
from market.needs.model import Need
from market.needs.scope import is_of
from market.objections.model import AwardObjection, ObjectionStep
from market.objections.queries import ANNULLED_BY_PROCEDURE
from market.objections.rules import ObjectionState

# Where an authority's own terms run.
WITH_AUTHORITY: Final = (
    ObjectionState.COMPLAINED,
    ObjectionState.EXAMINING,
    ObjectionState.PROPOSED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What an authority decided in a period."""

    decided: int = 0
    upheld: int = 0
    by_procedure: int = 0
    late: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityRow:
    """What an authority decided in a period, and what lies with it now.

    ``overdue_days`` is how many days the longest one of the overdue lies beyond its term.
    """

    name: str
    done: Decided
    open: int
    overdue: int
    overdue_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    item_code: str
    due_at: datetime | None


def authorities(work: UnitOfWork, months: int) -> list[AuthorityRow]:
    """Return the public record of each authority over the last months.

    A step was late if it was taken after the term that ran for it. What waits lies with every
    authority that looks after the item: each of them could decide it.
    """
    done, waiting, groups = _decided(work, months), _waiting(work), scopes(work)
    rows = work.session.execute(
        select(Organisation.id, Organisation.name)
        .where(Organisation.kind == OrgKind.REGULATOR)
        .order_by(Organisation.name, Organisation.id)
    )
    return [
        _row(work, name, done.get(org_id, Decided()), _of(waiting, groups.get(org_id, ())))
        for org_id, name in rows
    ]


def _row(work: UnitOfWork, name: str, done: Decided, waiting: Sequence[_Waiting]) -> AuthorityRow:
    late = [each.due_at for each in waiting if each.due_at is not None and each.due_at <= work.now]
    days = max(((work.today - beijing_day(due_at)).days + 1 for due_at in late), default=0)
    return AuthorityRow(
        name=name, done=done, open=len(waiting), overdue=len(late), overdue_days=days
    )


def _of(waiting: Iterable[_Waiting], groups: Sequence[str]) -> list[_Waiting]:
    return [each for each in waiting if is_of(each.item_code, groups)]


def _waiting(work: UnitOfWork) -> list[_Waiting]:
    rows = work.session.execute(
        select(Need.item_code, AwardObjection.due_at)
        .join(Need, Need.id == AwardObjection.need_id)
        .where(AwardObjection.state.in_(WITH_AUTHORITY))
    )
    return [_Waiting(item_code=code, due_at=due_at) for code, due_at in rows]


def _decided(work: UnitOfWork, months: int) -> dict[int, Decided]:
    since = beijing(months_after(work.today, -months))
    upheld = AwardObjection.state == ObjectionState.UPHELD
    late = exists().where(
        ObjectionStep.objection_id == AwardObjection.id,
        ObjectionStep.move.in_(("take-up", "refuse", "propose", "dismiss", "uphold")),
        ObjectionStep.at >= ObjectionStep.due_at,
    )
    rows = work.session.execute(
        select(
            AwardObjection.decided_by_org_id,
            func.count(),
            _times(upheld),
            _times(and_(*ANNULLED_BY_PROCEDURE)),
            _times(late),
        )
        .where(AwardObjection.closed_at >= since, AwardObjection.decided_by_org_id.is_not(None))
        .group_by(AwardObjection.decided_by_org_id)
    )
    return {
        org_id: Decided(decided=decided, upheld=right, by_procedure=annulled, late=slow)
        for org_id, decided, right, annulled, slow in rows
        if org_id is not None
    }


def _times(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
