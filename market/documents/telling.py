"""Telling the public log of documents: whoever takes a side by one is not named there.

Evidence of an objection would say who objects, by its organisation, its account, or by the seal
under which the same file stands elsewhere. Such entries are by a side, of no organisation, and
under a seal of their own.
"""

from typing import Final

from market.accounts.model import Organisation
from market.db import UnitOfWork
from market.documents.model import Document
from market.documents.rules import Subject
from market.documents.seal import seal_of
from market.journal import Entry, encode

SIDED: Final = frozenset({Subject.OBJECTION})
SIDE: Final = "side"
# What stands in place of the organisation's code.
UNNAMED: Final = ""


def tell(work: UnitOfWork, document: Document, entry: Entry) -> None:
    """Tell the log what became of a document; by whom only where that may be known."""
    if document.subject in SIDED:
        work.submit(encode(entry, by=SIDE, at=work.now))
    else:
        work.record(entry)


def code_of(work: UnitOfWork, document: Document) -> str:
    """Return the credit code under which the log knows whose document it is."""
    if document.subject in SIDED:
        return UNNAMED
    return work.session.get_one(Organisation, document.org_id).code


def sealed(key: bytes, subject: Subject, subject_id: int, digest: str) -> str:
    """Return the keyed digest of a file; what a side hands in is under no other one's."""
    return seal_of(key, f"{subject}:{subject_id}:{digest}" if subject in SIDED else digest)
