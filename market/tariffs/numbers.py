"""Numbers as people type them, read exactly. Pure."""

import re
from fractions import Fraction
from typing import Final

_NUMBER: Final = re.compile(r"-?\d{1,15}(?:\.\d{1,8})?", re.ASCII)


class NotANumberError(ValueError):
    """A text that is not a plain decimal number."""


def read_number(text: str) -> Fraction:
    """Read a decimal number; commas between digits and blanks around it are allowed.

    Args:
        text: What somebody typed: at most 15 digits and 8 decimals.

    Returns:
        The number, exact.

    Raises:
        NotANumberError: It is anything else, an exponent or a word for instance.

    Source:
        Platform default.
    """
    plain = text.strip().replace(",", "").replace("，", "").replace("−", "-")
    if not _NUMBER.fullmatch(plain):
        raise NotANumberError(text)
    return Fraction(plain)
