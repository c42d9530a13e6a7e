"""How long the bytes of a document are kept, and when they may be deleted. Pure.

A document that somebody took is never deleted: past its term it is only marked, for the operator
to hand to the archive. Of what nobody took the bytes are deleted once nothing rests on it and
nothing is still to be decided on it; the row says so for ever.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from market.documents.rules import DocState


class Ending(StrEnum):
    """What the term of a document leads to. The values are keys of the regulation."""

    REFUSED = "refused"
    SUPERSEDED = "superseded"
    ABANDONED = "abandoned"
    KEPT = "kept"


DELETED: Final = frozenset({Ending.REFUSED, Ending.SUPERSEDED, Ending.ABANDONED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What decides the ending of a document.

    Attributes:
        state: Where it stands.
        was_cleared: Whether somebody ever took it: then a decision rests on it.
        is_needed: Whether anything rests on it, or is still to be decided on it.
        decided_at: When it was decided last.
        replaced_at: When a newer version took its place.
        handed_in_at: When it was handed in.
    """

    state: DocState
    was_cleared: bool
    is_needed: bool
    decided_at: datetime | None
    replaced_at: datetime | None
    handed_in_at: datetime


def ending_of(standing: Standing) -> Ending | None:
    """Return what the term leads to; None while anything rests on the document.

    Args:
        standing: What is known of the document.

    Source: platform default (confirm); 个人信息保护法 第十九条 as a model: no longer than needed.
    """
    if standing.was_cleared or standing.state is DocState.CLEARED:
        return Ending.KEPT
    if standing.is_needed:
        return None
    match standing.state:
        case DocState.REJECTED:
            return Ending.REFUSED
        case DocState.REPLACED:
            return Ending.REFUSED if standing.decided_at else Ending.SUPERSEDED
        case DocState.HELD:
            return Ending.ABANDONED


def term_begins(standing: Standing) -> datetime:
    """Return from when the term of a document counts: the last thing that happened to it.

    Args:
        standing: What is known of the document.

    Source: platform default.
    """
    happened = (standing.handed_in_at, standing.decided_at, standing.replaced_at)
    return max(at for at in happened if at is not None)


def ends_at(standing: Standing, days: int) -> datetime:
    """Return when the term of a document is over.

    Args:
        standing: What is known of the document.
        days: The regulation's days for its kind and ending.

    Source: platform default.
    """
    return term_begins(standing) + timedelta(days=days)
