"""The small market, its pages, and everybody who calls them."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from market.access import Permission, Role, permissions_of
from market.accounts.queries import actor_of
from market.app import create_app
from market.db import Actor, reading_work
from market.installation import Installation
from tests.market.security import world as worlds
from tests.market.security.routes import Route
from tests.market.security.things import Thing, things_of


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> worlds.World:
    """A market in which everything has happened, made once for all tests."""
    return worlds.the_world(tmp_path_factory)


@dataclass
class Town:
    """A copy of the small market behind its real application."""

    here: Installation
    app: Flask
    writes: list[str] = field(default_factory=list)
    locks: int = 0

    def __post_init__(self) -> None:
        event.listen(self.here.engine, "before_cursor_execute", self._note)
        self._users = worlds.users(self.here)
        self._before = sqlite3.connect(":memory:")

    def _note(self, _connection, _cursor, statement: str, *_) -> None:
        deed = statement.lstrip().upper()
        if not deed.startswith(("SELECT", "WITH", "PRAGMA", "BEGIN", "COMMIT", "ROLLBACK")):
            self.writes.append(statement)
        if deed.startswith("BEGIN IMMEDIATE"):
            self.locks += 1

    def visitor(self, username: str | None) -> "Visitor":
        """Return a visitor, signed in unless nobody is named."""
        visitor = Visitor(self, self.app.test_client())
        if username:
            visitor.sign_in(username)
        return visitor

    def permissions_of_role(self, role: str) -> frozenset[Permission]:
        """Return what a role may do."""
        return permissions_of(frozenset({Role(role)}))

    def permissions_of_user(self, username: str) -> frozenset[str]:
        """Return what a person may do."""
        with reading_work(self.here.sessions, Actor("test")) as work:
            return actor_of(work, self._users[username]).permissions

    def who_may(self, route: Route) -> str | None:
        """Return the user name of the first who may call a route; nobody's where all may."""
        if route.access == "public":
            return None
        return next(
            name
            for who, name in worlds.PEOPLE.items()
            if name and route.access in self.permissions_of_role(who)
        )

    def user(self, username: str):
        """Return an account."""
        return self._users[username]

    @contextmanager
    def raw(self) -> Iterator[sqlite3.Connection]:
        """Open the database file beside the application."""
        connection = sqlite3.connect(str(self.here.engine.url.database))
        yield connection
        connection.close()

    def things(self, route: Route) -> list[Thing]:
        """Return all that a route can be about."""
        with self.here.engine.connect().execution_options(reading=True) as connection:
            return things_of(connection, route)

    def keep(self) -> None:
        """Remember the database as it is now."""
        with self.raw() as connection:
            connection.backup(self._before)

    def put_back(self) -> None:
        """Make the database what it was when it was kept."""
        with self.raw() as connection:
            self._before.backup(connection)

    def counts(self) -> dict[str, int]:
        """Return the number of rows of every table."""
        with self.raw() as connection:
            names = connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table'"
            ).fetchall()
            return {
                name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
                for (name,) in names
            }

    def address(self, route: Route, values) -> str:
        """Return the address of a route."""
        return self.app.url_map.bind("localhost").build(route.endpoint, dict(values))


@dataclass
class Visitor:
    """Somebody with a browser; ``call`` always comes with the cookie of the sign-in."""

    town: Town
    client: FlaskClient
    cookie: str | None = None

    def sign_in(self, username: str) -> None:
        """Sign in through the page."""
        page = self.client.get("/sign-in")
        answer = self.client.post(
            "/sign-in",
            data={
                "username": username,
                "password": worlds.PASSWORD,
                "csrf_token": csrf_token(page.text),
            },
        )
        assert answer.status_code == 303, answer.text
        self.cookie = self.client.get_cookie("session").value

    def call(self, route: Route, values, **more) -> TestResponse:
        """Call a route; what an earlier call did to the cookies is forgotten."""
        self.client._cookies.clear()
        if self.cookie:
            self.client.set_cookie("session", self.cookie)
        self.town.writes.clear()
        self.town.locks = 0
        address = self.town.address(route, values)
        # Read to its end at once: what is sent from an open file is closed then.
        return self.client.open(address, method=route.method, buffered=True, **more)


def csrf_token(page: str) -> str:
    """Return the token of the first form of a page; empty where there is none."""
    _, found, rest = page.partition('name="csrf_token"')
    return rest.partition('value="')[2].partition('"')[0] if found else ""


@pytest.fixture(scope="session")
def open_town(
    world: worlds.World, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Town]]:
    """Open a copy of the small market."""
    opened: list[Town] = []

    def open_(*, csrf: bool = True) -> Town:
        here = world.open(tmp_path_factory.mktemp("town"))
        app = create_app(here)
        app.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=False, WTF_CSRF_ENABLED=csrf)
        opened.append(Town(here, app))
        return opened[-1]

    yield open_
    for town in opened:
        town.here.engine.dispose()
