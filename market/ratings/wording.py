"""What in the words of a rating identifies or reaches a person. Pure functions, no I/O."""

import re
import unicodedata
from typing import Final

from market.errors import msgid

# A mobile number, with or without the country; an identity number of eighteen or fifteen digits.
_MOBILE: Final = re.compile(r"(?<!\d)(?:\+?86)?1[3-9]\d{9}(?!\d)", re.ASCII)
_IDENTITY: Final = re.compile(
    r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)",
    re.ASCII,
)
_BETWEEN: Final = re.compile(r"(?<=\d)[\s\-－—·.]+(?=\d)")


def personal_in(words: str) -> str:
    """Return what in a text identifies or reaches a person, as a msgid; nothing if nothing does.

    Full-width digits, blanks and dashes between digits hide no number.

    Args:
        words: As somebody wrote them.

    Source: a platform default.
    """
    plain = _BETWEEN.sub("", unicodedata.normalize("NFKC", words))
    if _IDENTITY.search(plain):
        return msgid("身份证号码")
    return msgid("手机号码") if _MOBILE.search(plain) else ""
