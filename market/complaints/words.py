"""What an authority writes for others to read: nothing by which the complainant is known again."""

import unicodedata
from typing import Final

from market.complaints import queries, sealing
from market.complaints.actions.record import require
from market.complaints.errors import CopiedWordsError, TellingWordsError
from market.complaints.model import Complaint
from market.db import UnitOfWork
from market.keys import Keys
from market.scoring import naming

# Platform default: so many characters in a row are nobody's own words for the same thing.
COPIED: Final = 20


def told(work: UnitOfWork, keys: Keys, one: Complaint, text: str, field: str) -> str:
    """Return what the other side may read, without blanks around it.

    The platform looks into what it keeps sealed, and shows nobody what it found.

    Raises:
        TooShortError: It says nothing.
        TellingWordsError: It names the complainant, or gives a number or an address of a person.
        CopiedWordsError: It repeats what the complainant wrote.
    """
    words = require(text, field)
    refuse_telling(work, keys, one, words, field)
    return words


def refuse_telling(work: UnitOfWork, keys: Keys, one: Complaint, text: str, field: str) -> None:
    """Refuse words by which the complainant is known again; errors as for ``told``."""
    who = sealing.open_sealed(keys, one.number, one.sealed)
    known = (who.name, who.contact, queries.name_of(work, who.org_id))
    if naming.telling(text, naming.names_of(filter(None, known))):
        raise TellingWordsError(field)
    if is_copied(who.text, text):
        raise CopiedWordsError(field, COPIED)


def is_copied(original: str, text: str) -> bool:
    """Whether a text repeats a passage of another one, whatever marks stand in between.

    Source: platform default (``COPIED``).
    """
    first, second = _letters(original), _letters(text)
    pieces = {first[at : at + COPIED] for at in range(len(first) - COPIED + 1)}
    return any(second[at : at + COPIED] in pieces for at in range(len(second) - COPIED + 1))


def _letters(text: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFKC", text).casefold() if one.isalnum())
