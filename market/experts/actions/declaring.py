"""Experts say which organisations they avoid. The list is private; that they said so is not."""

from sqlalchemy import select

from market.codes import credit_code
from market.db import UnitOfWork
from market.errors import MissingError
from market.experts import queries
from market.experts.errors import NotServingError, TieEndedError, TieKnownError
from market.experts.journal import ExpertDeclared
from market.experts.model import Expert, ExpertTie
from market.experts.rules import SERVING, TieGround


def add_tie(
    work: UnitOfWork, expert: Expert, *, org_code: str, org_name: str, ground: TieGround, note: str
) -> ExpertTie:
    """Put an organisation on an expert's own list.

    Raises:
        NotServingError: The expert is not in the pool.
        CreditCodeError: The code is not one.
        TieKnownError: It is on the list.
    """
    expert = _serving(work, expert)
    code = credit_code(org_code, field="org_code")
    lasting = select(ExpertTie.id).where(
        ExpertTie.expert_id == expert.id, ExpertTie.org_code == code, ExpertTie.ended_at.is_(None)
    )
    if work.session.scalar(lasting) is not None:
        raise TieKnownError
    tie = ExpertTie(
        expert_id=expert.id,
        org_code=code,
        org_name=org_name.strip(),
        ground=ground,
        note=note.strip(),
        declared_at=work.now,
    )
    work.session.add(tie)
    work.session.flush()
    return tie


def end_tie(work: UnitOfWork, expert: Expert, tie_id: int) -> None:
    """Note that a tie is over; it counts for some time still, as the regulation says.

    Raises:
        NotServingError: The expert is not in the pool.
        MissingError: It is not on the expert's list.
        TieEndedError: It was ended before.
    """
    expert = _serving(work, expert)
    tie = work.session.scalar(
        select(ExpertTie).where(ExpertTie.id == tie_id, ExpertTie.expert_id == expert.id)
    )
    if tie is None:
        raise MissingError
    if tie.ended_at is not None:
        raise TieEndedError
    tie.ended_at = work.now


def declare(work: UnitOfWork, expert: Expert) -> None:
    """Declare that the list is complete; without it an expert is recused from every panel.

    Raises:
        NotServingError: The expert is not in the pool.
    """
    expert = _serving(work, expert)
    expert.declared_at = work.now
    work.record(ExpertDeclared(expert=expert.code, declared_at=work.now))


def _serving(work: UnitOfWork, expert: Expert) -> Expert:
    expert = queries.locked(work, expert.id)
    if expert.state not in SERVING:
        raise NotServingError
    return expert
