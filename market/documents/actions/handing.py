"""Handing in a document, and deciding it. Each step is told to the public log."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from sqlalchemy.exc import IntegrityError

from market import files, rulebook
from market.db import UnitOfWork
from market.documents import queries, queries_owners, resting, telling
from market.documents.errors import (
    DocumentErasedError,
    DocumentsClosedError,
    TooManyUploadsError,
)
from market.documents.examining import examine
from market.documents.journal import DocumentHandedIn, DocumentMoved
from market.documents.model import Document, DocumentReading
from market.documents.owner_rules import EDITABLE as OWNER_EDITABLE
from market.documents.owner_rules import OwnerState
from market.documents.rules import (
    DocKind,
    DocMove,
    DocState,
    NotAScanError,
    Subject,
    Suspicion,
    advance,
    check_kind,
    may_be,
    reason_of,
    stored_suspicions,
)
from market.documents.schedule import schedule
from market.errors import ConflictError
from market.files import StoredFile
from market.firms import queries as firms
from market.firms.rules import CHANGEABLE, FirmState

__all__ = ["Place", "clear", "enter", "hand_in", "open_document", "reject"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a document belongs."""

    subject: Subject
    subject_id: int
    kind: DocKind


def hand_in(
    work: UnitOfWork,
    place: Place,
    *,
    folder: Path,
    stream: BinaryIO | None,
    name: str | None,
    key: bytes,
) -> Document:
    """Take an upload into quarantine: opened, looked into, held until a person decides it.

    Raises:
        FileError: It is not what its ending says, or holds what may not be kept.
        NotAScanError: A paper is handed in as a file that can be edited.
        DocumentKindError: The subject is not proved by such a document.
        DocumentsClosedError: The operator is checking just now.
        DocumentBoundError: Something verified rests on the document that is there.
        TooManyUploadsError: The organisation handed in as much as it may in a day.
        MissingError: The subject is not the actor's.
    """
    _may_hand_in(work, place)
    most = rulebook.apply(work, queries.RULES).integer("upload.most_per_day")
    if queries.is_full(work, most):
        raise TooManyUploadsError(most)
    data = stream.read(files.LARGEST + 1) if stream else b""
    stored = files.keep(work, folder, BytesIO(data) if stream else None, name)
    found = examine(stored.name, data)
    if not may_be(place.kind, stored.name):
        raise NotAScanError
    return enter(work, place, stored, found, key)


def enter(
    work: UnitOfWork,
    place: Place,
    stored: StoredFile,
    suspicions: tuple[Suspicion, ...],
    key: bytes,
) -> Document:
    """Enter a kept file as the newest version of a document; the one before it is replaced.

    Raises:
        DocumentKindError: The subject is not proved by such a document.
        DocumentsClosedError: The operator is checking just now.
        DocumentBoundError: Something verified rests on the document that is there.
        MissingError: The subject is not the actor's.
        ConflictError: Somebody handed in the same document at the same moment.
    """
    _may_hand_in(work, place)
    before = queries.current(work, place.subject, place.subject_id, place.kind)
    if before is not None:
        set_aside(work, before)
        work.session.flush()
    row = Document(
        org_id=work.org_id,
        subject=place.subject,
        subject_id=place.subject_id,
        kind=place.kind,
        file_id=stored.id,
        seal=telling.sealed(key, place.subject, place.subject_id, stored.digest),
        suspicion_codes=stored_suspicions(suspicions),
        state=DocState.HELD,
        handed_in_at=work.now,
        handed_in_by_id=work.user_id,
    )
    schedule(work, row)
    work.session.add(row)
    try:
        work.session.flush()
    except IntegrityError:
        raise ConflictError from None
    telling.tell(
        work,
        row,
        DocumentHandedIn(
            organisation=telling.code_of(work, row),
            document=row.id,
            document_kind=row.kind,
            subject=row.subject,
            seal=row.seal,
            suspicions=row.suspicions,
        ),
    )
    return row


# What a check of the firm's registration does not look at.
_ANY_TIME = frozenset({Subject.BUYER, Subject.OBJECTION, Subject.EXPERT})


def _may_hand_in(work: UnitOfWork, place: Place) -> None:
    check_kind(place.subject, place.kind)
    queries.subject_of_own(work, place.subject, place.subject_id)
    if place.subject is Subject.OWNER:
        row = queries_owners.own(work)
        if row.state not in OWNER_EDITABLE | {OwnerState.CHECKED}:
            raise DocumentsClosedError
    elif place.subject not in _ANY_TIME and _locked_state(work) not in CHANGEABLE:
        raise DocumentsClosedError
    before = queries.current(work, place.subject, place.subject_id, place.kind)
    resting.require_free(work, before)


def _locked_state(work: UnitOfWork) -> FirmState:
    """Return the firm's state, held: a submission of the same moment comes before or after."""
    return firms.locked(work, firms.own(work).id).state


def clear(work: UnitOfWork, document: Document, reason: str = "") -> None:
    """Take a document; one that a machine found odd needs a reason.

    Raises:
        DocumentDecidedError: Somebody decided it, or a newer version replaced it.
        DocumentReasonError: It is suspicious and no reason is given.
        DocumentErasedError: Its bytes were deleted: there is nothing left to compare.
    """
    if document.erased_at is not None:
        raise DocumentErasedError
    state = advance(document.state, DocMove.CLEAR)
    document.reason = reason_of(reason, required=bool(document.suspicions))
    _decide(work, document, DocMove.CLEAR, state)


def reject(work: UnitOfWork, document: Document, reason: str) -> None:
    """Refuse a document, with the reason, which its organisation reads.

    Raises:
        DocumentDecidedError: Somebody decided it, or a newer version replaced it.
        DocumentReasonError: No reason is given.
    """
    state = advance(document.state, DocMove.REJECT)
    document.reason = reason_of(reason, required=True)
    _decide(work, document, DocMove.REJECT, state)


def open_document(work: UnitOfWork, document: Document) -> DocumentReading:
    """Write down that the actor looks at a document."""
    row = DocumentReading(
        document_id=document.id,
        read_by_id=work.user_id,
        org_id=work.org_id,
        read_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    return row


def _decide(work: UnitOfWork, document: Document, move: DocMove, state: DocState) -> None:
    document.state = state
    document.decided_at, document.decided_by_id = work.now, work.user_id
    if state is DocState.CLEARED:
        document.cleared_at = work.now
    schedule(work, document)
    _record(work, document, move)


def set_aside(work: UnitOfWork, document: Document) -> None:
    """Let a document stand no more: a newer version follows, or what it proved was taken back."""
    document.state = advance(document.state, DocMove.REPLACE)
    document.replaced_at = work.now
    schedule(work, document)
    _record(work, document, DocMove.REPLACE)


def _record(work: UnitOfWork, document: Document, move: DocMove) -> None:
    telling.tell(
        work,
        document,
        DocumentMoved(
            organisation=telling.code_of(work, document),
            document=document.id,
            move=move,
            state=document.state,
        ),
    )
