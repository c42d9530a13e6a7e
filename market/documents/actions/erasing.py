"""What becomes of documents past their term: marked, or their bytes deleted and the row kept.

That a document ends is written down first, and committed; its bytes go afterwards, in a step of
their own. What is undone loses nothing, and bytes that a crash left behind the next sweep finds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import exists, func, select, text

from market import files, rulebook
from market.db import Actor, UnitOfWork
from market.documents import resting, telling
from market.documents.journal import DocumentErased
from market.documents.model import Document, DocumentErasure
from market.documents.queries import to_decide
from market.documents.retention import DELETED, Ending, ending_of, ends_at
from market.documents.schedule import SUBJECT, days_of, standing_of
from market.files import StoredFile
from market.installation import Installation
from market.sweeping import Due, Task, due_rows, last_of
from market.sweeping import sweep as do_all

JOB: Final = Actor("job:documents")
# How soon a document is looked at again on which a decision is still owed.
LOOK_AGAIN: Final = timedelta(days=30)


def sweep(here: Installation) -> int:
    """Look at every document whose term is over, one transaction each; return how many ended."""
    folder = here.config.uploads_dir

    def look_at(work: UnitOfWork, due: Due) -> int:
        return end_term(work, last_of(due))

    def take_away(work: UnitOfWork, due: Due) -> int:
        return unlink(work, last_of(due), folder)

    ended = do_all(here, JOB, Task(name="document", find=_due, do=look_at, key=last_of))
    do_all(here, JOB, Task(name="document: bytes", find=_left, do=take_away, key=last_of))
    return ended


def _due(work: UnitOfWork, after: Due | None, limit: int) -> Sequence[Due]:
    return due_rows(work, Document.next_check_at, Document.id, after=after, limit=limit)


def _left(work: UnitOfWork, after: Due | None, limit: int) -> Sequence[Due]:
    return due_rows(work, Document.unlink_at, Document.id, after=after, limit=limit)


def end_term(work: UnitOfWork, document_id: int) -> int:
    """Mark a document past its term; where nothing rests on it, write down that its bytes go.

    Returns:
        1 where its term was over, 0 where it is looked at again later.
    """
    document = to_decide(work, document_id)
    if document.next_check_at is None or document.next_check_at > work.now:
        return 0  # Another process was here first.
    standing = standing_of(document, is_needed=bool(resting.on(work, document)))
    ending = ending_of(standing)
    if ending is None:
        document.next_check_at = work.now + LOOK_AGAIN
        return 0
    rules = rulebook.apply(work, SUBJECT)
    term = _Term(ending=ending, days=days_of(rules, ending, document.kind), rule=rules.id)
    over_at = ends_at(standing, term.days)
    if over_at > work.now:
        document.next_check_at = over_at
        return 0
    document.next_check_at = None
    document.past_term_at = work.now
    if ending in DELETED:
        _erase(work, document, term)
    return 1


def unlink(work: UnitOfWork, document_id: int, folder: Path) -> int:
    """Delete the bytes of a document that has ended, unless another row holds the same.

    Returns:
        1 where the bytes are gone, 0 where they stay or were gone before.
    """
    _hold_uploads(work)
    document = to_decide(work, document_id)
    if document.unlink_at is None:
        return 0  # Another process was here first.
    stored = work.session.get_one(StoredFile, document.file_id)
    document.unlink_at = None
    if _is_shared(work, stored):
        return 0
    work.session.flush()
    files.erase(folder, stored.digest)
    return 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Term:
    """What a term leads to, how long it was, and which instrument says so."""

    ending: Ending
    days: int
    rule: str


def _erase(work: UnitOfWork, document: Document, term: _Term) -> None:
    stored = work.session.get_one(StoredFile, document.file_id)
    document.erased_at = document.unlink_at = work.now
    work.session.add(
        DocumentErasure(
            document_id=document.id,
            seal=document.seal,
            ending=term.ending,
            days=term.days,
            regulation_id=term.rule,
            shared=_is_shared(work, stored),
            erased_at=work.now,
        )
    )
    telling.tell(
        work,
        document,
        DocumentErased(
            organisation=telling.code_of(work, document),
            document=document.id,
            document_kind=document.kind,
            seal=document.seal,
            ending=term.ending,
            days=term.days,
            regulation=term.rule,
        ),
    )


def _hold_uploads(work: UnitOfWork) -> None:
    """Let no upload of the same bytes come between the question and the deletion.

    SQLite has one writer at a time.
    """
    connection = work.session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE stored_file IN SHARE ROW EXCLUSIVE MODE"))


def _is_shared(work: UnitOfWork, stored: StoredFile) -> bool:
    """Whether another row holds the same bytes, and nothing has ended it."""
    ended = exists().where(
        Document.file_id == StoredFile.id, DocumentErasure.document_id == Document.id
    )
    others = select(func.count(StoredFile.id)).where(
        StoredFile.digest == stored.digest, StoredFile.id != stored.id, ~ended
    )
    return bool(work.session.scalar(others))
