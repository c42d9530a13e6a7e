"""What the public log is told about letters: numbers and digests, never a word of them."""

from dataclasses import dataclass
from typing import ClassVar

from market.journal import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterIssued(Entry):
    """A letter was issued. The digest covers its text and its code; the log names nobody."""

    kind: ClassVar[str] = "letter.issued.v1"
    letter: str
    letter_kind: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterWithdrawn(Entry):
    """A letter stands no longer; ``replaced_by`` is the number of the one in its place."""

    kind: ClassVar[str] = "letter.withdrawn.v1"
    letter: str
    replaced_by: str | None
