"""Evidence beside an objection: for the objector, the operator, and the authority that decides.

What the operator finds of a file is shown beside it; it keeps none from those who decide.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from market.access import Permission
from market.db import UnitOfWork
from market.documents import queries as documents
from market.documents import resting
from market.documents.actions import Place
from market.documents.model import Document, DocumentReading
from market.documents.resting import Rest
from market.documents.rules import DocKind, DocState, Subject
from market.draws.model import Award
from market.errors import MissingError, msgid
from market.files import StoredFile
from market.firms.model import Firm
from market.needs.model import Need
from market.needs.scope import looks_after
from market.objections import queries
from market.objections.actions.record import require_words, rules_of
from market.objections.errors import EvidenceFullError, EvidenceOverError
from market.objections.model import AwardObjection, ObjectionEvidence
from market.objections.rules import NOT_OVER

TITLE_SHORTEST: Final = 4
DECIDING: Final = frozenset({Permission.OBJECTION_EXAMINE, Permission.OBJECTION_DECIDE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One piece of evidence with the newest version of its document."""

    row: ObjectionEvidence
    document: Document
    file: StoredFile

    @property
    def is_cleared(self) -> bool:
        """Whether the operator has looked into it and taken it: who only oversees reads it then."""
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


def opens_all(work: UnitOfWork, one: AwardObjection) -> bool:
    """Whether the actor opens every file: the objector, and the authority that decides.

    Whatever the operator thinks of a file, or whether it has looked at all, is nothing to them.
    """
    if one.org_id == work.actor.org_id:
        return True
    is_deciding = bool(work.actor.permissions & DECIDING)
    return is_deciding and looks_after(work, work.session.get_one(Need, one.need_id))


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
    """Return a piece of evidence to those who open all, and once it is cleared to who oversees.

    Raises:
        MissingError: There is none that the actor may know of.
    """
    if not queries.may_read(work, one):
        raise MissingError
    every = opens_all(work, one)
    for piece in pieces_of(work, one):
        if piece.document.id == document_id and (every or piece.is_cleared):
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


def _rests(work: UnitOfWork, evidence_id: int) -> Rest | None:
    """Return the objection that is still to be decided on a piece of evidence."""
    number = work.session.scalar(
        select(AwardObjection.number)
        .join(ObjectionEvidence, ObjectionEvidence.objection_id == AwardObjection.id)
        .where(ObjectionEvidence.id == evidence_id, AwardObjection.state.in_(NOT_OVER))
    )
    if number is None:
        return None
    advice = msgid("另有证据的，请另加一份；已经收下的证据不能更换。")
    return Rest(what=_OBJECTION, name=number, advice=advice)


def _against(work: UnitOfWork, document: Document) -> list[Rest]:
    """Return the open objections to awards of whoever handed in a document.

    What an objection says may be that the document is false: nothing of it ends before.
    """
    numbers = work.session.scalars(
        select(AwardObjection.number)
        .join(Award, Award.id == AwardObjection.award_id)
        .join(Firm, Firm.id == Award.firm_id)
        .where(Firm.organisation_id == document.org_id, AwardObjection.state.in_(NOT_OVER))
        .order_by(AwardObjection.id)
    )
    return [Rest(what=_OBJECTION, name=number) for number in numbers]


_OBJECTION: Final = msgid("尚未办结的异议")
documents.provide_subject(Subject.OBJECTION, _is_own)
resting.provide_subject(Subject.OBJECTION, _rests)
resting.provide(_against)
