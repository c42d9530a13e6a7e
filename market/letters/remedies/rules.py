"""What a decision says of review and suit. Pure functions, no I/O."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Final

from market.letters.remedies.errors import OddWordsError, UncheckedWordsError

BODY_LONGEST: Final = 80
TERM_LONGEST: Final = 80
BASIS_LONGEST: Final = 200
REASON_LONGEST: Final = 300
# Words by which a drafter says that nobody has looked yet.
_TERM: Final = re.compile(r"自.+起.*[0-9〇一二三四五六七八九十百两]+\s*个?(?:工作)?[日天月年]")
# What each of them holds, whoever is named: no letter goes out with a slip of the keyboard.
LIKE: Final[Mapping[str, re.Pattern[str]]] = {
    "review_body": re.compile(r"\w{4,}"),
    "review_term": _TERM,
    "court": re.compile(r"\w{2,}法院"),
    "court_term": _TERM,
    "basis": re.compile(r"\w{2,}.*第.+条"),
}
UNCHECKED: Final = ("待核", "待定", "另行", "核对")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """Where and until when a decision may be contested, and on which clauses that rests."""

    review_body: str
    review_term: str
    court: str
    court_term: str
    basis: str


def in_words(stated: Stated) -> str:
    """Return the paragraph of a letter.

    Args:
        stated: What the authority stated, word for word.

    Source: every word of the law is the authority's own; a platform default for the rest.
    """
    return (
        f"不服本决定的，可以{stated.review_term}向{stated.review_body}申请行政复议，"
        f"也可以{stated.court_term}向{stated.court}提起行政诉讼。依据：{stated.basis}。"
    )


def checked(stated: Stated) -> Stated:
    """Return what is kept, without blanks and full stops around it.

    Raises:
        UncheckedWordsError: A field is empty, or says that it is still to be looked up.
        OddWordsError: It is not what such a field holds.

    Source: a platform default: no note to the drafter reaches a citizen.
    """
    kept = {each.name: getattr(stated, each.name).strip(" 　。；;") for each in fields(Stated)}
    for name, words in kept.items():
        if not words or any(word in words for word in UNCHECKED):
            raise UncheckedWordsError(name)
        if not LIKE[name].search(words):
            raise OddWordsError(name)
    return Stated(**kept)
