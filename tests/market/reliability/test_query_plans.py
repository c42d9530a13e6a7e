"""No page and no job walks through a whole table that grows (R29).

Every statement of every page and of the worker's tick is caught as it is sent, and SQLite is
asked for its plan. The hottest ones are planned by PostgreSQL too, among many rows.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import pytest
from sqlalchemy import Engine, event, text

from market import jobs
from market.accounts import sessions, throttle
from market.accounts.rules import AttemptKind
from market.accounts.throttle import Try
from market.app import create_app
from market.clocks import queries as clocks
from market.contracts import queries as contracts
from market.credit import queries as credit
from market.db import Actor, make_engine, reading_work
from market.draws import queries as draws
from market.draws.model import Draw
from market.firms import queries as firms
from market.needs import queries as needs
from market.portal import queries as portal
from tests.market.reliability.crowd import copy_market
from tests.market.security.conftest import Town
from tests.market.security.routes import routes
from tests.market.security.test_access_matrix import PEOPLE

COPIES: Final = 40
# Small for ever: one row for each series of a year, each kind of work, each organisation's role.
SMALL: Final = frozenset(
    {"lease", "number_series", "log_head", "log_queue", "alembic_version", "supervisor_key"}
)
READER: Final = Actor("job:test")


@dataclass
class Caught:
    """The statements an engine was sent, each once, with the values it had."""

    statements: dict[str, Any] = field(default_factory=dict)

    def note(self, _connection, _cursor, statement: str, values, _context, many: bool) -> None:
        """Note a statement."""
        if statement.lstrip().upper().startswith(("SELECT", "UPDATE", "DELETE", "WITH")):
            self.statements.setdefault(statement, values[0] if many else values)


@contextmanager
def caught(engine: Engine) -> Iterator[Caught]:
    """Catch what an engine is sent."""
    found = Caught()
    event.listen(engine, "before_cursor_execute", found.note)
    yield found
    event.remove(engine, "before_cursor_execute", found.note)


def aliases(statement: str) -> dict[str, str]:
    """Return the tables of a statement by the names it gives them."""
    named = re.findall(r'(?:FROM|JOIN|UPDATE|,)\s+"?(\w+)"?(?:\s+AS\s+(\w+))?', statement)
    return {alias or table: table for table, alias in named}


def scans(connection, statement: str, values) -> list[str]:
    """Return the tables that SQLite would walk through from end to end, with its own words."""
    plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).fetchall()
    names = aliases(statement)
    found = []
    for *_, words in plan:
        scanned = re.match(r"SCAN (?:TABLE )?(\w+)(.*)", words)
        if not scanned:
            continue
        table = names.get(scanned[1], scanned[1])
        walks_in_order = "USING INDEX" in scanned[2] and "LIMIT" in statement
        if table not in SMALL and not walks_in_order:
            found.append(words)
    return found


@pytest.fixture(scope="module")
def town(world, tmp_path_factory):
    here = world.open(tmp_path_factory.mktemp("plans"))
    app = create_app(here)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    yield Town(here, app)
    here.engine.dispose()


# What is counted or listed as a whole, by whom, and why that is fair.
WHOLE: Final = {
    "portal.": "the home page counts the market; a page of it is cached by nobody yet",
}


def test_no_page_walks_through_a_table(town):
    wrong: dict[str, set[str]] = {}
    for name in PEOPLE.values():
        visitor = town.visitor(name)
        for route in routes(town.app):
            if route.method != "GET" or route.endpoint == "static":
                continue
            things = town.things(route)[:1]
            for thing in things:
                with caught(town.here.engine) as found:
                    visitor.call(route, thing.values)
                with town.here.engine.connect().execution_options(reading=True) as connection:
                    for statement, values in found.statements.items():
                        for scan in scans(connection, statement, values):
                            wrong.setdefault(f"{scan}: {statement}", set()).add(route.endpoint)
    assert wrong == {}
