"""How a form of needs runs: checked, done in one unit of work, refused beside its field."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from flask import current_app, request, url_for
from werkzeug.wrappers import Response

from market.db import UnitOfWork, reading_work
from market.errors import ForbiddenError, MarketError, MissingError
from market.web.errors import status_of
from market.web.forms import MarketForm
from market.web.lists import address
from market.web.once import AlreadySentError, BadRequestKeyError
from market.web.work import acting, installation, request_work

Page = str | tuple[str, int] | Response

PAGE_ROWS: Final = 20
LONGEST_SEARCH: Final = 60
MOST_PAGES: Final = 999_999

# These have a page of their own: there is nothing to put right in the form.
_NOT_FOR_THE_FORM = (AlreadySentError, BadRequestKeyError, ForbiddenError)


def done(form: MarketForm, deed: Callable[[UnitOfWork], object]) -> HTTPStatus | None:
    """Run what a form asks for.

    Returns:
        None if it was done; else the status of the page that shows the form again.
    """
    if not form.validate():
        return HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        with request_work() as work:
            deed(work)
    except _NOT_FOR_THE_FORM:
        raise
    except MarketError as error:
        if type(error) is MissingError:
            raise
        form.refuse(error)
        return status_of(error)
    return None


@contextmanager
def reading() -> Iterator[UnitOfWork]:
    """Open a unit of work that only reads, also while a form is shown again."""
    here = installation()
    with reading_work(here.sessions, acting(), here.clock) as work:
        yield work


def seen_version(shown: int | None = None) -> int | None:
    """Return the version of the need that the reader's page showed.

    A form shown again keeps the version it came with: whoever did not see the change that
    refused it must open the page anew.
    """
    sent = request.form.get("version", type=int)
    return shown if sent is None else sent


def search_words() -> str:
    """Return what the reader searches for."""
    return request.args.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH]


def link_to(endpoint: str, *values: str | int) -> str | None:
    """Return the address of a page of a feature above, if the application has it.

    What the page calls a value in its address is its own business: it has one at most.
    """
    if endpoint not in current_app.view_functions:
        return None
    rule = next(iter(current_app.url_map.iter_rules(endpoint)))
    named: dict[str, Any] = dict(zip(rule.arguments, values, strict=True))
    return url_for(endpoint, **named)


@dataclass(frozen=True, slots=True)
class Pages:
    """Where the pages of a list are, as the table macros want it."""

    asked: int
    total: int

    @property
    def pages(self) -> int:
        """How many there are, at least one."""
        return max(1, -(-self.total // PAGE_ROWS))

    @property
    def number(self) -> int:
        """Which one is shown."""
        return min(max(1, self.asked), self.pages)

    @property
    def offset(self) -> int:
        """How many rows come before it."""
        return (self.number - 1) * PAGE_ROWS

    def url_for(self, number: int) -> str:
        """Return the address of another page of the list."""
        return address(page=number)


def page_number() -> int:
    """Return the page the reader asks for; nonsense is the first."""
    asked = request.args.get("page", 1, type=int)
    return min(max(1, asked), MOST_PAGES)
