"""Finding documents past their term, and what became of them."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import func, select

from market.accounts.model import Organisation
from market.db import UnitOfWork
from market.documents.model import Document, DocumentErasure

SOON: Final = timedelta(days=30)
ROWS: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """A document whose bytes were deleted."""

    row: DocumentErasure
    document: Document
    organisation: str


def erased(work: UnitOfWork) -> list[Erased]:
    """Return what was deleted, the last first."""
    rows = work.session.execute(
        select(DocumentErasure, Document, Organisation.name)
        .join(Document, Document.id == DocumentErasure.document_id)
        .join(Organisation, Organisation.id == Document.org_id)
        .order_by(DocumentErasure.erased_at.desc(), DocumentErasure.id.desc())
        .limit(ROWS)
    )
    return [Erased(row=row, document=document, organisation=name) for row, document, name in rows]


def count_erased(work: UnitOfWork) -> int:
    """Return how many documents were deleted in all."""
    return work.session.scalar(select(func.count(DocumentErasure.id))) or 0


def erasure_of(work: UnitOfWork, document: Document) -> DocumentErasure | None:
    """Return that a document's bytes were deleted, if they were."""
    return work.session.scalar(
        select(DocumentErasure).where(DocumentErasure.document_id == document.id)
    )


def past_term(work: UnitOfWork) -> list[tuple[Document, str]]:
    """Return what is past its term and is kept because a decision rests on it, oldest first."""
    rows = work.session.execute(
        select(Document, Organisation.name)
        .join(Organisation, Organisation.id == Document.org_id)
        .where(Document.past_term_at.is_not(None), Document.cleared_at.is_not(None))
        .order_by(Document.past_term_at, Document.id)
        .limit(ROWS)
    )
    return [(document, name) for document, name in rows]


def coming(work: UnitOfWork) -> list[tuple[Document, str]]:
    """Return what is looked at soon, the next first."""
    rows = work.session.execute(
        select(Document, Organisation.name)
        .join(Organisation, Organisation.id == Document.org_id)
        .where(Document.next_check_at <= work.now + SOON)
        .order_by(Document.next_check_at, Document.id)
        .limit(ROWS)
    )
    return [(document, name) for document, name in rows]
