"""Evidence beside an objection: files in quarantine, for the objector and the officials only."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from market.db import UnitOfWork
from market.documents import queries as documents
from market.documents.actions import Place
from market.documents.model import Document, DocumentReading
from market.documents.rules import DocKind, DocState, Subject
from market.errors import MissingError
from market.files import StoredFile
from market.objections import queries
from market.objections.actions.record import require_words, rules_of
from market.objections.errors import EvidenceFullError, EvidenceOverError
from market.objections.model import AwardObjection, ObjectionEvidence
from market.objections.rules import NOT_OVER

TITLE_SHORTEST = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One piece of evidence with the newest version of its document."""

    row: ObjectionEvidence
    document: Document
    file: StoredFile

    @property
    def is_cleared(self) -> bool:
        """Whether the operator has looked into it and taken it: officials read it then."""
        return self.document.state is DocState.CLEARED


def pieces_of(work: UnitOfWork, one: AwardObjection) -> list[Piece]:
    """Return the evidence of an objection, the first piece first."""
    rows = work.session.execute(
        select(ObjectionEvidence, Document, StoredFile)
        .join(
            Document,
            (Document.subject_id == ObjectionEvidence.id)
            & (Document.subject == Subject.OBJECTION)
            & (Document.state != DocState.REPLACED),
        )
        .join(StoredFile, StoredFile.id == Document.file_id)
        .where(ObjectionEvidence.objection_id == one.id)
        .order_by(ObjectionEvidence.id)
    )
    return [Piece(row=row, document=document, file=file) for row, document, file in rows]


def looks_at(
    work: UnitOfWork, one: AwardObjection, pieces: Sequence[Piece]
) -> dict[int, list[tuple[DocumentReading, str, str]]]:
    """Return to the objector who opened its evidence and when, by the document's id."""
    if one.org_id != work.actor.org_id:
        return {}
    return {each.document.id: documents.readings(work, each.document) for each in pieces}


def may_add(work: UnitOfWork, one: AwardObjection) -> bool:
    """Whether the actor may add evidence now: the objector, while it is not over."""
    return one.org_id == work.actor.org_id and one.state in NOT_OVER


def add(work: UnitOfWork, one: AwardObjection, title: str) -> Place:
    """Make a place for a piece of evidence; its file is handed in there.

    Raises:
        MissingError: It is not the actor's objection.
        EvidenceOverError: The objection is over.
        EvidenceFullError: There are as many as the rules allow.
        TooShortError: It is not said what it shows.
    """
    one = queries.locked(work, one.id)
    if one.org_id != work.org_id:
        raise MissingError
    if one.state not in NOT_OVER:
        raise EvidenceOverError
    most = rules_of(one).integer("evidence.most_files")
    if len(_rows(work, one)) >= most:
        raise EvidenceFullError(most)
    row = ObjectionEvidence(
        objection_id=one.id,
        title=require_words(title, "title", TITLE_SHORTEST),
        added_at=work.now,
        added_by_id=work.user_id,
    )
    work.session.add(row)
    work.session.flush()
    return Place(subject=Subject.OBJECTION, subject_id=row.id, kind=DocKind.EVIDENCE)


def readable(work: UnitOfWork, one: AwardObjection, document_id: int) -> Piece:
    """Return a piece of evidence to its objector, and once it is cleared to the officials.

    Raises:
        MissingError: There is none that the actor may know of.
    """
    own = one.org_id == work.actor.org_id
    if not queries.may_read(work, one):
        raise MissingError
    for piece in pieces_of(work, one):
        if piece.document.id == document_id and (own or piece.is_cleared):
            return piece
    raise MissingError


def _rows(work: UnitOfWork, one: AwardObjection) -> Sequence[ObjectionEvidence]:
    return work.session.scalars(
        select(ObjectionEvidence).where(ObjectionEvidence.objection_id == one.id)
    ).all()


def _is_own(work: UnitOfWork, evidence_id: int) -> bool:
    found = select(AwardObjection.id).join(
        ObjectionEvidence, ObjectionEvidence.objection_id == AwardObjection.id
    )
    chosen = found.where(
        ObjectionEvidence.id == evidence_id,
        AwardObjection.org_id == work.org_id,
        AwardObjection.state.in_(NOT_OVER),
    )
    return work.session.scalar(chosen) is not None


documents.provide_subject(Subject.OBJECTION, _is_own)
