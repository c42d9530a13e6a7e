"""What every letter needs: its reasons."""

from functools import partial

from market.affiliations.errors import ReasonsTooShortError
from market.reasons import long_enough

SHORTEST = 20


def require(text: str, field: str) -> str:
    """Return the reasons of a letter.

    Raises:
        ReasonsTooShortError: There are none.
    """
    return long_enough(text, SHORTEST, partial(ReasonsTooShortError, field, SHORTEST))
