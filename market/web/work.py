"""The unit of work of the current request."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import cast

from flask import current_app, g, request
from flask_login import current_user

from market.clock import beijing_day
from market.db import Actor, UnitOfWork, reading_work, unit_of_work
from market.installation import Installation
from market.web import once

ANYONE = Actor("public")


def installation() -> Installation:
    """Return the installation this application serves."""
    return cast("Installation", current_app.extensions["installation"])


def today() -> date:
    """Return the day in Beijing."""
    return beijing_day(installation().clock())


def acting() -> Actor:
    """Return whoever sent the request."""
    return getattr(current_user, "actor", None) or ANYONE


@contextmanager
def request_work() -> Iterator[UnitOfWork]:
    """Open a unit of work for whoever sent the request.

    GET and HEAD only read. In a writing request the form's ``request_key`` is claimed in the
    same transaction, so that a form sent twice takes effect once.

    Raises:
        AlreadySentError: The form was sent before.
    """
    here = installation()
    if request.method in {"GET", "HEAD"}:
        with reading_work(here.sessions, acting(), here.clock) as work:
            yield work
        return
    with unit_of_work(here.sessions, acting(), here.clock) as work:
        if (key := request.form.get("request_key")) and not g.get("request_key"):
            once.claim(work, key, request.path)
            g.request_key = key
        yield work
