"""What experts hand in to prove their title and their employment: for operators only."""

from market.db import UnitOfWork
from market.documents import queries as documents
from market.documents import resting
from market.documents.queries import Slot
from market.documents.resting import Rest
from market.documents.rules import ALLOWED, Subject
from market.errors import msgid
from market.experts import queries
from market.experts.model import Expert
from market.experts.rules import SERVING


def slots(work: UnitOfWork, expert: Expert) -> list[Slot]:
    """Return the list of an expert's documents. None is required: the letter decides."""
    held = documents.current_of(work, expert.organisation_id)
    return [
        Slot(
            subject=Subject.EXPERT,
            subject_id=expert.id,
            kind=kind,
            about="",
            required=False,
            current=held.get((Subject.EXPERT, expert.id, kind)),
            fixed_by=None,
        )
        for kind in ALLOWED[Subject.EXPERT]
    ]


def _is_own(work: UnitOfWork, expert_id: int) -> bool:
    expert = queries.expert_of_actor(work)
    return expert is not None and expert.id == expert_id and expert.state in SERVING


def _rests(work: UnitOfWork, expert_id: int) -> Rest | None:
    expert = work.session.get(Expert, expert_id)
    if expert is None or expert.state not in SERVING:
        return None
    return Rest(what=msgid("评审专家库登记"), name=expert.code)


documents.provide_subject(Subject.EXPERT, _is_own)
resting.provide_subject(Subject.EXPERT, _rests)
