"""When the term of a document is looked at. What time must do is stored."""

from market import regulations
from market.db import UnitOfWork
from market.documents.model import Document
from market.documents.retention import Ending, Standing, ends_at
from market.documents.rules import DocKind, DocState
from market.regulations import Regulation

SUBJECT = "document-retention"


def standing_of(document: Document, *, is_needed: bool) -> Standing:
    """Return what decides the ending of a document."""
    return Standing(
        state=document.state,
        was_cleared=document.cleared_at is not None,
        is_needed=is_needed,
        decided_at=document.decided_at,
        replaced_at=document.replaced_at,
        handed_in_at=document.handed_in_at,
    )


def days_of(rules: Regulation, ending: Ending, kind: DocKind) -> int:
    """Return for how many days a kind of document is kept, by what its term leads to.

    A kind that an instrument does not name has the days of ``other``.
    """
    key = f"{ending}.{kind}"
    return rules.integer(key if key in rules else f"{ending}.other")


def schedule(work: UnitOfWork, document: Document) -> None:
    """Store when the term is looked at first: the shortest that can come to apply.

    What has ended has no term any more.
    """
    if document.erased_at is not None:
        document.next_check_at = None  # It has ended: it is replaced or refused, never ended again.
        return
    rules = regulations.in_force(SUBJECT, work.today)
    standing = standing_of(document, is_needed=False)
    if standing.was_cleared or document.state is DocState.CLEARED:
        endings: tuple[Ending, ...] = (Ending.KEPT,)
    else:
        endings = tuple(one for one in Ending if one is not Ending.KEPT)
    document.past_term_at = None
    document.next_check_at = min(
        ends_at(standing, days_of(rules, ending, document.kind)) for ending in endings
    )
