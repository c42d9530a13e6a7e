"""The blueprint that all pages of accounts are on, and how they answer."""

from http import HTTPStatus

from flask import Blueprint, render_template

from market.accounts.errors import TooManyAttemptsError
from market.accounts.passwords import BusyError
from market.errors import MarketError
from market.web.errors import STATUS, retry_after, status_of
from market.web.forms import MarketForm
from market.web.once import AlreadySentError

bp = Blueprint("accounts", __name__)

Answer = tuple[str, int, dict[str, str]]

STATUS[TooManyAttemptsError] = HTTPStatus.TOO_MANY_REQUESTS
STATUS[BusyError] = HTTPStatus.SERVICE_UNAVAILABLE


def page(template: str, form: MarketForm, **context: object) -> Answer:
    """Show a form; one that was sent and is not right is answered with 422."""
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render_template(template, form=form, **context), status, {}


def refusal(template: str, form: MarketForm, error: MarketError, **context: object) -> Answer:
    """Show a form again with what the refusal says, all that was typed kept but passwords.

    Raises:
        AlreadySentError: It was that; there is a page to go to.
    """
    if isinstance(error, AlreadySentError):
        raise error
    form.refuse(error)
    return render_template(template, form=form, **context), status_of(error), retry_after(error)
