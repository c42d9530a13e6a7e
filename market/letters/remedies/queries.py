"""Finding what an authority's decisions say of review and suit."""

from sqlalchemy import select

from market.db import UnitOfWork
from market.letters.remedies.errors import RemediesMissingError
from market.letters.remedies.model import RemedyClause


def clause_of(work: UnitOfWork, org_id: int) -> RemedyClause | None:
    """Return what an organisation's decisions say now; none while nothing was confirmed."""
    return work.session.scalar(
        select(RemedyClause)
        .where(RemedyClause.org_id == org_id, RemedyClause.confirmed.is_(True))
        .order_by(RemedyClause.id.desc())
        .limit(1)
    )


def pending_of(work: UnitOfWork, org_id: int) -> RemedyClause | None:
    """Return what waits for its second person."""
    return work.session.scalar(
        select(RemedyClause).where(RemedyClause.org_id == org_id, RemedyClause.confirmed.is_(None))
    )


def sent_back(work: UnitOfWork, org_id: int) -> RemedyClause | None:
    """Return the latest version if it was sent back."""
    last = work.session.scalar(
        select(RemedyClause)
        .where(RemedyClause.org_id == org_id)
        .order_by(RemedyClause.id.desc())
        .limit(1)
    )
    return last if last is not None and last.confirmed is False else None


def words_of(work: UnitOfWork, org_id: int | None) -> str:
    """Return what a decision of an organisation prints.

    Raises:
        RemediesMissingError: Two people of it have not confirmed any.
    """
    found = clause_of(work, org_id) if org_id is not None else None
    if found is None:
        raise RemediesMissingError
    return found.words
