"""A list that is one of several on a page: its first rows there, all of them page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from market.direct.queries import Row
from market.web.lists import PAGE_ROWS, Pages, address, words_asked

# The argument of the address that names the one list that is shown.
_NAME: Final = "list"


class Read(Protocol):
    """Reads some rows of a list."""

    def __call__(self, *, limit: int, offset: int) -> Sequence[Row]:
        """Return at most so many rows, beginning with one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One list of a page: whether it is shown, its rows, how many there are, and where all are."""

    is_shown: bool
    rows: Sequence[Row]
    total: int
    pages: Pages | None = None
    all_url: str = ""


def part_of(name: str, total: int, read: Read) -> Part:
    """Return a list of a page: its first rows, or a page of it where the address names it."""
    asked = words_asked(_NAME)
    if asked == name:
        pages = Pages.of(total)
        rows = read(limit=PAGE_ROWS, offset=pages.offset)
        return Part(is_shown=True, rows=rows, total=total, pages=pages)
    if asked:
        return Part(is_shown=False, rows=(), total=total)
    more = address(list=name, page=None) if total > PAGE_ROWS else ""
    rows = read(limit=PAGE_ROWS, offset=0)
    return Part(is_shown=True, rows=rows, total=total, all_url=more)
