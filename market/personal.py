"""What in a text identifies or reaches a person: what everybody would read of them. Pure."""

import re
import unicodedata
from typing import Final

from market.errors import msgid

ID_NUMBER: Final = msgid("身份证号码")
MOBILE: Final = msgid("手机号码")
MAIL: Final = msgid("电子邮箱")

# A mobile number, with or without the country; an identity number of eighteen digits.
_MOBILE: Final = re.compile(r"(?<!\d)(?:\+?86)?1[3-9]\d{9}(?!\d)", re.ASCII)
_IDENTITY: Final = re.compile(
    r"(?<!\d)[1-8]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)",
    re.ASCII,
)
_MAIL: Final = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", re.ASCII)
# What people write between the digits of a number.
_BETWEEN: Final = re.compile(r"(?<=\d)[\s\-－—·.]+(?=\d)")


def personal_in(words: str) -> str:
    """Return what in a text identifies or reaches a person, as a msgid; nothing if nothing does.

    Full-width digits, blanks and dashes between digits hide no number.

    Args:
        words: As somebody wrote them.

    Source: a platform default.
    """
    plain = unicodedata.normalize("NFKC", words)
    # As it stands as well: a date before a number is no part of it.
    forms = (plain, _BETWEEN.sub("", plain))
    if any(_IDENTITY.search(form) for form in forms):
        return ID_NUMBER
    if any(_MOBILE.search(form) for form in forms):
        return MOBILE
    return MAIL if _MAIL.search(plain) else ""
