"""What of an objection's page is for everybody: what was decided, not what was only proposed.

A proposal names what is said of a firm that has not been heard, or that was taken back as wrong.
Its words are for the sides, the officials and whoever is heard on it; once it was decided, they
are for everybody, as the decision that rests on them.
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import aliased

from market.db import UnitOfWork
from market.objections.model import AwardObjection, ObjectionHearing, ObjectionStep
from market.objections.queries import may_read
from market.objections.rules import ObjectionMove

PROPOSALS: Final = frozenset({ObjectionMove.FIND_RIGHT, ObjectionMove.PROPOSE})
_DECISIONS: Final = frozenset({ObjectionMove.UPHOLD, ObjectionMove.DISMISS})


def undecided(steps: Sequence[ObjectionStep]) -> frozenset[int]:
    """Return the steps at which something was proposed that nobody decided, by their ids."""
    proposals = [step.id for step in steps if step.move in PROPOSALS]
    is_decided = any(step.move in _DECISIONS for step in steps)
    return frozenset(proposals[:-1] if is_decided else proposals)


def is_published() -> ColumnElement[bool]:
    """Return the condition under which a step's words are for everybody."""
    later, decision = aliased(ObjectionStep), aliased(ObjectionStep)
    same = later.objection_id == ObjectionStep.objection_id
    is_last = ~exists().where(same, later.id > ObjectionStep.id, later.move.in_(PROPOSALS))
    is_decided = exists().where(
        decision.objection_id == ObjectionStep.objection_id, decision.move.in_(_DECISIONS)
    )
    is_proposal = ObjectionStep.move.in_(PROPOSALS)
    return ObjectionStep.is_public.is_(True) & (~is_proposal | (is_last & is_decided))


def withheld(
    work: UnitOfWork, one: AwardObjection, steps: Sequence[ObjectionStep]
) -> frozenset[int]:
    """Return the steps whose words and conclusion the actor does not read."""
    hidden = undecided(steps)
    if not hidden or may_read(work, one):
        return frozenset()
    asked = set(
        work.session.scalars(
            select(ObjectionHearing.asked_at).where(
                ObjectionHearing.objection_id == one.id,
                ObjectionHearing.org_id == work.actor.org_id,
            )
        )
    )
    return frozenset(step.id for step in steps if step.id in hidden and step.at not in asked)
