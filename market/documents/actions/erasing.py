"""What becomes of documents past their term: marked, or their bytes deleted and the row kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import exists, func, select, text

from market import files, rulebook
from market.accounts.model import Organisation
from market.db import Actor, UnitOfWork
from market.documents import queries_retention
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
        return end_term(work, last_of(due), folder)

    return do_all(here, JOB, Task(name="document", find=_due, do=look_at, key=last_of))


def _due(work: UnitOfWork, after: Due | None, limit: int) -> Sequence[Due]:
    return due_rows(work, Document.next_check_at, Document.id, after=after, limit=limit)


def end_term(work: UnitOfWork, document_id: int, folder: Path) -> int:
    """Mark a document past its term, or delete its bytes where no decision rests on it.

    Returns:
        1 where its term was over, 0 where it is looked at again later.
    """
    document = to_decide(work, document_id)
    if document.next_check_at is None or document.next_check_at > work.now:
        return 0  # Another process was here first.
    standing = standing_of(document, is_awaited=queries_retention.is_awaited(work, document))
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
        _erase(work, document, term, folder)
    return 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Term:
    """What a term leads to, how long it was, and which instrument says so."""

    ending: Ending
    days: int
    rule: str


def _erase(work: UnitOfWork, document: Document, term: _Term, folder: Path) -> None:
    _hold_uploads(work)
    stored = work.session.get_one(StoredFile, document.file_id)
    shared = _is_shared(work, stored)
    work.session.add(
        DocumentErasure(
            document_id=document.id,
            seal=document.seal,
            ending=term.ending,
            days=term.days,
            regulation_id=term.rule,
            shared=shared,
            erased_at=work.now,
        )
    )
    work.record(
        DocumentErased(
            organisation=work.session.get_one(Organisation, document.org_id).code,
            document=document.id,
            document_kind=document.kind,
            seal=document.seal,
            ending=term.ending,
            days=term.days,
            regulation=term.rule,
        )
    )
    work.session.flush()
    if not shared:
        files.erase(folder, stored.digest)


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
