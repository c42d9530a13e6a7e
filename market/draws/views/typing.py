"""What people type or paste at the draw desk, read, or refused for its own reason."""

import re
import unicodedata
from typing import Final

from lottery.beacon.courier import parse_courier
from lottery.beacon.errors import (
    BeaconError,
    NothingTypedError,
    TooMuchTypedError,
    TypedCharacterError,
    TypedLengthError,
    TypedRoundError,
)
from market.draws import errors_values as refused
from market.errors import MarketError

_DIGITS: Final = re.compile(r"[0-9]+")
# No number of a game is longer; more digits than these are no number worth reading.
_MOST_DIGITS: Final = 9


def numbers_in(text: str) -> list[int]:
    """Return the numbers in a text, full-width digits too, as the page counts them."""
    plain = unicodedata.normalize("NFKC", text)
    return [int(digits[:_MOST_DIGITS]) for digits in _DIGITS.findall(plain)]


def carried_in(text: str) -> tuple[int, bytes]:
    """Return the round and the signature in what a courier brought.

    Raises:
        MarketError: It is not a round and a signature; each reason has its own words.
    """
    try:
        return parse_courier(text)
    except BeaconError as error:
        raise _in_words(error, text) from error


def _in_words(error: BeaconError, text: str) -> MarketError:
    found: MarketError
    match error:
        case NothingTypedError():
            found = refused.NothingCarriedError()
        case TooMuchTypedError():
            found = refused.TooMuchCarriedError(error.found, error.limit)
        case TypedCharacterError():
            found = refused.CarriedCharacterError(error.character, error.position)
        case TypedLengthError() if error.found < error.expected:
            found = refused.CarriedShortError(error.found, error.expected)
        case TypedLengthError():
            found = refused.CarriedLongError(error.found, error.expected)
        case TypedRoundError() if text.lstrip().startswith(("{", "｛")):
            found = refused.CarriedAnswerError()
        case _:  # No round, or one that no chain can have.
            found = refused.NoRoundCarriedError(getattr(error, "found", text))
    return found
