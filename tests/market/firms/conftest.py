"""How the tests of firms open units of work and browsers."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from flask.testing import FlaskClient

from market.db import UnitOfWork, unit_of_work
from market.installation import Installation
from tests.market.factories.firms import PASSWORD, Person


@pytest.fixture
def working() -> Callable[[Installation, Person], AbstractContextManager[UnitOfWork]]:
    """Open a unit of work for a person."""

    @contextmanager
    def open_for(here: Installation, person: Person) -> Iterator[UnitOfWork]:
        with unit_of_work(here.sessions, person.actor, here.clock) as work:
            yield work

    return open_for


@pytest.fixture
def sign_in(app) -> Callable[[Person], FlaskClient]:
    """Return a browser in which a person has signed in."""

    def signed_in(person: Person) -> FlaskClient:
        client = app.test_client()
        answer = client.post(
            "/sign-in", data={"username": person.user.username, "password": PASSWORD}
        )
        assert answer.status_code == 303, answer.text
        return client

    return signed_in
