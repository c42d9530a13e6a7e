"""Whether a proposal says whose it is: names and codes of the firm, and people's numbers. Pure.

A machine finds what is written as text. What is drawn, scanned or paraphrased it does not find:
the firm says that there is none, and the notice says what follows.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Final

from pypdf import PdfReader

from market.errors import msgid
from market.files import BrokenFileError
from market.scoring.errors import OddProposalError, TooManyPagesError

MOST_TEXT: Final = 2_000_000
# Two characters make a name that is also an ordinary word.
SHORTEST_NAME: Final = 3
_BLANK: Final = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
_SUFFIX: Final = re.compile(r"(股份有限公司|有限责任公司|有限公司|事务所|研究院|设计院)(\(.*?\))?$")
_ID: Final = re.compile(r"(?<!\d)[1-9]\d{16}[\dx](?!\d)")
_MOBILE: Final = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_MAIL: Final = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS: Final = "10x98765432"

OF_FIRM: Final = msgid("机构名称或代码")
ID_NUMBER: Final = msgid("身份证号码")
MOBILE: Final = msgid("手机号码")
MAIL: Final = msgid("电子邮箱")


def plain(text: str) -> str:
    """Return a text as it is searched: one width, one case, no blanks.

    Args:
        text: As the file has it.

    Source: platform default.
    """
    return _BLANK.sub("", unicodedata.normalize("NFKC", text)).casefold()


def names_of(names: Iterable[str]) -> tuple[str, ...]:
    """Return what may not stand in a firm's proposal: its names and codes, as they are searched.

    Args:
        names: Names and codes; a company's name also counts without its legal form.

    Source: platform default.
    """
    found = [plain(each) for each in names]
    found += [_SUFFIX.sub("", each) for each in found]
    return tuple(sorted({each for each in found if len(each) > SHORTEST_NAME}, key=len))


def telling(text: str, names: Sequence[str]) -> tuple[str, ...]:
    """Return what in a text tells whose it is, in words.

    Args:
        text: As the file has it.
        names: As ``names_of`` gave them.

    Returns:
        Nothing if the text tells nothing that a machine can find.

    Source: platform default.
    """
    searched, lines = plain(text), unicodedata.normalize("NFKC", text).casefold()
    found = [OF_FIRM] if any(name in searched for name in names) else []
    if any(_is_id(match.group()) for match in _ID.finditer(lines)):
        found.append(ID_NUMBER)
    if _MOBILE.search(lines):
        found.append(MOBILE)
    if _MAIL.search(lines):
        found.append(MAIL)
    return tuple(found)


def _is_id(number: str) -> bool:
    """Whether eighteen characters are an identity number: GB 11643 says so by the last of them."""
    rest = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False)) % 11
    return _CHECKS[rest] == number[-1]


def text_of(data: bytes, most_pages: int) -> tuple[str, int]:
    """Return the text of a PDF with that of its properties, and how many pages it has.

    Args:
        data: A PDF that its parser has opened before.
        most_pages: How many pages are read.

    Raises:
        TooManyPagesError: It has more.
        OddProposalError: It has more text than anybody writes.
        BrokenFileError: It cannot be read.

    Source: platform default.
    """
    try:
        reader = PdfReader(BytesIO(data))
        pages = len(reader.pages)
    except Exception as error:  # a parser fed with hostile bytes may raise anything
        raise BrokenFileError(kind="pdf") from error
    if pages > most_pages:
        raise TooManyPagesError(pages, most_pages)
    text = "\n".join(_parts(reader))
    if len(text) > MOST_TEXT:
        raise OddProposalError
    return text, pages


def _parts(reader: PdfReader) -> list[str]:
    """Return the properties of a PDF, and the text of each page until it is too much."""
    try:
        parts = [str(value) for value in (reader.metadata or {}).values()]
        size = 0
        for page in reader.pages:
            parts.append(page.extract_text())
            size += len(parts[-1])
            if size > MOST_TEXT:
                break
    except Exception as error:  # a parser fed with hostile bytes may raise anything
        raise BrokenFileError(kind="pdf") from error
    return parts
