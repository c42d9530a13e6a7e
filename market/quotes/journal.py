"""What the public log is told of quotes: commitments before the opening, the sheet after it.

A firm is named by the number of its enrolment, which tells nobody who it is, and the entries are
written by ``firm``: an account's name would tell whose it is.
"""

from dataclasses import dataclass
from typing import ClassVar

from market.journal import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteSealed(Entry):
    """An enrolment committed to a quote. The last one before the close counts."""

    kind: ClassVar[str] = "quote.sealed.v1"
    draw: str
    enrolment: int
    number: int
    commitment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteOpened(Entry):
    """An enrolment opened its quote; how much it is stands in the sheet, with all others."""

    kind: ClassVar[str] = "quote.opened.v1"
    draw: str
    enrolment: int
    number: int
    commitment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetPublished(Entry):
    """The sheet of a draw's quotes, or of its firms' merit, as the list was frozen by it."""

    kind: ClassVar[str] = "selection.sheet.v1"
    draw: str
    method: str
    document_digest: str
