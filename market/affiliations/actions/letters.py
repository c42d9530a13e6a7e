"""What every letter needs: its reasons."""

from functools import partial

from market.affiliations.errors import IdentityError, ReasonsTooShortError
from market.personal import ID_NUMBER, personal_in
from market.reasons import long_enough

SHORTEST = 20


def require(text: str, field: str) -> str:
    """Return the reasons of a letter.

    Raises:
        ReasonsTooShortError: There are none.
        IdentityError: They hold the identity number of a person, and others would read it.
    """
    words = long_enough(text, SHORTEST, partial(ReasonsTooShortError, field, SHORTEST))
    # A telephone that firms share is a fact of a case; a person's number is not for the others.
    if personal_in(words) == ID_NUMBER:
        raise IdentityError(field)
    return words
