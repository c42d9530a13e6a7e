"""Texts of a case: long enough to be followed."""

from functools import partial
from typing import Final

from market import reasons
from market.errors import MarketError, msgid

TEXT_SHORTEST: Final = 20  # platform default


class TextTooShortError(MarketError):
    """A letter needs its reasons."""

    sentence = msgid("请写明事实和理由（至少 %(least)s 个字）。")

    def __init__(self, field: str) -> None:
        super().__init__(field=field, least=TEXT_SHORTEST)


def required(text: str, field: str) -> str:
    """Return a text without blanks around it.

    Raises:
        TextTooShortError: It is too short to be followed.
    """
    return reasons.long_enough(text, TEXT_SHORTEST, partial(TextTooShortError, field))
