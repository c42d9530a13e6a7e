"""Lists on pages: what the reader asks for in the address, where the other pages are, CSV files."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, TypeVar

from flask import Response, request, url_for
from flask_babel import gettext

from market.clock import BEIJING
from market.labels import label_of
from market.plain import is_formula
from market.web.downloads import attachment

PAGE_ROWS: Final = 20
# A file that a person opens in a spreadsheet; whoever needs more takes the log.
MOST_CSV_ROWS: Final = 20_000
# A spreadsheet runs a cell that begins so. Full-width forms count as well.
E = TypeVar("E", bound=StrEnum)


def words_asked(name: str = "q", longest: int = 60) -> str:
    """Return an argument of the address, without what no database keeps."""
    text = "".join(c for c in request.args.get(name, "") if c.isprintable())
    return text.strip()[:longest]


def one_asked(kind: type[E], name: str) -> E | None:
    """Return the member of an enum that the address names; nonsense is none."""
    text = request.args.get(name, "")
    return kind(text) if text in {member.value for member in kind} else None


def address(**changes: str | int | None) -> str:
    """Return the address of this page with other arguments."""
    places = request.view_args or {}
    kept: dict[str, Any] = {
        name: value
        for name, value in request.args.items()
        if value and name not in changes and name not in places and _is_plain(name)
    }
    changed = {name: value for name, value in changes.items() if value is not None}
    return url_for(request.endpoint or "", **{**places, **kept, **changed})


def _is_plain(name: str) -> bool:
    """Whether ``url_for`` takes a name as an argument of the address, not as one of its own."""
    return name != "endpoint" and not name.startswith("_")


def page_asked() -> int:
    """Return the page the reader asks for; nonsense is the first."""
    text = request.args.get("page", "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1  # noqa: PLR2004 - a million pages


@dataclass(frozen=True, slots=True)
class Pages:
    """Which page of a list is shown and where the others are, as the table macros want it."""

    asked: int
    total: int
    rows: int = PAGE_ROWS

    @classmethod
    def of(cls, total: int, rows: int = PAGE_ROWS) -> "Pages":
        """Return the pages of a list of that length; the address says which one is shown."""
        return cls(page_asked(), total, rows)

    @property
    def pages(self) -> int:
        """How many there are, at least one."""
        return max(1, -(-self.total // self.rows))

    @property
    def number(self) -> int:
        """Which one is shown."""
        return min(max(1, self.asked), self.pages)

    @property
    def offset(self) -> int:
        """How many rows come before it."""
        return (self.number - 1) * self.rows

    def url_for(self, number: int) -> str:
        """Return the address of another page of the list."""
        return address(page=number)


@dataclass(frozen=True, slots=True)
class Sort:
    """The order of a list as the table macros want it."""

    key: str
    descending: bool

    @classmethod
    def asked(cls, keys: Sequence[str], *, first: str, descending: bool = False) -> "Sort":
        """Return the order the address asks for, or the usual one."""
        key = request.args.get("sort", "")
        if key not in keys:
            return cls(first, descending)
        return cls(key, request.args.get("order") == "desc")

    def url_for(self, key: str) -> str:
        """Return the address of the list in another order; the same key turns it round."""
        turn = key == self.key and not self.descending
        return address(sort=key, order="desc" if turn else "asc", page=1)


def wants_csv() -> bool:
    """Whether the address asks for the list as a file."""
    return request.args.get("format") == "csv"


def csv_file(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """Return a list as a file that every spreadsheet reads and none executes."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_cell(words) for words in header])
    writer.writerows([_cell(value) for value in row] for row in rows)
    body = out.getvalue().encode("utf-8-sig")
    response = attachment(body, f"{name}.csv", "text/csv; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    return response


def _cell(value: object) -> object:
    match value:
        case None:
            return ""
        case StrEnum():
            return _harmless(gettext(label_of(value).text))
        case datetime():
            return f"{value.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"
        case str():
            return _harmless(value)
        case _:
            return value


def _harmless(text: str) -> str:
    # Excel passes over blanks before a formula, so a tab or a line feed is no protection.
    return f"'{text}" if is_formula(text) else text


def yuan(fen: int | None) -> str:
    """Return an amount in yuan for a file: digits and a point, nothing rounded."""
    return "" if fen is None else f"{fen // 100}.{fen % 100:02d}"
