"""What every letter needs: its reasons."""

from functools import partial
from typing import Final

from market.affiliations.errors import IdentityError, ReasonsTooShortError
from market.errors import msgid
from market.personal import personal_in
from market.reasons import long_enough

SHORTEST = 20
# A telephone that firms share is a fact of a case; the number of a person is not for the others.
IDENTITY: Final = msgid("身份证号码")


def require(text: str, field: str) -> str:
    """Return the reasons of a letter.

    Raises:
        ReasonsTooShortError: There are none.
        IdentityError: They hold the identity number of a person, and others would read it.
    """
    words = long_enough(text, SHORTEST, partial(ReasonsTooShortError, field, SHORTEST))
    if personal_in(words) == IDENTITY:
        raise IdentityError(field)
    return words
