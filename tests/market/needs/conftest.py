"""Who uses the pages of needs: each has a browser of their own."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from market.accounts.model import User
from market.installation import Installation
from tests.market.factories.accounts import sign_in
from tests.market.factories.needs import Owner, an_operator, an_owner


@pytest.fixture
def browser(app: Flask) -> Callable[[User], FlaskClient]:
    """A signed-in browser for a person."""

    def open_for(user: User) -> FlaskClient:
        client = app.test_client()
        sign_in(client, user)
        return client

    return open_for


@pytest.fixture
def owner(fast_here: Installation) -> Owner:
    """An owner organisation."""
    return an_owner(fast_here)


@pytest.fixture
def clerk(browser, owner: Owner) -> FlaskClient:
    """The owner's clerk."""
    return browser(owner.clerk)


@pytest.fixture
def approver(browser, owner: Owner) -> FlaskClient:
    """The owner's approver."""
    return browser(owner.approver)


@pytest.fixture
def operator(browser, fast_here: Installation) -> FlaskClient:
    """An operator's clerk."""
    return browser(an_operator(fast_here)[0])
