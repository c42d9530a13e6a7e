"""How a form runs: checked, done in one unit of work, refused beside its field."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Final

from flask import request
from werkzeug.wrappers import Response

from market.db import UnitOfWork, reading_work
from market.errors import ConflictError, ForbiddenError, MarketError, MissingError
from market.web.errors import status_of
from market.web.forms import MarketForm
from market.web.once import AlreadySentError, BadRequestKeyError
from market.web.work import acting, installation, request_work

Page = str | tuple[str, int] | Response

# A number no database can hold names nothing.
NUMBER: Final = "int(max=9223372036854775807)"
# These have a page of their own: there is nothing to put right in the form.
_NOT_FOR_THE_FORM = (AlreadySentError, BadRequestKeyError, ForbiddenError)


def done(form: MarketForm, deed: Callable[[UnitOfWork], object]) -> HTTPStatus | None:
    """Run what a form asks for, if it was sent.

    Returns:
        None if it was done; else the status of the page that shows the form (again).
    """
    if not form.is_submitted():
        return HTTPStatus.OK
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


def as_seen(version: int) -> None:
    """Refuse a deed on something that changed since the reader's page showed it.

    Raises:
        ConflictError: The form carries no version, or another one.
    """
    if sent_version() != version:
        raise ConflictError


def sent_version() -> int | None:
    """Return the version that the form carries; none if it carries none."""
    return request.form.get("version", type=int)


def seen_version(shown: int) -> int:
    """Return the version for a form's hidden field.

    A form shown again keeps the version it came with: whoever did not see the change that
    refused it must open the page anew.
    """
    sent = sent_version()
    return shown if sent is None else sent
