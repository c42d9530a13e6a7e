"""What who oversees every authority reads of complaints: each, who acted, and what was not read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, func, or_, select

from market.accounts.queries import names_of
from market.complaints.model import Complaint, ComplaintOpening, ComplaintStep
from market.complaints.queries import name_of
from market.complaints.rules import OFFICIAL, ComplaintMove
from market.db import UnitOfWork

PROPOSALS: Final = (ComplaintMove.PROPOSE, ComplaintMove.PROPOSE_REFUSAL)
DECISIONS: Final = (
    ComplaintMove.REFUSE,
    ComplaintMove.UPHOLD,
    ComplaintMove.UPHOLD_PARTLY,
    ComplaintMove.REJECT,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A complaint as who oversees it reads it: nothing in it tells who complained."""

    one: Complaint
    authority: str
    reads: int
    proposer: str
    decider: str


def watched(work: UnitOfWork, *, limit: int, offset: int) -> list[Watched]:
    """Return every complaint but those about the actor's own organisation, the latest first."""
    rows = work.session.scalars(
        select(Complaint)
        .where(_seen(work))
        .order_by(Complaint.id.desc())
        .limit(limit)
        .offset(offset)
    ).all()
    ids = [one.id for one in rows]
    counted = work.session.execute(
        select(ComplaintOpening.complaint_id, func.count(ComplaintOpening.id))
        .where(ComplaintOpening.complaint_id.in_(ids))
        .group_by(ComplaintOpening.complaint_id)
    )
    reads = dict(counted.all())
    last = _last_of(work, ids)
    names = names_of(work, last.values())
    return [
        Watched(
            one=one,
            authority=name_of(work, one.authority_org_id),
            reads=reads.get(one.id, 0),
            proposer=names.get(last.get((one.id, False), 0), ""),
            decider=names.get(last.get((one.id, True), 0), ""),
        )
        for one in rows
    ]


def _last_of(work: UnitOfWork, ids: Sequence[int]) -> dict[tuple[int, bool], int]:
    """Return who proposed and who decided last, by the complaint and whether it was decided."""
    steps = work.session.execute(
        select(ComplaintStep.complaint_id, ComplaintStep.move, ComplaintStep.by_id)
        .where(
            ComplaintStep.complaint_id.in_(ids),
            ComplaintStep.move.in_((*PROPOSALS, *DECISIONS)),
            ComplaintStep.by_id.is_not(None),
        )
        .order_by(ComplaintStep.id)
    )
    return {(one, move in DECISIONS): by_id for one, move, by_id in steps if by_id is not None}


def count_watched(work: UnitOfWork) -> int:
    """Return how many complaints ``watched`` pages through."""
    return work.session.scalar(select(func.count(Complaint.id)).where(_seen(work))) or 0


def _seen(work: UnitOfWork) -> ColumnElement[bool]:
    respondent = Complaint.respondent_org_id
    return or_(respondent.is_(None), respondent != work.actor.org_id)


def actors_of(work: UnitOfWork, steps: Sequence[ComplaintStep]) -> dict[int, str]:
    """Return who took each step of an authority, by the steps' ids; nobody of the sides."""
    mine = {step.id: step.by_id for step in steps if step.move in OFFICIAL and step.by_id}
    names = names_of(work, mine.values())
    return {step_id: names[by_id] for step_id, by_id in mine.items() if by_id in names}
