"""How a form of firms runs: checked, done in one unit of work, refused beside its field."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Generic, TypeVar

from flask import request
from werkzeug.wrappers import Response

from market.clock import beijing_day
from market.db import UnitOfWork
from market.errors import ForbiddenError, MarketError, MissingError
from market.firms import listing
from market.web.errors import status_of
from market.web.forms import MarketForm
from market.web.lists import address
from market.web.once import AlreadySentError, BadRequestKeyError
from market.web.work import installation, request_work

Page = str | tuple[str, int] | Response
T = TypeVar("T")

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


def page_number() -> int:
    """Return the page the reader asks for; nonsense is the first."""
    asked = request.args.get("page", "1")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1  # noqa: PLR2004 - a million pages


@dataclass(frozen=True, slots=True)
class Pages(Generic[T]):
    """A page of a list as the table macros want it."""

    listed: listing.Listed[T]

    @property
    def number(self) -> int:
        """Which page it is."""
        return self.listed.number

    @property
    def pages(self) -> int:
        """How many there are."""
        return self.listed.pages

    @property
    def total(self) -> int:
        """How many rows there are on all pages."""
        return self.listed.total

    def url_for(self, number: int) -> str:
        """Return the address of another page of the list."""
        return address(page=number)


@dataclass(frozen=True, slots=True)
class Sort:
    """The order of a list as the table macros want it."""

    key: str
    descending: bool

    def url_for(self, key: str) -> str:
        """Return the address of the list in another order; the same key turns it round."""
        turn = key == self.key and not self.descending
        return address(sort=key, order="desc" if turn else "asc", page=1)


def today() -> date:
    """Return the day in Beijing."""
    return beijing_day(installation().clock())
